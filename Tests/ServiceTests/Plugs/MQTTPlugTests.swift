import Glibc
import Loop
import Model
import Reach
import Store
import Synchronization
import TestKit
import Testing

@testable import Service

/// A plug behind a real mosquitto.
@Suite("MQTT plugs", .enabled(if: access("/usr/sbin/mosquitto", X_OK) == 0), .timeLimit(.minutes(1)))
struct MQTTPlugTests {
  /// mosquitto on a port of its own.
  private final class Mosquitto {
    let folder: TemporaryFolder
    let port: Int
    private(set) var process: ChildProcess

    init(extra: String = "allow_anonymous true") async throws {
      folder = try TemporaryFolder()
      port = try ServiceProcess.freePort()
      let file = try folder.write("listener \(port) 127.0.0.1\n\(extra)\nuser root\nlog_type none\n", as: "m.conf")
      process = try ChildProcess("/usr/sbin/mosquitto", ["-c", file])
      try await ready()
    }

    func ready() async throws {
      let port = port
      try await eventually(within: 10, "mosquitto listens") { () -> Bool? in
        (try? Connection(port: port)) == nil ? nil : true
      }
    }

    func kill() async throws {
      process.signal(SIGKILL)
      _ = try await process.wait()
    }

    func restart() async throws {
      process = try ChildProcess("/usr/sbin/mosquitto", ["-c", "\(folder.path)/m.conf"])
      try await ready()
    }
  }

  private static let rule: @Sendable () -> AddressRule = { AddressRule(allowsLoopback: true, ownPorts: []) }

  private static func plug(_ broker: Mosquitto, options: [PlugOptions.Name: String]) throws -> MQTTPlug {
    MQTTPlug(
      broker: try BrokerAddress("127.0.0.1:\(broker.port)"), user: nil, password: nil,
      options: PlugOptions(options), rule: rule)
  }

  /// The plug itself: obeys `p/set` and tells `p/state`, unless it is dumb.
  private static func device(
    _ broker: Mosquitto, answers: @escaping @Sendable (String) -> [(String, String)]
  ) async throws -> BrokerSession {
    var settings = BrokerSession.Settings(broker: try BrokerAddress("mqtt://127.0.0.1:\(broker.port)"))
    settings.topics = ["p/set"]
    let box = Outlet()
    let session = BrokerSession(settings, rule: rule) { _, payload, _ in
      for (topic, text) in answers(String(decoding: payload, as: UTF8.self)) {
        box.session?.publish(Array(text.utf8), to: topic, isRetained: true)
      }
    }
    box.session = session
    session.start()
    try await eventually(within: 10, "the device is connected") { () -> Bool? in session.isUp ? true : nil }
    return session
  }

  private final class Outlet: Sendable {
    private let kept = Mutex<BrokerSession?>(nil)
    var session: BrokerSession? {
      get { kept.withLock { $0 } }
      set { kept.withLock { $0 = newValue } }
    }
  }

  private static let options: [PlugOptions.Name: String] = [
    .commandTopic: "p/set", .stateTopic: "p/state", .powerTopic: "p/sensor", .powerKey: "ENERGY.Power",
    .energyTopic: "p/sensor", .energyKey: "ENERGY.Total",
  ]

  @Test("It is switched by a message, believed when it says so, and its figures are read from JSON")
  func switching() async throws {
    let broker = try await Mosquitto()
    let device = try await Self.device(broker) { word in
      [("p/state", word), ("p/sensor", #"{"Time":"x","ENERGY":{"Power":60,"Total":1.25}}"#)]
    }
    let plug = try Self.plug(broker, options: Self.options)
    #expect(try await plug.status().state == .unknown)
    try await plug.turn(on: true)
    try await eventually(within: 5, "the figures come") { () -> Bool? in
      try await plug.status() == PlugReading(state: .on, power: 60, energyTotal: 1.25) ? true : nil
    }
    try await plug.turn(on: false)
    #expect(try await plug.status().state == .off)
    await plug.close()
    await #expect(throws: Fault.self) { try await plug.status() }
    device.stop()
    try await broker.kill()
  }

  @Test("One that says nothing after a command is told, and one without a state topic is taken at our word")
  func silence() async throws {
    let broker = try await Mosquitto()
    let plug = try Self.plug(broker, options: Self.options)
    let fault = await #expect(throws: Fault.self) { try await plug.turn(on: true) }
    #expect(fault?.code == .plugOffline)
    await plug.close()
    let blind = try Self.plug(broker, options: [.commandTopic: "p/set"])
    try await blind.turn(on: true)
    #expect(try await blind.status().state == .on)
    await blind.close()
    try await broker.kill()
  }

  @Test("The session comes back by itself after the broker was away")
  func comesBack() async throws {
    let broker = try await Mosquitto()
    let plug = try Self.plug(broker, options: [.commandTopic: "p/set"])
    try await plug.turn(on: true)
    try await broker.kill()
    try await broker.restart()
    try await eventually(within: 20, "it is connected again") { () -> Bool? in
      (try? await plug.turn(on: false)) == nil ? nil : true
    }
    await plug.close()
    try await broker.kill()
  }

  @Test("A broker that is not there, refuses us, or may not be used is PLUG_OFFLINE")
  func refusal() async throws {
    let broker = try await Mosquitto(extra: "allow_anonymous false")
    let refused = try Self.plug(broker, options: Self.options)
    let fault = await #expect(throws: Fault.self) { try await refused.status() }
    #expect(fault?.code == .plugOffline && fault?.message.contains("user name") == true, "\(fault?.message ?? "")")
    await refused.close()
    let own = MQTTPlug(
      broker: try BrokerAddress("127.0.0.1:\(broker.port)"), user: nil, password: nil,
      options: PlugOptions(Self.options)
    ) { AddressRule(allowsLoopback: false, ownPorts: []) }
    let objection = await #expect(throws: Fault.self) { try await own.status() }
    #expect(objection?.message.contains("may not be used") == true)
    await own.close()
    try await broker.kill()
  }

  @Test("A certificate that nobody vouches for, and a broker that says nothing, are PLUG_OFFLINE within seconds")
  func strangers() async throws {
    let folder = try TemporaryFolder()
    let certificate = try StandInAuthority().certificate(for: "localhost")
    let broker = try await Mosquitto(
      extra: """
        allow_anonymous true
        certfile \(try folder.write(certificate.certificatePEM, as: "server.pem"))
        keyfile \(try folder.write(certificate.keyPEM, as: "server.key", mode: 0o600))
        """)
    let silent = try StandInServer { _ in .silence }
    for (address, words) in [
      ("mqtts://localhost:\(broker.port)", "certificate is not trusted"),
      ("127.0.0.1:\(silent.port)", "does not answer"),
    ] {
      let begun = ContinuousClock.now
      let plug = MQTTPlug(
        broker: try BrokerAddress(address), user: Secret("me"), password: Secret("geheim"),
        options: PlugOptions(Self.options), rule: Self.rule)
      let fault = await #expect(throws: Fault.self) { try await plug.turn(on: true) }
      #expect(fault?.code == .plugOffline && fault?.message.contains(words) == true, "\(fault?.message ?? "")")
      #expect(fault?.message.contains("geheim") == false && ContinuousClock.now - begun < .seconds(15))
      await plug.close()
    }
    try await broker.kill()
  }

  static let addresses: [(String, String?, UInt16, Bool)] = [
    ("broker.lan", "broker.lan", 1883, false), ("10.0.0.1:1884", "10.0.0.1", 1884, false),
    ("mqtt://10.0.0.1", "10.0.0.1", 1883, false), ("mqtts://broker.lan", "broker.lan", 8883, true),
    ("mqtts://[fd00::1]:9", "fd00::1", 9, true), ("fd00::1", "fd00::1", 1883, false), ("", nil, 0, false),
    ("mqtt://", nil, 0, false), ("http://10.0.0.1", nil, 0, false), ("10.0.0.1:", nil, 0, false),
    ("10.0.0.1:70000", nil, 0, false), ("10.0.0.1:1883/x", nil, 0, false), ("mqtts://broker.lan#00", nil, 0, false),
    ("mqtt://10.0.0.1#" + String(repeating: "0f", count: 32), nil, 0, false), ("[fd00::1]x", nil, 0, false),
  ]

  @Test("A broker's address is read or refused as a whole", arguments: addresses)
  func address(text: String, host: String?, port: UInt16, isEncrypted: Bool) {
    let address = try? BrokerAddress(text)
    #expect(address?.host.text == host)
    guard let address else { return }
    #expect(address.port.number == port && address.isEncrypted == isEncrypted)
  }
}
