import Link
import Model
import Rules
import Service
import Simulator
import TestKit
import Testing
import Wire

/// What takes a minute or more to notice in the service: silence of every kind, and refusals that end by themselves.
/// The parts are the service's own; only the times are shortened.
struct WatchdogTests {
  private func expectSilence(_ snapshot: PrinterSnapshot) {
    #expect(snapshot.report == nil && !snapshot.isConnected)
    #expect(snapshot.lastState == .idle && snapshot.lastUpdate != nil)
  }

  /// X1 printers report each second, so that silence shorter than two seconds is none.
  private static let patient: SessionTimings = {
    var timings = SessionTimings.short
    timings.watchdog.silence = .seconds(3)
    return timings
  }()

  @Test("TCP stays up and nothing passes: the session is rebuilt, the printer is unreachable, and heals")
  func tcpUpButSilent() async throws {
    try await Following.play(PrinterSpecification(model: .x1c), timings: Self.patient) { following, printer, id in
      try await following.waits(id, for: .idle)
      printer.inject(.silent)
      expectSilence(try await following.waits(id, for: .offline, .unreachable))
      printer.clearFaults()
      #expect(try await following.waits(id, for: .idle).report != nil)
    }
  }

  @Test("A session that brings no reports is rebuilt and shown as no_data, until they come again")
  func noReports() async throws {
    try await Following.play(PrinterSpecification(model: .x1c), timings: Self.patient) { following, printer, id in
      try await following.waits(id, for: .idle)
      printer.inject(.stale)
      let silent = try await following.waits(id, for: .offline, .noData)
      expectSilence(silent)
      #expect(await printer.wait { $0.sessionsEver >= 2 }, "with a fresh client id")
      printer.clearFaults()
      #expect(try await following.waits(id, for: .idle).report != nil)
    }
  }

  @Test("Without a report for the time that makes a printer offline it is offline, whatever the session does")
  func silenceMakesOffline() async throws {
    var timings = SessionTimings.short
    timings.watchdog.silence = .seconds(60)
    try await Following.play(PrinterSpecification(model: .x1c), silence: 2.5, timings: timings) {
      following, printer, id in
      try await following.waits(id, for: .idle)
      printer.inject(.stale)
      expectSilence(try await following.waits(id, for: .offline, .noData))
      #expect(printer.counters.sessionsOpen == 1, "the session stands")
      printer.clearFaults()
      try await following.waits(id, for: .idle)
    }
  }

  @Test("A refused access code is tried again, so that it heals when the printer takes it")
  func refusedCodeHeals() async throws {
    try await Following.play(PrinterSpecification(model: .p1s)) { following, printer, id in
      try await following.waits(id, for: .idle)
      for code in [4, 5] as [UInt8] {
        printer.inject(.refuseAccessCode(code))
        printer.inject(.dropAll)
        expectSilence(try await following.waits(id, for: .error, .wrongAccessCode))
        printer.clearFaults()
        try await following.waits(id, for: .idle)
      }
    }
  }

  @Test("A wrong serial number and a changed key heal when the right certificate is back")
  func certificatesHeal() async throws {
    try await Following.play(PrinterSpecification(model: .p1s)) { following, printer, id in
      try await following.waits(id, for: .idle)
      for (variant, problem) in [
        (CertificateVariant.otherSerial, PrinterProblem.wrongSerial), (.otherSelfSigned, .certificateChanged),
      ] {
        try printer.useCertificate(variant)
        expectSilence(try await following.waits(id, for: .error, problem))
        try printer.useCertificate(.complete)
        let healed = try await following.waits(id, for: .idle)
        #expect(healed.identity.trust.state == .pinned && healed.identity.trust.offered == nil)
      }
    }
  }

  @Test("A printer that resets, answers with something else, or has no room is tried until it lets us in")
  func otherRefusalsHeal() async throws {
    try await Following.play(PrinterSpecification(model: .p1s)) { following, printer, id in
      try await following.waits(id, for: .idle)
      for (fault, problem) in [
        (PrinterFault.resetBeforeHandshake, PrinterProblem.unreachable), (.garbage, .notAPrinter),
        (.connectionLimit(0, evictsOldest: false), .unreachable),
      ] {
        printer.inject(fault)
        printer.inject(.dropAll)
        expectSilence(try await following.waits(id, for: .offline, problem))
        printer.clearFaults()
        try await following.waits(id, for: .idle)
      }
    }
  }

  @Test("After a reconnect the reported fields are null until the first full report")
  func nothingOldAfterAReconnect() async throws {
    try await Following.play(PrinterSpecification(model: .p1s)) { following, printer, id in
      try await following.waits(id, for: .idle)
      printer.inject(.stale)
      printer.inject(.dropAll)
      // Again and again: one that comes before the subscription stands is lost.
      let unknown = try await eventually(within: 15, "it is unknown") { () -> PrinterSnapshot? in
        printer.publish(["print": ["command": "push_status", "msg": 1, "bed_temper": 61]])
        return following.view[id].flatMap { $0.state == .unknown ? $0 : nil }
      }
      #expect(unknown.report == nil && unknown.isConnected && unknown.lastState == .idle)
      printer.clearFaults()
    }
  }
}
