package import Board
package import Loop
package import Model
package import Reach
package import Store

/// The drivers of all types.
package struct PlugDrivers: PlugWorkshop {
  private let bank: any RelayBank
  private let client: WebClient
  private let rule: @Sendable () -> AddressRule

  /// - Parameter rule: where plugs may be, as the client has it.
  package init(bank: any RelayBank, client: WebClient, rule: @escaping @Sendable () -> AddressRule) {
    self.bank = bank
    self.client = client
    self.rule = rule
  }

  package func check(_ plug: SmartPlug) throws(InvalidValue) {
    guard plug.kind != .gpio else {
      guard let relay = plug.relay, bank.names.contains(relay) else {
        let known = bank.names.isEmpty ? "this board has none" : "it has \(bank.names.joined(separator: ", "))"
        throw InvalidValue("relay", "must be a relay of the board; \(known)")
      }
      return
    }
    if plug.kind == .tasmota, plug.options.number(.channel) == 0 {
      throw InvalidValue("options.channel", "must be 1 or more on Tasmota")
    }
    let text = plug.address ?? ""
    if plug.kind == .mqtt {
      let broker = try BrokerAddress(text)
      try rule().check(host: broker.host, port: broker.port, field: "address")
    } else {
      try rule().check(try Self.address(text).place, field: "address")
    }
  }

  package func driver(for plug: SmartPlug) throws -> any PlugDriver {
    let options = plug.options
    switch plug.kind {
    case .gpio: return RelayPlug(bank: bank, relay: plug.relay ?? "")
    case .mqtt:
      return MQTTPlug(
        broker: try BrokerAddress(plug.address ?? ""), user: plug.username, password: plug.password, options: options,
        rule: rule)
    case .tasmota:
      return TasmotaPlug(
        server: try server(plug), channel: options.number(.channel) ?? 1, user: plug.username, password: plug.password)
    case .shelly:
      return ShellyPlug(
        server: try server(plug), channel: options.number(.channel) ?? 0, generation: options.number(.generation),
        user: plug.username, password: plug.password)
    case .homeAssistant:
      var server = try server(plug)
      if let token = plug.token { server.authentication = .bearer(token) }
      return HomeAssistantPlug(server: server, options: options)
    case .http:
      var server = try server(plug)
      if let token = plug.token {
        server.authentication = .bearer(token)
      } else if let password = plug.password {
        server.authentication = .basic(user: plug.username?.exposed ?? "", password: password)
      }
      return HTTPPlug(server: server, options: options)
    }
  }

  private func server(_ plug: SmartPlug) throws(InvalidValue) -> PlugServer {
    PlugServer(client: client, address: try Self.address(plug.address ?? ""))
  }

  /// A bare host means plain HTTP. Users and passwords have fields of their own, which are never shown.
  private static func address(_ text: String) throws(InvalidValue) -> WebAddress {
    let address = try WebAddress(text.contains("://") ? text : "http://\(text)", field: "address")
    guard address.place.credentials == nil else {
      throw InvalidValue("address", "must have no user and password in it: they go into username and password")
    }
    return address
  }
}
