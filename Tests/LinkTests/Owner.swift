import Link
import Logging
import Model
import Rules
import TLS
import TestKit
import Wire
import Loop

/// Owns one session as the service does: an actor that runs on the loop. Remembers what it was told.
actor Owner: PrinterSessionDelegate {
  nonisolated let loop: PollLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private var session: PrinterSession?
  private(set) var phases: [SessionPhase] = []
  private(set) var verdicts: [TrustVerdict] = []
  private(set) var outcomes = 0
  private var waiting:
    [(number: Int, isReached: @Sendable (isolated Owner) -> Bool, continuation: CheckedContinuation<Bool, Never>)] = []
  private var waits = 0

  init(
    loop: PollLoop, target: SessionTarget, timings: SessionTimings = .short, authorities: TrustStore = TrustStore()
  ) async {
    self.loop = loop
    make(target, timings, authorities)
  }

  private func make(_ target: SessionTarget, _ timings: SessionTimings, _ authorities: TrustStore) {
    session = PrinterSession(
      target: target, loop: loop, authorities: authorities,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
      delegate: self, timings: timings)
  }

  func start() { session?.start() }
  func stop() { session?.stop() }
  func retarget(_ target: SessionTarget) { session?.retarget(target) }
  func requestFullReport() -> FullReportRequest? { session?.requestFullReport() }
  func publish(_ text: String = "{}") throws -> UInt32? { try session?.publish { _ in Array(text.utf8) } }
  var phase: SessionPhase? { session?.phase }
  var report: PrinterReport? { session?.report }
  var pinned: Fingerprint? { session?.target.pinned }
  var attempts: Int { session?.attempts ?? 0 }
  var isStale: Bool { session?.lastReportAt == nil }

  /// True once the condition holds; false when it does not within 15 s.
  func waits(_ isReached: @escaping @Sendable (isolated Owner) -> Bool) async -> Bool {
    if isReached(self) { return true }
    waits += 1
    let number = waits
    return await withCheckedContinuation { continuation in
      waiting.append((number, isReached, continuation))
      _ = loop.schedule(after: .seconds(15)) { [weak self] in
        self?.assumeIsolated { $0.giveUp(number) }
      }
    }
  }

  func reaches(_ phase: SessionPhase) async -> Bool { await waits { $0.phases.last == phase } }

  private func giveUp(_ number: Int) {
    guard let index = waiting.firstIndex(where: { $0.number == number }) else { return }
    waiting.remove(at: index).continuation.resume(returning: false)
  }

  private func changed() {
    for one in waiting where one.isReached(self) {
      waiting.removeAll { $0.number == one.number }
      one.continuation.resume(returning: true)
    }
  }

  nonisolated func session(_ serial: SerialNumber, became phase: SessionPhase) {
    assumeIsolated { me in
      me.phases.append(phase)
      me.changed()
    }
  }

  nonisolated func session(_ serial: SerialNumber, received outcome: ReportOutcome) {
    assumeIsolated { me in
      me.outcomes += 1
      me.changed()
    }
  }

  nonisolated func session(_ serial: SerialNumber, judged verdict: TrustVerdict) {
    assumeIsolated { me in
      me.verdicts.append(verdict)
      me.changed()
    }
  }
}

extension SessionTimings {
  /// A second of the service is a few hundredths here.
  static var short: SessionTimings {
    var timings = SessionTimings()
    timings.connect = .seconds(3)
    timings.housekeeping = .milliseconds(20)
    timings.backoff = Backoff.Limits(
      first: .milliseconds(20), most: .milliseconds(200), stableAfter: .milliseconds(500))
    return timings
  }
}
