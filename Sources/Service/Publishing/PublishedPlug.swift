import Model
import Store
import Wire

/// A smart plug as Home Assistant knows it.
struct PublishedPlug: Hashable, Sendable {
  var id: PlugID
  var name: String
  var kind: PlugKind
  /// The serial number of the printer that it belongs to.
  var printer: SerialNumber?
  var measuresPower: Bool
  var measuresToday: Bool
  var measuresTotal: Bool
  var takesCommands: Bool

  /// - Parameter before: as it was known, for what a plug that does not answer cannot tell.
  init(_ standing: PlugStanding, before: PublishedPlug?, printer: SerialNumber?, takesCommands: Bool) {
    id = standing.id
    name = standing.record.plug.name
    kind = standing.record.plug.kind
    self.printer = printer
    let known = before?.kind == kind ? before : nil
    measuresPower = standing.reading?.power != nil || known?.measuresPower ?? false
    measuresToday = standing.reading?.energyToday != nil || known?.measuresToday ?? false
    measuresTotal = standing.reading?.energyTotal != nil || known?.measuresTotal ?? false
    self.takesCommands = takesCommands && standing.record.plug.isEnabled
  }

  func device(_ topics: PublishTopics) -> HomeDevice {
    let base = topics.plug(id)
    let via = printer.map { "\(topics.node)_\($0.text)" } ?? "\(topics.node)_board"
    var entities: [HomeDevice.Entity] = [.sensor("reason", "Plan", isAlwaysKnown: true, .diagnostic)]
    if takesCommands {
      entities.append(
        HomeDevice.Entity(
          .switch, "power_switch", "Power",
          [
            "command_topic": .string("\(base)/set/power"), "device_class": "outlet",
            "value_template": "{{ value_json.state }}", "state_on": "on", "state_off": "off",
          ]))
    } else {
      entities.append(
        HomeDevice.Entity(
          .binarySensor, "power_state", "Power",
          [
            "device_class": "power", "value_template": "{{ value_json.state }}", "payload_on": "on",
            "payload_off": "off",
          ]))
    }
    if measuresPower {
      entities.append(
        .sensor(
          "power", "Consumption",
          ["device_class": "power", "unit_of_measurement": "W", "state_class": "measurement"]))
    }
    let energy: [String: JSONValue] = [
      "device_class": "energy", "unit_of_measurement": "kWh", "state_class": "total_increasing",
    ]
    if measuresToday { entities.append(.sensor("energy_today", "Energy today", energy)) }
    if measuresTotal { entities.append(.sensor("energy_total", "Energy", energy)) }
    return HomeDevice(
      id: "plug_\(id)",
      about: ["name": .string(name), "model": .string("Smart plug (\(kind.rawValue))"), "via_device": .string(via)],
      base: base, hasAvailability: true, entities: entities)
  }

  /// `state` is null where the plug does not say.
  static func document(_ standing: PlugStanding) -> (steady: [String: JSONValue], all: [UInt8]) {
    let steady: [String: JSONValue] = [
      "state": standing.state == .unknown ? .null : .string(standing.state.rawValue),
      "reason": .text(standing.reason),
    ]
    let flowing: [String: JSONValue] = [
      "power": .figure(standing.reading?.power), "energy_today": .figure(standing.reading?.energyToday),
      "energy_total": .figure(standing.reading?.energyTotal),
    ]
    return (steady, jsonBytes(steady.merging(flowing) { $1 }))
  }

  static func isAvailable(_ standing: PlugStanding) -> Bool {
    standing.record.plug.isEnabled && standing.isReachable == true
  }
}
