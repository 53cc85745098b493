import Link
import Model
import Rules
import TestKit
import Testing
import Loop

/// Peers that do not do what printers do.
@Suite struct FaultTests {
  let serial: SerialNumber
  let leaf: TestCertificate
  static let report = Array(#"{"print":{"command":"push_status","msg":0,"gcode_state":"IDLE"}}"#.utf8)

  init() throws {
    serial = try SerialNumber("01P00A3C0500123")
    leaf = try TestCertificate(commonName: serial.text)
  }

  private func target(_ port: UInt16) throws -> SessionTarget {
    SessionTarget(
      serial: serial, host: try HostName("127.0.0.1"), port: try PortNumber(Int(port), field: "mqtt_port"),
      accessCode: try AccessCode("12345678"))
  }

  /// Runs a session against a peer and ends it.
  private func follow(
    _ port: UInt16, timings: SessionTimings = .short, _ body: (Owner, PollLoop) async throws -> Void
  ) async throws {
    try await withLoop { loop in
      let owner = await Owner(loop: loop, target: try target(port), timings: timings)
      await owner.start()
      try await body(owner, loop)
      await owner.stop()
    }
  }

  private var reporting: StubPrinter.Manner {
    StubPrinter.Manner(after: StubPrinter.publish(topic: "device/\(serial)/report", Self.report))
  }

  @Test func aPortThatAcceptsAndStaysSilentIsUnreachable() async throws {
    let peer = try PlainListener(.silent)
    var timings = SessionTimings.short
    timings.connect = .milliseconds(200)
    try await follow(peer.port, timings: timings) { owner, loop in
      #expect(await owner.reaches(.down(.unreachable)))
      #expect(loop.passes < 100)
    }
    peer.stop()
  }

  @Test func aResetBeforeTheHandshakeDoesNotSpin() async throws {
    let peer = try PlainListener(.resets)
    try await follow(peer.port) { owner, loop in
      #expect(await owner.reaches(.down(.unreachable)))
      // Phases change once; each further attempt is a few passes.
      #expect(loop.passes < 200)
    }
    peer.stop()
  }

  @Test func aSessionThatBreaksAgainAndAgainSaysThatItBringsNothing() async throws {
    let peer = try StubPrinter(leaf, StubPrinter.Manner(hangsUp: true))
    try await follow(peer.port) { owner, _ in
      #expect(await owner.reaches(.down(.noData)))
      #expect(await owner.attempts >= 4)
    }
    peer.stop()
  }

  @Test func aClosedPortIsUnreachable() async throws {
    let peer = try PlainListener(.silent)
    peer.stop()
    try await follow(1) { owner, _ in #expect(await owner.reaches(.down(.unreachable))) }
  }

  @Test(arguments: ["220 FTP server ready\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n"])
  func somethingThatIsNoTLSIsNoPrinter(greeting: String) async throws {
    let peer = try PlainListener(.says(greeting))
    try await follow(peer.port) { owner, _ in #expect(await owner.reaches(.down(.notAPrinter))) }
    peer.stop()
  }

  @Test func aPeerThatNeverGreetsIsUnreachable() async throws {
    let peer = try StubPrinter(leaf, StubPrinter.Manner(greeting: nil))
    var timings = SessionTimings.short
    timings.connect = .milliseconds(300)
    try await follow(peer.port, timings: timings) { owner, _ in #expect(await owner.reaches(.down(.unreachable))) }
    peer.stop()
  }

  @Test(arguments: [4, 5] as [UInt8]) func bothRefusalCodesAreAWrongAccessCode(code: UInt8) async throws {
    let peer = try StubPrinter(leaf, StubPrinter.Manner(greeting: code))
    try await follow(peer.port) { owner, _ in #expect(await owner.reaches(.down(.wrongAccessCode))) }
    peer.stop()
  }

  @Test func aRefusedSubscriptionBringsNoData() async throws {
    let peer = try StubPrinter(leaf, StubPrinter.Manner(grant: 0x80))
    try await follow(peer.port) { owner, _ in #expect(await owner.reaches(.down(.noData))) }
    peer.stop()
  }

  @Test func aSessionWithoutDataIsToldWhileItStands() async throws {
    let peer = try StubPrinter(leaf)
    var timings = SessionTimings.short
    timings.watchdog.firstData = .milliseconds(100)
    try await follow(peer.port, timings: timings) { owner, _ in
      #expect(await owner.reaches(.down(.noData)))
      #expect(await owner.attempts == 1)
      #expect(await owner.isStale)
    }
    peer.stop()
  }

  @Test func silenceRebuildsTheSessionWithAFreshClientID() async throws {
    let peer = try StubPrinter(leaf, reporting)
    var timings = SessionTimings.short
    timings.watchdog.silence = .milliseconds(100)
    timings.watchdog.coolDown = .milliseconds(50)
    try await follow(peer.port, timings: timings) { owner, _ in
      #expect(await owner.waits { $0.phases.filter { $0 == .live }.count >= 3 })
      #expect(peer.clientIDs >= 3)
    }
    peer.stop()
  }

  @Test func commandsThatStayUnansweredRebuildTheSession() async throws {
    var manner = reporting
    manner.acknowledges = true
    let peer = try StubPrinter(leaf, manner)
    var timings = SessionTimings.short
    timings.watchdog.answer = .milliseconds(50)
    timings.watchdog.coolDown = .milliseconds(50)
    try await follow(peer.port, timings: timings) { owner, _ in
      #expect(await owner.reaches(.live))
      _ = try await owner.publish()
      // The answer that connecting waits for counts as well: the session may be on its way down already.
      _ = try? await owner.publish()
      #expect(await owner.waits { $0.phases.filter { $0 == .live }.count >= 2 })
    }
    peer.stop()
  }

  @Test func aPeerWithoutPubacksIsBoundedAndReplaced() async throws {
    let peer = try StubPrinter(leaf, reporting)
    var timings = SessionTimings.short
    timings.unacknowledgedMessages = 8
    try await follow(peer.port, timings: timings) { owner, _ in
      #expect(await owner.reaches(.live))
      var sent = 0
      do {
        while sent < 100 {
          _ = try await owner.publish()
          sent += 1
        }
      } catch {
        #expect(error as? PublishError == .tooManyUnacknowledged)
      }
      #expect(sent <= 8)
      #expect(await owner.waits { $0.phases.filter { $0 == .live }.count >= 2 })
    }
    peer.stop()
  }

  @Test func anEndlessPacketIsCutOffAtAMegabyte() async throws {
    // A PUBLISH that announces 256 MB, and then bytes without end.
    let head: [UInt8] = [0x30, 0xFF, 0xFF, 0xFF, 0x7F]
    let manner = StubPrinter.Manner(after: head + [UInt8](repeating: 0x41, count: 64 << 20))
    let peer = try StubPrinter(leaf, manner)
    try await follow(peer.port) { owner, _ in
      #expect(await owner.reaches(.down(.notAPrinter)))
      // What the kernel buffers goes out as well, so this is no measure of what we took; but it is not the whole.
      #expect(peer.bytesSent < max(1, peer.connections) * 48 << 20)
    }
    peer.stop()
  }

  @Test func oddMessagesDoNotEndTheSession() async throws {
    let topic = "device/\(serial)/report"
    let odd = [Array("not JSON".utf8), [], [0xFF, 0xFE, 0x00], Array("[1,2]".utf8), Self.report]
    let foreign = StubPrinter.publish(topic: "device/OTHER/report", Self.report)
    let manner = StubPrinter.Manner(after: foreign + odd.flatMap { StubPrinter.publish(topic: topic, $0) })
    let peer = try StubPrinter(leaf, manner)
    try await follow(peer.port) { owner, _ in
      #expect(await owner.reaches(.live))
      #expect(await owner.waits { $0.outcomes == odd.count })
      #expect(await owner.attempts == 1)
    }
    peer.stop()
  }

  @Test func aPrinterThatDropsUsAtOnceIsNotAskedEverySecond() async throws {
    var manner = reporting
    manner.hangsUp = true
    let peer = try StubPrinter(leaf, manner)
    var timings = SessionTimings.short
    timings.backoff = Backoff.Limits(first: .milliseconds(10), most: .seconds(30), stableAfter: .seconds(30))
    try await follow(peer.port, timings: timings) { owner, _ in
      #expect(await owner.waits { $0.attempts >= 4 })
      #expect(peer.connections < 10)
    }
    peer.stop()
  }

  @Test func aFloodIsReadAtItsShareAndNoFaster() async throws {
    var manner = reporting
    manner.times = 200_000
    let peer = try StubPrinter(leaf, manner)
    var timings = SessionTimings.short
    timings.bytesPerSecond = 64 << 10
    try await follow(peer.port, timings: timings) { owner, loop in
      #expect(await owner.waits { $0.outcomes > 500 })
      #expect(loop.passes < 2000)
    }
    peer.stop()
  }

  @Test func stopWhileConnectingIsStopped() async throws {
    let peer = try PlainListener(.silent)
    try await follow(peer.port) { owner, _ in
      await owner.stop()
      #expect(await owner.phases == [.connecting, .stopped])
      await owner.start()
      #expect(await owner.phases.last == .connecting)
    }
    peer.stop()
  }
}
