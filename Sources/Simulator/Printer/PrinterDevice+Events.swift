/// What happens to a printer from outside its protocol.
extension PrinterDevice {
  /// A print from the first slot, as sent by a slicer in the same network.
  func startPrint(name: String, layers: Int, minutes: Double, file: String? = nil, id: String = "700100") {
    start(
      SimulatedJob(
        name: name, file: file ?? "\(name).gcode.3mf", layers: layers, minutes: minutes, taskID: id, subtaskID: id,
        tray: machine.ams.first.map { TrayPlace(unit: $0.id, slot: 0) }))
  }

  /// The filament runs out: PAUSE, stage 6, with print error 0700_8011 and its HMS entry.
  func runOut() {
    let hms = [HMSEntry(attribute: 0x0700_2000, code: 0x0002_0001)]
    change { $0.pause(&$1, stage: 6, error: 0x0700_8011, hms: hms) }
  }

  func powerOff() {
    isOn = false
    front.close()
    card.powerOff()
    camera.powerOff()
  }

  /// A job that ran is now paused with 0300_8007.
  func powerOn() throws(SimulatorError) {
    isOn = true
    cycle.wakeAfterPowerLoss(&machine)
    try front.openListener()
    try card.powerOn()
    try camera.powerOn()
  }

  /// For MQTT, files and the camera alike.
  func change(accessCode: String, endsSessions: Bool = true) {
    front.accessCode = accessCode
    card.change(accessCode: accessCode)
    camera.state.accessCode = accessCode
    guard endsSessions else { return }
    front.dropAll()
    camera.state.dropAll()
  }

  func setAuthorization(_ authorization: CommandAuthorization) {
    self.authorization = authorization
    change { _, machine in
      // Where the firmware does not send `fun`, it still does not while nothing is required.
      if machine.needsSignature != nil || authorization != .open { machine.needsSignature = authorization != .open }
    }
  }
}
