import Link
import Model
import TestKit
import Testing

/// Full reports on demand (protocol sheet, section 3.2, "Request pacing").
@Suite struct FullReportTests {
  private func follow(
    serial text: String, timings: SessionTimings = .short, _ body: (Owner, StubPrinter) async throws -> Void
  ) async throws {
    let serial = try SerialNumber(text)
    let printer = try StubPrinter(TestCertificate(commonName: text), StubPrinter.Manner(acknowledges: true))
    let target = SessionTarget(
      serial: serial, host: try HostName("127.0.0.1"), port: try PortNumber(Int(printer.port), field: "mqtt_port"),
      accessCode: try AccessCode("12345678"))
    try await withLoop { loop in
      let owner = await Owner(loop: loop, target: target, timings: timings)
      #expect(await owner.requestFullReport() == .notConnected)
      await owner.start()
      #expect(await owner.reaches(.subscribed))
      try await body(owner, printer)
      await owner.stop()
    }
    printer.stop()
  }

  @Test func anX1IsAskedAtOnceEachTime() async throws {
    try await follow(serial: "00M00A3C0500101") { owner, _ in
      #expect(await owner.requestFullReport() == .sent)
      #expect(await owner.requestFullReport() == .sent)
    }
  }

  @Test func aP1IsAskedOnceInFiveMinutesAndTheRestIsOneRequestLater() async throws {
    try await follow(serial: "01P00A3C0500123") { owner, _ in
      #expect(await owner.requestFullReport() == .sent)
      let second = await owner.requestFullReport()
      guard case .deferred = second else {
        Issue.record("a second request was not put off")
        return
      }
      #expect(await owner.requestFullReport() == second)
    }
  }

  @Test func aRequestThatWasPutOffGoesOutByItself() async throws {
    var timings = SessionTimings.short
    timings.fullReportSpacing = .milliseconds(200)
    timings.versionAttempts = 1
    try await follow(serial: "03900A3C0500123", timings: timings) { owner, printer in
      #expect(await owner.requestFullReport() == .sent)
      for _ in 0..<5 { _ = await owner.requestFullReport() }
      // Of the connection: get_version and pushall. On demand: one at once, and one for all five later.
      #expect(await printer.receives(publishes: 4))
    }
  }

  @Test func aFullReportThatDoesNotComeIsAskedForAgain() async throws {
    var timings = SessionTimings.short
    timings.fullReportPatience = .milliseconds(100)
    timings.fullReportSpacing = .milliseconds(200)
    timings.versionAttempts = 1
    try await follow(serial: "01P00A3C0500123", timings: timings) { owner, printer in
      // get_version and pushall of the connection, and then pushall again and again.
      #expect(await printer.receives(publishes: 5))
      #expect(await owner.attempts == 1)
    }
  }
}
