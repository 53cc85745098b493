import Link
import Model
import TLS
import TestKit
import Testing
import Loop

/// Against a real mosquitto.
@Suite(.enabled(if: Broker.isInstalled, "mosquitto is not installed"), .serialized)
struct BrokerTests {
  let serial: SerialNumber
  let code: AccessCode
  let root: TestCertificate
  static let report = """
    {"print":{"command":"push_status","msg":0,"gcode_state":"RUNNING","mc_percent":42,"nozzle_temper":219.5,\
    "sequence_id":"2021"}}
    """

  init() throws {
    serial = try SerialNumber("01P00A3C0500123")
    code = try AccessCode("12345678")
    root = try TestCertificate(commonName: "Root", role: .authority)
  }

  private func target(_ port: UInt16, code: AccessCode? = nil, host: String = "127.0.0.1") throws -> SessionTarget {
    SessionTarget(
      serial: serial, host: try HostName(host), port: try PortNumber(Int(port), field: "mqtt_port"),
      accessCode: code ?? self.code)
  }

  private func leaf(_ name: String? = nil) throws -> TestCertificate {
    try TestCertificate(commonName: name ?? serial.text, issuer: root)
  }

  private func trust() throws -> TrustStore {
    let trust = try TemporaryFolder()
    try trust.write(root.certificatePEM, as: "root.pem")
    return try TrustStore(folder: trust.path)
  }

  @Test func comesLiveAndMergesWhatThePrinterReports() async throws {
    let broker = try Broker(leaf(), code: "12345678")
    try broker.publish(Self.report, serial: serial.text, code: "12345678")
    try await withLoop { loop in
      let owner = await Owner(loop: loop, target: try target(broker.port), authorities: try trust())
      await owner.start()
      #expect(await owner.reaches(.live))
      #expect(await owner.phases == [.connecting, .subscribed, .live])
      #expect(await owner.report?.job.progress == 42)
      #expect(await owner.report?.gcodeState == .running)
      guard case .verified = await owner.verdicts.first else {
        Issue.record("the chain was not verified")
        return
      }
      await owner.stop()
      #expect(await owner.phase == .stopped)
    }
  }

  @Test func aWrongAccessCodeIsToldAndHealsWhenRetargeted() async throws {
    let broker = try Broker(leaf(), code: "12345678")
    try broker.publish(Self.report, serial: serial.text, code: "12345678")
    try await withLoop { loop in
      let wrong = try target(broker.port, code: AccessCode("87654321"))
      let owner = await Owner(loop: loop, target: wrong)
      await owner.start()
      #expect(await owner.reaches(.down(.wrongAccessCode)))
      await owner.retarget(try target(broker.port))
      #expect(await owner.reaches(.live))
      await owner.stop()
    }
  }

  @Test func aBrokerThatIsKilledAndRestartedHealsByItself() async throws {
    let broker = try Broker(leaf(), code: "12345678")
    try broker.publish(Self.report, serial: serial.text, code: "12345678")
    try await withLoop { loop in
      let owner = await Owner(loop: loop, target: try target(broker.port))
      await owner.start()
      #expect(await owner.reaches(.live))
      broker.kill()
      #expect(await owner.reaches(.down(.unreachable)))
      try broker.start()
      try broker.publish(Self.report, serial: serial.text, code: "12345678")
      #expect(await owner.reaches(.live))
      await owner.stop()
    }
  }

  @Test func aNameIsResolvedBesideTheLoop() async throws {
    let broker = try Broker(leaf(), code: "12345678")
    try broker.publish(Self.report, serial: serial.text, code: "12345678")
    let lookup: NameResolver.Lookup = { $0 == "printer.local" ? ["127.0.0.1"] : [] }
    try await withLoop(lookup: lookup) { loop in
      let owner = await Owner(loop: loop, target: try target(broker.port, host: "printer.local"))
      await owner.start()
      #expect(await owner.reaches(.live))
      await owner.stop()
      let unknown = await Owner(loop: loop, target: try target(broker.port, host: "nowhere.local"))
      await unknown.start()
      #expect(await unknown.reaches(.down(.unreachable)))
      await unknown.stop()
    }
  }

  @Test func thirtyTwoSessionsLiveOnOneThread() async throws {
    let broker = try Broker(leaf(), code: "12345678")
    try broker.publish(Self.report, serial: serial.text, code: "12345678")
    try await withLoop { loop in
      var owners: [Owner] = []
      for _ in 0..<32 { owners.append(await Owner(loop: loop, target: try target(broker.port))) }
      for owner in owners { await owner.start() }
      for owner in owners { #expect(await owner.reaches(.live)) }
      for owner in owners { await owner.stop() }
    }
  }
}
