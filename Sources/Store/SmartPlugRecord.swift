package import Model

/// A smart plug as it is kept.
package struct SmartPlugRecord: Hashable, Sendable {
  package var id: PlugID
  package var plug: SmartPlug
  /// As last known, so that it is shown before the plug has answered.
  package var lastState: PlugState
  package var lastStateAt: Timestamp?
  /// When the work ended after which it goes off by itself; nil while it does not.
  package var workEndedAt: Timestamp?
  /// kWh that its power has added up to, where it has no meter of its own.
  package var counted: Double
  package var createdAt: Timestamp
  package var updatedAt: Timestamp
}

/// What a person enters of a plug.
package struct SmartPlug: Hashable, Sendable {
  package var name: String
  package var kind: PlugKind
  package var printerID: PrinterID?
  /// The printer's power goes through it.
  package var feedsPrinter: Bool
  package var isEnabled: Bool
  /// Of anything but a relay.
  package var address: String?
  /// Of a relay of the board.
  package var relay: String?
  package var username: Secret?
  package var password: Secret?
  package var token: Secret?
  package var options: PlugOptions
  /// Goes on by itself when its printer is needed, or, where it does not feed it, when a print begins.
  package var autoOn: Bool
  package var autoOff: Bool
  /// Seconds after the end of the work.
  package var autoOffDelay: Int
  /// °C that no nozzle is above.
  package var autoOffTemperature: Int

  package init(
    name: String, kind: PlugKind, printerID: PrinterID? = nil, feedsPrinter: Bool = true, isEnabled: Bool = true,
    address: String? = nil, relay: String? = nil, username: Secret? = nil, password: Secret? = nil,
    token: Secret? = nil, options: PlugOptions = PlugOptions(), autoOn: Bool = true, autoOff: Bool = false,
    autoOffDelay: Int = 300, autoOffTemperature: Int = 50
  ) {
    self.name = name
    self.kind = kind
    self.printerID = printerID
    self.feedsPrinter = feedsPrinter
    self.isEnabled = isEnabled
    self.address = address
    self.relay = relay
    self.username = username
    self.password = password
    self.token = token
    self.options = options
    self.autoOn = autoOn
    self.autoOff = autoOff
    self.autoOffDelay = autoOffDelay
    self.autoOffTemperature = autoOffTemperature
  }

  /// The printer whose power it cuts.
  package var fedPrinter: PrinterID? { feedsPrinter ? printerID : nil }

  /// Tells the switch behind it from others: two plugs at one switch would get round each other's rule.
  var switchMark: String {
    let part =
      options[.channel] ?? options[.entity] ?? options[.commandTopic] ?? options[.offPath]
      ?? (kind == .tasmota ? "1" : kind == .shelly ? "0" : "")
    return [kind.rawValue, (address ?? "").lowercased(), relay ?? "", part].joined(separator: " ")
  }
}
