/// What a simulated camera sees of its machine.
struct CameraScene: Hashable, Sendable {
  var name: String
  /// The machine's state word: `RUNNING`.
  var state: String
  var layer = 0
  var layers = 0
  var percent = 0
  var filament = PictureColor(red: 0, green: 174, blue: 66)
  var isLit = true
  /// The head moves over the part; otherwise it is parked.
  var isMoving = false

  init(name: String, state: String) {
    self.name = name
    self.state = state
  }

  init(name: String, machine: MachineState) {
    self.init(name: name, state: machine.phase.rawValue)
    layer = machine.layer
    layers = machine.job?.layers ?? 0
    percent = machine.percent
    isMoving = machine.phase == .running
    isLit = machine.lights["chamber_light"] != "off"
    let tray = machine.job?.tray.flatMap { place in
      machine.ams.first { $0.id == place.unit }.flatMap { unit in
        unit.trays.indices.contains(place.slot) ? unit.trays[place.slot] : nil
      }
    }
    if let color = tray.flatMap({ PictureColor(hexadecimal: $0.color) }) { filament = color }
  }
}

/// Which picture it is, and when it was taken.
struct PictureStamp: Hashable, Sendable {
  /// From 1 in each connection.
  var number: Int
  /// Of the monotonic clock.
  var seconds: Double
  /// Since midnight, UTC.
  var daySeconds: Double
}
