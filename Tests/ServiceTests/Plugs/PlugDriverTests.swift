import Board
import Loop
import Model
import Reach
import Store
import Synchronization
import TestKit
import Testing

@testable import Service

/// Each type of plug against a stand-in that knows the requests of its maker's documentation and nothing else.
@Suite("The drivers of smart plugs", .timeLimit(.minutes(1)))
struct PlugDriverTests {
  private static func driver(_ plug: SmartPlug) throws -> any PlugDriver {
    let rule = AddressRule(allowsLoopback: true, ownPorts: [])
    let client = WebClient(threads: ReachThreads(name: "test", limit: 2), rule: { rule })
    let drivers = PlugDrivers(bank: TestRelays(), client: client) { rule }
    try drivers.check(plug)
    return try drivers.driver(for: plug)
  }

  /// A switch that a stand-in's requests change.
  private final class Relay: Sendable {
    private let value = Mutex(false)
    var isOn: Bool {
      get { value.withLock { $0 } }
      set { value.withLock { $0 = newValue } }
    }
  }

  private static func expectSwitching(_ driver: any PlugDriver, _ relay: Relay) async throws {
    #expect(try await driver.status().state == .off)
    try await driver.turn(on: true)
    #expect(relay.isOn)
    #expect(try await driver.status().state == .on)
    try await driver.turn(on: false)
    #expect(!relay.isOn)
    #expect(try await driver.status().state == .off)
  }

  @Test("Tasmota is asked by web requests, with its password, and its energy is read")
  func tasmota() async throws {
    let relay = Relay()
    let server = try StandInServer { request in
      let login = "/cm?user=admin&password=s%20%26cret&cmnd="
      guard request.method == "GET", request.target.hasPrefix(login) else {
        return .json(401, #"{"WARNING":"Need user=<username>&password=<password>"}"#)
      }
      switch request.target.dropFirst(login.count) {
      case "Power1%20On": relay.isOn = true
      case "Power1%20Off": relay.isOn = false
      case "Power1": break
      case "Status%208":
        return .json(
          200,
          #"{"StatusSNS":{"Time":"2026-01-02T03:04:05","ENERGY":{"TotalStartTime":"2025-01-01T00:00:00","Total":18.302,"#
            + #""Yesterday":0.5,"Today":0.42,"Power":118,"ApparentPower":120,"Voltage":230,"Current":0.5}}}"#)
      default: return .json(200, #"{"Command":"Unknown"}"#)
      }
      return .json(200, #"{"POWER":"\#(relay.isOn ? "ON" : "OFF")"}"#)
    }
    let driver = try Self.driver(
      SmartPlug(name: "t", kind: .tasmota, address: "127.0.0.1:\(server.port)", password: Secret("s &cret")))
    try await Self.expectSwitching(driver, relay)
    let reading = try await driver.status()
    #expect(reading == PlugReading(state: .off, power: 118, energyToday: 0.42, energyTotal: 18.302))
    let open = try Self.driver(SmartPlug(name: "t", kind: .tasmota, address: server.url))
    await #expect(throws: Fault.self) { try await open.status() }
  }

  @Test("A Tasmota without a meter is not asked for its energy again")
  func tasmotaWithoutMeter() async throws {
    let server = try StandInServer { request in
      request.target.hasSuffix("Status%208")
        ? .json(200, #"{"StatusSNS":{"Time":"2026-01-02T03:04:05"}}"#) : .json(200, #"{"POWER2":"ON"}"#)
    }
    let driver = try Self.driver(
      SmartPlug(name: "t", kind: .tasmota, address: server.url, options: PlugOptions([.channel: "2"])))
    for _ in 0..<3 { #expect(try await driver.status() == PlugReading(state: .on)) }
    #expect(server.requests.map(\.target).filter { $0.hasSuffix("Status%208") }.count == 1)
    #expect(server.requests.count == 4)
  }

  @Test("A Shelly of generation 1 is found out, and asked with Basic")
  func shellyFirst() async throws {
    let relay = Relay()
    let server = try StandInServer { request in
      if request.target == "/shelly" {
        return .json(200, #"{"type":"SHPLG-S","mac":"5ECF7F1632E8","auth":true,"fw":"1"}"#)
      }
      // admin:pw
      guard request["authorization"] == "Basic YWRtaW46cHc=" else {
        return .answer(401, headers: [("WWW-Authenticate", "Basic realm=\"shelly\"")])
      }
      switch request.target {
      case "/relay/0?turn=on": relay.isOn = true
      case "/relay/0?turn=off": relay.isOn = false
      case "/status":
        return .json(
          200,
          #"{"relays":[{"ison":\#(relay.isOn),"has_timer":false}],"meters":[{"power":41.5,"is_valid":true,"total":120000}]}"#
        )
      default: return .answer(404)
      }
      return .json(200, #"{"ison":\#(relay.isOn),"has_timer":false}"#)
    }
    let driver = try Self.driver(SmartPlug(name: "s", kind: .shelly, address: server.url, password: Secret("pw")))
    try await Self.expectSwitching(driver, relay)
    #expect(try await driver.status() == PlugReading(state: .off, power: 41.5, energyTotal: 2))
    #expect(server.requests.filter { $0.target == "/shelly" }.count == 1)
  }

  @Test("A Shelly of generation 2 is asked by RPC, with Digest by SHA-256")
  func shellySecond() async throws {
    let relay = Relay()
    let server = try StandInServer { request in
      if request.target == "/shelly" { return .json(200, #"{"id":"shellyplus1-a8","gen":2,"auth_en":true}"#) }
      guard let login = request["authorization"], login.hasPrefix("Digest username=\"admin\""),
        login.contains("algorithm=SHA-256"), login.contains("uri=\"\(request.target)\"")
      else {
        let challenge = "Digest qop=\"auth\", realm=\"shellyplus1-a8\", nonce=\"1625038762\", algorithm=SHA-256"
        return .answer(401, headers: [("WWW-Authenticate", challenge)])
      }
      switch request.target {
      case "/rpc/Switch.Set?id=1&on=true", "/rpc/Switch.Set?id=1&on=false":
        let was = relay.isOn
        relay.isOn = request.target.hasSuffix("true")
        return .json(200, #"{"was_on":\#(was)}"#)
      case "/rpc/Switch.GetStatus?id=1":
        return .json(200, #"{"id":1,"source":"http","output":\#(relay.isOn),"apower":8.9,"aenergy":{"total":6532.0}}"#)
      default: return .answer(404)
      }
    }
    let driver = try Self.driver(
      SmartPlug(
        name: "s", kind: .shelly, address: server.url, password: Secret("pw"), options: PlugOptions([.channel: "1"])))
    try await Self.expectSwitching(driver, relay)
    #expect(try await driver.status() == PlugReading(state: .off, power: 8.9, energyTotal: 6.532))
  }

  @Test("Home Assistant switches an entity, and sensors beside it give power and energy in their units")
  func homeAssistant() async throws {
    let relay = Relay()
    let server = try StandInServer { request in
      guard request["authorization"] == "Bearer abc" else { return .json(401, #"{"message":"Unauthorized"}"#) }
      switch (request.method, request.target) {
      case ("POST", "/ha/api/services/switch/turn_on"), ("POST", "/ha/api/services/switch/turn_off"):
        guard request.text == #"{"entity_id":"switch.printer"}"#, request["content-type"] == "application/json" else {
          return .answer(400)
        }
        relay.isOn = request.target.hasSuffix("on")
        return .json(200, "[]")
      case ("GET", "/ha/api/states/switch.printer"):
        return .json(200, #"{"entity_id":"switch.printer","state":"\#(relay.isOn ? "on" : "off")","attributes":{}}"#)
      case ("GET", "/ha/api/states/sensor.power"):
        return .json(200, #"{"state":"0.25","attributes":{"unit_of_measurement":"kW"}}"#)
      case ("GET", "/ha/api/states/sensor.energy"):
        return .json(200, #"{"state":"1500","attributes":{"unit_of_measurement":"Wh"}}"#)
      default: return .json(404, #"{"message":"Entity not found."}"#)
      }
    }
    let options: [PlugOptions.Name: String] = [
      .entity: "switch.printer", .powerEntity: "sensor.power", .energyEntity: "sensor.energy",
    ]
    let driver = try Self.driver(
      SmartPlug(
        name: "h", kind: .homeAssistant, address: "\(server.url)/ha/", token: Secret("abc"),
        options: PlugOptions(options)))
    try await Self.expectSwitching(driver, relay)
    #expect(try await driver.status() == PlugReading(state: .off, power: 250, energyTotal: 1.5))
  }

  @Test("A plain HTTP plug is switched by its paths, and read from a text or from JSON")
  func http() async throws {
    let relay = Relay()
    let server = try StandInServer { request in
      switch (request.method, request.target) {
      case ("PUT", "/r/1?set=1"): relay.isOn = true
      case ("PUT", "/r/1?set=0"): relay.isOn = false
      case ("GET", "/r/1"): return .json(200, #"{"out":[{"on":\#(relay.isOn ? 1 : 0),"w":"12.5"}]}"#)
      case ("GET", "/status"): return .answer(200, body: Array(" \(relay.isOn ? "ON" : "off")\n".utf8))
      default: return .answer(404)
      }
      return .answer(204)
    }
    let options: [PlugOptions.Name: String] = [
      .onPath: "/r/1?set=1", .offPath: "/r/1?set=0", .statusPath: "/r/1", .method: "PUT", .stateKey: "out.0.on",
      .powerKey: "out.0.w",
    ]
    let driver = try Self.driver(SmartPlug(name: "p", kind: .http, address: server.url, options: PlugOptions(options)))
    try await Self.expectSwitching(driver, relay)
    #expect(try await driver.status().power == 12.5)
    let plain = try Self.driver(SmartPlug(name: "p", kind: .http, address: server.url))
    #expect(try await plain.status().state == .off)
    relay.isOn = true
    #expect(try await plain.status().state == .on)
  }

  static let badPlugs: [(String, SmartPlug)] = [
    ("relay", SmartPlug(name: "x", kind: .gpio, relay: "nowhere")),
    ("address", SmartPlug(name: "x", kind: .tasmota, address: "http://224.0.0.1")),
    ("address", SmartPlug(name: "x", kind: .tasmota, address: "169.254.1.1")),
    ("address", SmartPlug(name: "x", kind: .http, address: "ftp://127.0.0.1")),
    ("address", SmartPlug(name: "x", kind: .shelly, address: "user:pw@192.168.1.5")),
    ("address", SmartPlug(name: "x", kind: .shelly, address: "two words")),
    ("address", SmartPlug(name: "x", kind: .mqtt, address: "http://192.168.1.5")),
    ("address", SmartPlug(name: "x", kind: .mqtt, address: "mqtt://192.168.1.5:0")),
    ("address", SmartPlug(name: "x", kind: .mqtt, address: "239.1.1.1:1883")),
    (
      "options.channel",
      SmartPlug(name: "x", kind: .tasmota, address: "10.0.0.1", options: PlugOptions([.channel: "0"]))
    ),
  ]

  @Test("What cannot be a plug is refused by name before anybody is asked", arguments: badPlugs)
  func badPlug(field: String, plug: SmartPlug) throws {
    let error = #expect(throws: InvalidValue.self) { _ = try Self.driver(plug) }
    #expect(error?.field == field)
  }
}

/// A bank of one relay.
actor TestRelays: RelayBank {
  nonisolated let names = ["main"]
  private var isOn = false

  func relays() async -> [RelayStanding] { [RelayStanding(name: "main", isOn: isOn, minimumInterval: .zero)] }
  func relay(_ name: String) async -> RelayStanding? {
    name == "main" ? RelayStanding(name: "main", isOn: isOn, minimumInterval: .zero) : nil
  }
  func `switch`(_ name: String, on: Bool) async throws(Fault) { isOn = on }
}
