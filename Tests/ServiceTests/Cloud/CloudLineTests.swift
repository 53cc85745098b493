import Glibc
import Link
import Logging
import Loop
import Model
import Reach
import Rules
import Simulator
import Store
import TLS
import TestKit
import Testing
import Wire
import Synchronization

@testable import Service

/// Printers that are followed by the cloud, with a real mosquitto for its broker.
@Suite("Following by the cloud", .enabled(if: access("/usr/sbin/mosquitto", X_OK) == 0), .timeLimit(.minutes(1)))
struct CloudLineTests {
  private static let serial = "01P00A123456789"
  private static let rule: @Sendable () -> AddressRule = { AddressRule(allowsLoopback: true, ownPorts: []) }

  /// A fleet with one printer at an address where nobody answers.
  private struct Yard {
    let loop: PollLoop
    let fleet: Fleet
    let view: FleetView
    let printer: PrinterID

    init(_ bench: CloudBench, feed: EventFeed) async throws {
      loop = try PollLoop(name: "test")
      view = FleetView()
      let surroundings = PrinterSurroundings(
        loop: loop, authorities: TrustStore(), view: view, feed: feed, printers: PrinterRepository(bench.database),
        prints: PrintRepository(bench.database), printStarts: PrintStartRepository(bench.database),
        transfers: TransferWorkers(), clock: SystemClock(),
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
      fleet = Fleet(surroundings: surroundings)
      printer = try await fleet.add(
        NewPrinter(
          name: "Far away", host: try HostName("127.0.0.1"), serial: try SerialNumber(CloudLineTests.serial),
          accessCode: try AccessCode("12345678"), mqttPort: try PortNumber(1, field: "mqtt_port"))
      ).identity.id
    }

    func end() async {
      await fleet.stop()
      loop.shutdown()
    }
  }

  /// mosquitto that lets in the account with its token, and the printer itself.
  private static func broker(
    _ folder: TemporaryFolder, user: String, token: String
  ) async throws -> (ChildProcess, Int) {
    let port = try ServiceProcess.freePort()
    let passwords = "\(folder.path)/passwords"
    for (name, word, flag) in [(user, token, "-c"), ("printer", "word", "")] {
      let made = try ChildProcess(
        "/usr/bin/mosquitto_passwd", [flag, "-b", passwords, name, word].filter { !$0.isEmpty })
      guard try await made.wait() == 0 else { throw TestKitError("no passwords: \(made.text)") }
    }
    let file = try folder.write(
      "listener \(port) 127.0.0.1\nallow_anonymous false\npassword_file \(passwords)\nuser root\nlog_type none\n",
      as: "m.conf")
    let process = try ChildProcess("/usr/sbin/mosquitto", ["-c", file])
    try await eventually(within: 10, "mosquitto listens") { () -> Bool? in
      (try? Connection(port: port)) == nil ? nil : true
    }
    return (process, port)
  }

  /// The printer, which answers requests for everything with a report, and commands with an echo.
  private static func printer(_ port: Int) async throws -> BrokerSession {
    var settings = BrokerSession.Settings(broker: try BrokerAddress("mqtt://127.0.0.1:\(port)"))
    settings.user = "printer"
    settings.password = Secret("word")
    settings.topics = ["device/\(serial)/request"]
    let outlet = Outlet()
    let session = BrokerSession(settings, rule: rule) { _, payload, _ in
      let text = String(decoding: payload, as: UTF8.self)
      let report =
        text.contains("pushall")
        ? """
        {"print":{"command":"push_status","msg":0,"gcode_state":"IDLE","nozzle_temper":31,"bed_temper":25,\
        "lights_report":[{"node":"chamber_light","mode":"off"}]}}
        """ : acknowledged(text)
      outlet.session?.publish(Array(report.utf8), to: "device/\(serial)/report", isRetained: false)
    }
    outlet.session = session
    session.start()
    try await eventually(within: 10, "the printer is connected") { () -> Bool? in session.isUp ? true : nil }
    return session
  }

  /// A command as the printer echoes it when it obeys.
  private static func acknowledged(_ text: String) -> String {
    guard case .object(var message)? = try? JSONParser.parse(text.utf8, limits: .init(bytes: 1 << 16)) else {
      return text
    }
    for (name, value) in message {
      guard case .object(var command) = value else { continue }
      command["result"] = "success"
      message[name] = .object(command)
    }
    var json = JSONWriter()
    json.write(.object(message))
    return String(decoding: json.bytes, as: UTF8.self)
  }

  @Test("A bound printer that is not in the network is read by the cloud, and is gone when somebody signs out")
  func following() async throws {
    try await CloudBench.play { bench in
      try await bench.signIn()
      bench.cloud.bind(serial: Self.serial, name: "Far away", accessCode: Secret("12345678"), model: .p1s)
      let token = try #require(bench.cloud.tokens.first)
      let folder = try TemporaryFolder()
      let (process, port) = try await Self.broker(folder, user: "u_\(bench.cloud.account.userID)", token: token)
      let machine = try await Self.printer(port)
      let yard = try await Yard(bench, feed: bench.desk.surroundings.feed)
      let line = CloudLine(
        desk: bench.desk, fleet: yard.fleet, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        rule: Self.rule, patience: .milliseconds(50), broker: { _ in try? BrokerAddress("mqtt://127.0.0.1:\(port)") })
      await line.start()
      let snapshot = try await eventually(within: 15, "the printer is seen") { () -> PrinterSnapshot? in
        yard.view[yard.printer].flatMap { $0.state == .idle ? $0 : nil }
      }
      #expect(snapshot.isConnected && snapshot.isByCloud && snapshot.problem == nil)
      #expect(snapshot.report?.nozzles.first?.heater.temperature == 31)
      // Where it is accepted, it is driven by the cloud as well.
      try await yard.fleet.perform(.light(isOn: true), on: yard.printer)
      try await bench.desk.signOut()
      try await eventually(within: 15, "the printer is gone") { () -> Bool? in
        yard.view[yard.printer]?.isConnected == false ? true : nil
      }
      await line.stop()
      machine.stop()
      await yard.end()
      process.signal(SIGKILL)
      _ = try await process.wait()
    }
  }

  @Test("A printer that the account does not have is not asked for")
  func others() async throws {
    try await CloudBench.play { bench in
      try await bench.signIn()
      bench.cloud.bind(serial: "01P00A000000002", name: "Another", accessCode: Secret("12345678"), model: .p1s)
      let yard = try await Yard(bench, feed: bench.desk.surroundings.feed)
      #expect(await yard.fleet.absentPrinters() == [Self.serial: yard.printer])
      #expect(await bench.desk.lineAccess()?.bound == ["01P00A000000002"])
      await yard.end()
    }
  }

  @Test("The broker of each region")
  func brokers() throws {
    let table: [(CloudRegion, String)] = [(.global, "us.mqtt.bambulab.com"), (.china, "cn.mqtt.bambulab.com")]
    for (region, host) in table {
      let address = try #require(CloudLine.standardBroker(try CloudBase(region: region, custom: "")))
      #expect(address.host.text == host && address.isEncrypted && address.port.number == 8883)
    }
    let own = try #require(CloudLine.standardBroker(try CloudBase(region: .custom, custom: "https://cloud.lan/x")))
    #expect(own.host.text == "cloud.lan" && own.isEncrypted)
  }

  private final class Outlet: Sendable {
    private let kept = Mutex<BrokerSession?>(nil)
    var session: BrokerSession? {
      get { kept.withLock { $0 } }
      set { kept.withLock { $0 = newValue } }
    }
  }
}
