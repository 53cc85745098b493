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

  private static func rule(_ authorities: String? = nil) -> @Sendable () -> AddressRule {
    { AddressRule(allowsLoopback: true, ownPorts: [], authorities: authorities) }
  }

  /// What the line has logged.
  private final class Journal: LogHandler, Sendable {
    private let kept = Mutex<[String]>([])
    var lines: [String] { kept.withLock { $0 } }
    var metadata: Logger.Metadata {
      get { [:] }
      set {}
    }
    var logLevel: Logger.Level {
      get { .trace }
      set {}
    }
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { nil }
      set {}
    }
    func log(event: LogEvent) {
      kept.withLock { $0.append("\(event.level) \(event.message) \(event.metadata ?? [:])") }
    }
  }

  /// A fleet with one printer at an address where nobody answers.
  private struct Yard {
    let loop: PollLoop
    let fleet: Fleet
    let view: FleetView
    let printer: PrinterID

    init(_ bench: CloudBench, feed: EventFeed) async throws {
      loop = try PollLoop(name: "test")
      view = bench.desk.surroundings.view
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

  /// mosquitto that lets in the account with its token, and the printer itself; by TLS only where it has a certificate.
  private static func broker(
    _ folder: TemporaryFolder, user: String, token: String, certificate: TestCertificate? = nil
  ) async throws -> (ChildProcess, Int) {
    let port = try ServiceProcess.freePort()
    let passwords = "\(folder.path)/passwords"
    for (name, word, flag) in [(user, token, "-c"), ("printer", "word", "")] {
      let made = try ChildProcess(
        "/usr/bin/mosquitto_passwd", [flag, "-b", passwords, name, word].filter { !$0.isEmpty })
      guard try await made.wait() == 0 else { throw TestKitError("no passwords: \(made.text)") }
    }
    var lines = [
      "listener \(port) 127.0.0.1", "allow_anonymous false", "password_file \(passwords)", "user root", "log_type all",
      "log_dest file \(folder.path)/log",
    ]
    if let certificate {
      lines += [
        "certfile \(try folder.write(certificate.certificatePEM, as: "server.pem"))",
        "keyfile \(try folder.write(certificate.keyPEM, as: "server.key", mode: 0o600))", "tls_version tlsv1.2",
      ]
    }
    let file = try folder.write(lines.map { "\($0)\n" }.joined(), as: "m.conf")
    let process = try ChildProcess("/usr/sbin/mosquitto", ["-c", file])
    try await eventually(within: 10, "mosquitto listens") { () -> Bool? in
      (try? Connection(port: port)) == nil ? nil : true
    }
    return (process, port)
  }

  /// The printer, which answers requests for everything with a report, and commands with an echo.
  private static func printer(_ address: String, authorities: String? = nil) async throws -> BrokerSession {
    var settings = BrokerSession.Settings(broker: try BrokerAddress(address))
    settings.user = "printer"
    settings.password = Secret("word")
    settings.topics = ["device/\(serial)/request"]
    let outlet = Outlet()
    let session = BrokerSession(settings, rule: rule(authorities)) { _, payload, _ in
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

  @Test(
    "A bound printer that is not in the network is read by the cloud, and is gone when somebody signs out",
    arguments: [false, true])
  func following(isEncrypted: Bool) async throws {
    try await CloudBench.play { bench in
      try await bench.signIn()
      bench.cloud.bind(serial: Self.serial, name: "Far away", accessCode: Secret("12345678"), model: .p1s)
      let token = try #require(bench.cloud.tokens.first)
      let folder = try TemporaryFolder()
      let authority = try StandInAuthority()
      let (process, port) = try await Self.broker(
        folder, user: "u_\(bench.cloud.account.userID)", token: token,
        certificate: isEncrypted ? try authority.certificate(for: "localhost") : nil)
      let address = isEncrypted ? "mqtts://localhost:\(port)" : "mqtt://127.0.0.1:\(port)"
      let machine = try await Self.printer(address, authorities: authority.path)
      let yard = try await Yard(bench, feed: bench.desk.surroundings.feed)
      let line = CloudLine(
        desk: bench.desk, fleet: yard.fleet, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        rule: Self.rule(authority.path), patience: .milliseconds(50), broker: { _ in try? BrokerAddress(address) })
      await line.start()
      let snapshot = try await eventually(within: 15, "the printer is seen") { () -> PrinterSnapshot? in
        yard.view[yard.printer].flatMap { $0.state == .idle ? $0 : nil }
      }
      #expect(snapshot.isConnected && snapshot.isByCloud && snapshot.problem == nil)
      #expect(snapshot.report?.nozzles.first?.heater.temperature == 31)
      // Where it is accepted, it is driven by the cloud as well.
      try await yard.fleet.perform(.light(isOn: true), on: yard.printer)

      // What the broker tells beside reports is told to people: of the account, and of no printer that speaks itself.
      let topic = "device/\(Self.serial)/report"
      for message in [
        #"{"event":"print.started","data":{"title":"Tower"}}"#, #"{"print":{"command":"event","type":"print.failed"}}"#,
        #"{"event":"notification.created","title":"New firmware","message":"It is there."}"#,
      ] { machine.publish(Array(message.utf8), to: topic, isRetained: false) }
      let notice = try await eventually(within: 10, "the message is told") { bench.told.notices.first }
      #expect(notice.event == "notification" && notice.title == "New firmware" && notice.printer == yard.printer)
      #expect(bench.told.notices.count == 1)

      // A hundred messages a minute are what the broker takes (S2, "Rate limiting"): one more is refused on our side.
      var count = 0
      while bench.desk.mayPublish() { count += 1 }
      #expect((90...99).contains(count))
      let fault = await CloudBench.fault { try await yard.fleet.perform(.light(isOn: false), on: yard.printer) }
      #expect(fault?.code == .serviceUnavailable && fault?.retryAfter == 30, "\(String(describing: fault))")

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

  @Test(
    "A broker whose certificate nobody vouches for, or that is another's, gets no token, and the log says why, once")
  func stranger() async throws {
    let stranger = try StandInAuthority()
    let known = try StandInAuthority()
    for certificate in [try stranger.certificate(for: "localhost"), try known.certificate(for: "elsewhere")] {
      try await CloudBench.play { bench in
        try await bench.signIn()
        bench.cloud.bind(serial: Self.serial, name: "Far away", accessCode: Secret("12345678"), model: .p1s)
        let token = try #require(bench.cloud.tokens.first)
        let folder = try TemporaryFolder()
        let user = "u_\(bench.cloud.account.userID)"
        let (process, port) = try await Self.broker(folder, user: user, token: token, certificate: certificate)
        let yard = try await Yard(bench, feed: bench.desk.surroundings.feed)
        let journal = Journal()
        let line = CloudLine(
          desk: bench.desk, fleet: yard.fleet, logger: Logger(label: "test") { _ in journal },
          rule: Self.rule(known.path), patience: .milliseconds(50),
          broker: { _ in try? BrokerAddress("mqtts://localhost:\(port)") })
        await line.start()
        // Twice, so that the second is seen not to be logged.
        try await eventually(within: 15, "it has tried twice") { () -> Bool? in
          let log = TemporaryFolder.bytes(of: "\(folder.path)/log").map { String(decoding: $0, as: UTF8.self) } ?? ""
          return log.split(separator: "\n").count { $0.contains("New connection") } >= 3 ? true : nil
        }
        let warnings = journal.lines.filter { $0.hasPrefix("warning") }
        #expect(warnings.count == 1 && warnings.first?.contains("certificate is not trusted") == true, "\(warnings)")
        #expect(!journal.lines.joined().contains(token))
        #expect(yard.view[yard.printer]?.isConnected == false)
        let log = String(decoding: TemporaryFolder.bytes(of: "\(folder.path)/log") ?? [], as: UTF8.self)
        #expect(!log.contains(user), "the broker was told who we are")
        await line.stop()
        await yard.end()
        process.signal(SIGKILL)
        _ = try await process.wait()
      }
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
