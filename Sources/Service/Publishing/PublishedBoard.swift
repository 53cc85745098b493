import Wire

/// The board as Home Assistant knows it: the device that all others hang at.
struct PublishedBoard: Hashable, Sendable {
  var name: String
  /// The machine's own name, where the kernel knows one.
  var model: String?
  var version: String
  var hasTemperature: Bool
  var hasSupplySigns: Bool
  var takesCommands: Bool

  init(_ standing: BoardStanding, _ figures: BoardFigures, version: String, takesCommands: Bool) {
    name = "Layerberry"
    model = figures.model ?? standing.name
    self.version = version
    hasTemperature = !figures.temperatures.isEmpty
    hasSupplySigns = figures.undervoltage.now != nil || figures.throttling.now != nil
    self.takesCommands = takesCommands
  }

  func device(_ topics: PublishTopics) -> HomeDevice {
    let base = topics.board
    var about: [String: JSONValue] = [
      "name": .string(name), "manufacturer": "Layerberry", "sw_version": .string(version),
    ]
    if let model { about["model"] = .string(model) }
    var entities: [HomeDevice.Entity] = [
      .sensor("printers", "Printers", ["state_class": "measurement"]),
      .sensor("printers_connected", "Printers connected", ["state_class": "measurement"]),
      .binary("problem", "Problem", ["device_class": "problem"]),
      .sensor("fault", "Fault", .diagnostic),
    ]
    if hasTemperature {
      entities.append(
        .sensor(
          "temperature", "Temperature",
          [
            "device_class": "temperature", "unit_of_measurement": "°C", "state_class": "measurement",
            "entity_category": "diagnostic",
          ]))
    }
    if hasSupplySigns {
      let sign: [String: JSONValue] = ["device_class": "problem", "entity_category": "diagnostic"]
      entities += [.binary("undervoltage", "Undervoltage", sign), .binary("throttled", "Throttled", sign)]
    }
    if takesCommands {
      entities.append(
        .button("identify", "Identify", base: base, ["device_class": "identify", "entity_category": "diagnostic"]))
    }
    return HomeDevice(id: "board", about: about, base: base, hasAvailability: false, entities: entities)
  }

  static func document(
    _ standing: BoardStanding, _ figures: BoardFigures, printers: Int, connected: Int
  ) -> (steady: [String: JSONValue], all: [UInt8]) {
    let steady: [String: JSONValue] = [
      "printers": .whole(printers), "printers_connected": .whole(connected), "problem": .bool(standing.problem != nil),
      "fault": .text(standing.problem),
      "undervoltage": figures.undervoltage.now.map { .bool($0) } ?? .null,
      "throttled": figures.throttling.now.map { .bool($0) } ?? .null,
    ]
    let flowing: [String: JSONValue] = ["temperature": .figure(figures.temperatures.first?.celsius)]
    return (steady, jsonBytes(steady.merging(flowing) { $1 }))
  }
}
