import Model
package import Service
import Store
import Wire

extension PlugKind: WireChoice {}
extension PlugState: WireChoice {}

/// A smart plug as `/smart-plugs` shows it.
package struct PlugView: WireObject {
  let standing: PlugStanding

  package init(_ standing: PlugStanding) { self.standing = standing }

  private var plug: SmartPlug { standing.record.plug }

  package static let name = "SmartPlug"
  package static let fields: [ObjectField<PlugView>] = [
    ObjectField("id", "The plug's number here.", example: 1) { $0.standing.id.rawValue },
    ObjectField("name", "What you call it.", example: "X1C power") { $0.plug.name },
    ObjectField("type", "How it is reached.", example: "gpio") { $0.plug.kind },
    ObjectField("printer_id", "The printer that it belongs to, or null.", example: 1) { $0.plug.printerID?.rawValue },
    ObjectField("feeds_printer", "The printer's power goes through it.") { $0.plug.feedsPrinter },
    ObjectField("enabled", "It is switched and asked.") { $0.plug.isEnabled },
    ObjectField("state", "`on`, `off`, or `unknown` where it does not say.", example: "on") { $0.standing.state },
    ObjectField("reachable", "It answered last; null where it has not been asked yet.") { $0.standing.isReachable },
    ObjectField("reason", "What it is about to do, or what is wrong.", example: "off in 4 min: nozzle 71 °C") {
      $0.standing.reason
    },
    ObjectField("address", "Its address; null for a relay.", example: "192.168.1.60") { $0.plug.address },
    ObjectField("relay", "The relay's name; null for a plug of the network.", example: "relay1") { $0.plug.relay },
    ObjectField("username", "Whether one is stored.") { SecretMark(isSet: $0.plug.username != nil) },
    ObjectField("password", "Whether one is stored.") { SecretMark(isSet: $0.plug.password != nil) },
    ObjectField("token", "Whether one is stored.") { SecretMark(isSet: $0.plug.token != nil) },
    ObjectField("options", "What else its type needs.") { PlugOptionsView(options: $0.plug.options) },
    ObjectField("auto_on", "It goes on by itself.") { $0.plug.autoOn },
    ObjectField("auto_off", "It goes off by itself after the work.") { $0.plug.autoOff },
    ObjectField("auto_off_delay", "Seconds after the end of the work.", example: 300) { $0.plug.autoOffDelay },
    ObjectField("auto_off_temperature", "°C that no nozzle may be above.", example: 50) { $0.plug.autoOffTemperature },
    ObjectField("created_at", "When it was added.") { $0.standing.record.createdAt },
    ObjectField("updated_at", "When it was changed last.") { $0.standing.record.updatedAt },
  ]
}

/// The options that a plug has; the others are null.
package struct PlugOptionsView: WireObject {
  let options: PlugOptions

  package static let name = "SmartPlugOptions"
  package static let fields: [ObjectField<PlugOptionsView>] = PlugOptions.Name.allCases.map { name in
    ObjectField(
      named: name.rawValue, "As it was entered.", schema: .nullable(name.isNumber ? .integer : .string),
      example: .null
    ) { owner, json in
      if name.isNumber { owner.options.number(name).write(to: &json) } else { owner.options[name].write(to: &json) }
    }
  }
}

/// How a plug stands.
package struct PlugStatusView: WireObject {
  let standing: PlugStanding

  package static let name = "SmartPlugStatus"
  package static let fields: [ObjectField<PlugStatusView>] = [
    ObjectField("state", "`on`, `off`, or `unknown` where it does not say.", example: "on") { $0.standing.state },
    ObjectField("reachable", "It answered when it was asked.") { $0.standing.isReachable ?? false },
    ObjectField("power", "W that go through it now; null where it measures none.", example: 118.5) {
      $0.standing.reading?.power
    },
    ObjectField("energy_today", "kWh of today, by its own clock.", example: 0.42) { $0.standing.reading?.energyToday },
    ObjectField("energy_total", "kWh of all its time.", example: 18.3) { $0.standing.reading?.energyTotal },
    ObjectField("reason", "What it is about to do, or what is wrong.", example: "off in 4 min: nozzle 71 °C") {
      $0.standing.reason
    },
  ]
}
