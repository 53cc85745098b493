package import Model
package import Wire

/// One printer of a simulation.
package struct SimulatedPrinter: Sendable {
  struct Facts: Sendable {
    var name: String
    var model: PrinterModel
    var serial: String
    var accessCode: String
    var mqttPort: UInt16
    var ftpsPort: UInt16
    var cameraPort: UInt16
    var storage: String
  }

  package let name: String
  package let model: PrinterModel
  package let serial: SerialNumber
  /// At the start; `changeAccessCode` does not change this copy.
  package let accessCode: AccessCode
  package let mqttPort: PortNumber
  package let ftpsPort: PortNumber
  /// JPEG or RTSPS, by model.
  package let cameraPort: PortNumber
  /// The folder that is its card.
  package let storage: String
  private let index: Int
  private let thread: SimulatorThread

  init(index: Int, facts: Facts, thread: SimulatorThread) throws(InvalidValue) {
    self.index = index
    self.thread = thread
    name = facts.name
    model = facts.model
    serial = try SerialNumber(facts.serial)
    accessCode = try AccessCode(facts.accessCode)
    mqttPort = try PortNumber(Int(facts.mqttPort), field: "mqtt_port")
    ftpsPort = try PortNumber(Int(facts.ftpsPort), field: "ftps_port")
    cameraPort = try PortNumber(Int(facts.cameraPort), field: "camera_port")
    storage = facts.storage
  }

  @discardableResult
  private func perform<Answer: Sendable>(_ job: @escaping @Sendable (PrinterDevice) -> Answer) -> Answer? {
    thread.perform { [index] world in job(world.devices[index]) }
  }

  // MARK: Printing

  /// - Parameter minutes: the estimate at standard speed; simulated time.
  package func startPrint(name: String, layers: Int, minutes: Double, file: String? = nil, id: String = "700100") {
    perform { $0.startPrint(name: name, layers: layers, minutes: minutes, file: file, id: id) }
  }

  /// As by a person at the screen.
  package func pause() { perform { $0.change { $0.pause(&$1) } } }
  package func resume() { perform { $0.change { $0.resume(&$1) } } }
  package func cancel(order: CancelOrder = .together) { perform { $0.change { $0.cancel(&$1, order: order) } } }

  /// The filament runs out: PAUSE, stage 6, with print error 0700_8011 and its HMS entry.
  package func runOut() { perform { $0.runOut() } }

  /// The job fails with this code (protocol sheet, section 3.7).
  package func fail(code: UInt32) { perform { $0.change { $0.fail(&$1, error: Int(code)) } } }

  /// The list of health messages, whole; attribute and code as on the wire.
  package func setHMS(_ entries: [(attribute: UInt32, code: UInt32)]) {
    let hms = entries.map { HMSEntry(attribute: Int($0.attribute), code: Int($0.code)) }
    perform { $0.change { $1.hms = hms } }
  }

  package func openDoor(_ isOpen: Bool) { perform { $0.change { $1.isDoorOpen = isOpen } } }

  /// Mains off: connections end and the port closes.
  package func powerOff() { perform { $0.powerOff() } }

  /// Mains on again; a job that ran is now paused with 0300_8007.
  package func powerOn() throws {
    let result = perform { device in Result { () throws(SimulatorError) in try device.powerOn() } }
    try result?.get()
  }

  /// Another address, as DHCP gives them: an address of the loopback, and the port there.
  package func move(to address: String, port: PortNumber) throws {
    let result = perform { device in
      Result { () throws(SimulatorError) in try device.front.move(to: address, port: port.number) }
    }
    try result?.get()
  }

  // MARK: Reports

  /// Publishes these bytes as a report, now.
  /// - Returns: when they were handed to the broker; nil when it took none.
  @discardableResult
  package func publish(_ payload: [UInt8]) -> ContinuousClock.Instant? {
    perform { $0.sendRaw(payload) ? ContinuousClock.now : nil } ?? nil
  }

  @discardableResult
  package func publish(_ message: JSONValue) -> ContinuousClock.Instant? {
    perform { $0.send(message) ? ContinuousClock.now : nil } ?? nil
  }

  /// Publishes the next recorded delta; its name, or nil when there is none left.
  @discardableResult
  package func nextDelta() -> String? { perform { $0.sendNextDelta() } ?? nil }

  // MARK: Faults

  package func inject(_ fault: PrinterFault) { perform { $0.inject(fault) } }

  /// Ends all faults that last; the access code and certificate stay as they are.
  package func clearFaults() { perform { $0.clearFaults() } }

  /// From now on another code opens; sessions that are up end, as when the mode is switched at the screen.
  package func changeAccessCode(_ code: AccessCode, endsSessions: Bool = true) {
    let text = code.secret.exposed
    perform { $0.change(accessCode: text, endsSessions: endsSessions) }
  }

  /// For connections from now on; those that are up end.
  package func useCertificate(_ variant: CertificateVariant) throws {
    let result = thread.perform { [index] world in
      Result { () throws(SimulatorError) in
        try world.use(variant, at: index)
        world.devices[index].front.dropAll()
      }
    }
    try result?.get()
  }

  package func setAuthorization(_ authorization: CommandAuthorization) {
    perform { $0.setAuthorization(authorization) }
  }

  /// How its file server behaves from now on.
  package func setFiles(_ settings: FileServerSettings) { perform { $0.card.server.settings = settings } }

  /// How its camera behaves from now on.
  package func setCamera(_ settings: CameraSettings) throws {
    let result = perform { device in Result { () throws(SimulatorError) in try device.setCamera(settings) } }
    try result?.get()
  }

  /// Changes how its camera behaves, and leaves the rest as it is.
  package func changeCamera(_ change: @escaping @Sendable (inout CameraSettings) -> Void) throws {
    let result = perform { device in
      Result { () throws(SimulatorError) in
        var settings = device.camera.state.settings
        change(&settings)
        try device.setCamera(settings)
      }
    }
    try result?.get()
  }

  /// Ends the camera's connections; the port stays.
  package func dropCamera() { perform { $0.camera.state.dropAll() } }

  /// For the camera's port alone, from now on; connections that are up end.
  package func useCameraCertificate(_ variant: CertificateVariant) throws {
    let result = thread.perform { [index] world in
      Result { () throws(SimulatorError) in try world.useForCamera(variant, at: index) }
    }
    try result?.get()
  }

  // MARK: Watching

  /// What its file server was asked so far.
  package var fileLog: [String] { perform { $0.card.server.log } ?? [] }

  package var counters: PrinterCounters { perform { $0.currentCounters } ?? PrinterCounters() }

  /// What its next whole report says under `print`.
  package var report: [String: JSONValue] { perform { ReportWriter.full($0.machine) } ?? [:] }

  /// The machine's state word now: `RUNNING`.
  package var gcodeState: String { perform { $0.machine.phase.rawValue } ?? "" }

  /// Waits until the condition holds; false when it did not within the time.
  package func wait(
    _ seconds: Double = 10, until condition: @escaping @Sendable (PrinterCounters) -> Bool
  ) async -> Bool {
    await wait(seconds) { condition($0.currentCounters) }
  }

  /// Waits until the machine's state word is this.
  package func wait(_ seconds: Double = 10, forState state: String) async -> Bool {
    await wait(seconds) { $0.machine.phase.rawValue == state }
  }

  private func wait(_ seconds: Double, _ condition: @escaping @Sendable (PrinterDevice) -> Bool) async -> Bool {
    await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
      let taken = thread.submit { [index] world in
        world.wait(
          for: seconds, until: { condition($0.devices[index]) }, resume: { continuation.resume(returning: $0) })
      }
      if !taken { continuation.resume(returning: false) }
    }
  }
}
