package import Logging
package import Model
import Rules
package import TLS
import Wire
package import Loop

/// The one MQTT session to a printer: it connects, subscribes, asks for everything once, merges what comes, and begins
/// again by itself for ever (protocol sheet, sections 3.1 and 3.2).
///
/// Confined to its loop: every call but `init` is made there, and every call of the delegate comes from there. Stop it
/// before letting go of it. Times are in `SessionTimings`.
///
/// - Wrong access code, wrong serial number, another certificate: tried again every 30 s, and at once when retargeted.
/// - Anything else: tried again after 1 s, doubling to 30 s.
package final class PrinterSession {
  /// Bytes of the largest command. Default 64 KiB.
  package static let largestCommand = 64 << 10

  package let loop: PollLoop
  package internal(set) var target: SessionTarget
  package internal(set) var phase: SessionPhase = .stopped
  /// When the last message of any kind came; it survives reconnects, for the rule of 90 s (contract, section 5).
  package internal(set) var lastReportAt: ContinuousClock.Instant?
  /// Since when the subscription stands; nil without one.
  package internal(set) var connectedAt: ContinuousClock.Instant?
  /// Attempts since the start, for diagnosis.
  package internal(set) var attempts = 0
  /// Everything that the printer reported, merged; what is known outlives the session.
  package var report: PrinterReport { state.report }

  let authorities: TrustStore
  let judgesDates: () -> Bool
  let timings: SessionTimings
  weak var delegate: (any PrinterSessionDelegate)?

  var state: ReportState
  var connection: MQTTConnection?
  /// The key that the present connection is trusted by.
  var trustedKey: Fingerprint?
  var backoff: Backoff
  var watchdog: SessionWatchdog
  var notes: SessionNotes
  var sequence: SequenceNumbers

  /// Deadline of an attempt, or the wait before the next.
  var attemptTimer: LoopTimer?
  var beatTimer: LoopTimer?
  var versionTimer: LoopTimer?
  var versionAttempts = 0
  /// When a full report that has not come is asked for again.
  var repeatAt: ContinuousClock.Instant?
  var lastDemandAt: ContinuousClock.Instant?
  var demandTimer: LoopTimer?
  /// A look-up that is under way; a later one has another number.
  var lookup = 0
  var isLookingUp = false
  /// An attempt is under way, and not the wait before it or a session.
  var isAttempting = false

  /// - Parameters:
  ///   - authorities: read once, shared by all sessions.
  ///   - judgesDates: asked at each attempt; false until the clock is set (contract, section 8).
  package init(
    target: SessionTarget, loop: PollLoop, authorities: TrustStore, logger: Logger,
    delegate: any PrinterSessionDelegate, timings: SessionTimings = SessionTimings(),
    judgesDates: @escaping () -> Bool = { true }
  ) {
    self.target = target
    self.loop = loop
    self.authorities = authorities
    self.judgesDates = judgesDates
    self.timings = timings
    self.delegate = delegate
    state = ReportState(serial: target.serial, model: target.model)
    backoff = Backoff(limits: timings.backoff)
    watchdog = SessionWatchdog(limits: timings.watchdog)
    notes = SessionNotes(logger: logger, serial: target.serial)
    sequence = SequenceNumbers()
  }

  // MARK: Owner's calls

  /// Begins, unless it has begun.
  package func start() {
    loop.assertOnLoop()
    guard phase == .stopped else { return }
    become(.connecting)
    attempt()
  }

  /// Ends the session and says goodbye to the printer. It may be started again.
  package func stop() {
    loop.assertOnLoop()
    guard phase != .stopped else { return }
    forgetTarget()
    become(.stopped)
  }

  /// A changed address, access code, serial number, model or pin. What concerns the connection makes a new one at once;
  /// storing the pin of the key that is trusted already, or the same target again, does not.
  package func retarget(_ target: SessionTarget) {
    loop.assertOnLoop()
    var unpinned = self.target
    unpinned.pinned = target.pinned
    let isSame = target == self.target || (target == unpinned && target.pinned != nil && target.pinned == trustedKey)
    let isOtherPrinter = target.serial != self.target.serial
    let isOtherModel = target.model != self.target.model
    self.target = target
    guard !isSame else { return }
    if isOtherPrinter || isOtherModel { state = ReportState(serial: target.serial, model: target.model) }
    if isOtherPrinter { lastReportAt = nil }
    notes.begin(serial: target.serial)
    guard phase != .stopped else { return }
    forgetTarget()
    become(.connecting)
    attempt()
  }

  /// Tries at once, whatever the back-off says. Nothing happens while a session stands or an attempt is under way.
  package func attemptNow() {
    loop.assertOnLoop()
    guard phase != .stopped, connectedAt == nil, !isAttempting else { return }
    backoff.reset()
    attempt()
  }

  /// Asks for a full report. Printers that report only changes are asked at most once in five minutes on demand; a
  /// request in between goes out when that time is over, several as one.
  @discardableResult
  package func requestFullReport() -> FullReportRequest {
    loop.assertOnLoop()
    guard connectedAt != nil else { return .notConnected }
    guard reportsOnlyChanges else {
      query(.pushAll)
      return .sent
    }
    let now = loop.now
    if let last = lastDemandAt, now - last < timings.fullReportSpacing {
      let due = last.advanced(by: timings.fullReportSpacing)
      if demandTimer == nil { demandTimer = loop.schedule(at: due) { [weak self] in self?.sendDemanded() } }
      return .deferred(until: due)
    }
    lastDemandAt = now
    query(.pushAll)
    return .sent
  }

  /// Sends a command with QoS 1.
  /// - Parameters:
  ///   - expectsAnswer: whether the printer echoes it; two in a row that stay unanswered rebuild the session.
  ///   - makePayload: the JSON for the sequence number that it is given.
  /// - Returns: the sequence number, which the acknowledgement echoes as a string.
  @discardableResult
  package func publish(
    expectsAnswer: Bool = true, _ makePayload: (UInt32) -> [UInt8]
  ) throws(PublishError) -> UInt32 {
    loop.assertOnLoop()
    guard let connection, connectedAt != nil else { throw .notConnected }
    let number = sequence.next()
    let payload = makePayload(number)
    guard payload.count <= Self.largestCommand else { throw .tooLarge }
    do throws(PublishError) {
      try connection.publish(payload)
    } catch {
      if error == .tooManyUnacknowledged { watchdog.clogged() }
      throw error
    }
    if expectsAnswer { watchdog.asked(.command(sequenceID: String(number)), at: loop.now) }
    return number
  }

  /// A job has been sent: no new session is forced for so long, or it may be again with nil. One that breaks by itself is
  /// made anew all the same.
  package func spare(for duration: Duration?) {
    loop.assertOnLoop()
    watchdog.spare(until: duration.map { loop.now.advanced(by: $0) })
  }

  // MARK: Shared by the extensions

  func become(_ phase: SessionPhase) {
    guard phase != self.phase else { return }
    let before = self.phase
    self.phase = phase
    notes.changed(from: before, to: phase)
    delegate?.session(target.serial, became: phase)
  }

  /// Lets go of the connection and all that belongs to it.
  func dropConnection() {
    attemptTimer?.cancel()
    attemptTimer = nil
    beatTimer?.cancel()
    beatTimer = nil
    versionTimer?.cancel()
    versionTimer = nil
    connection?.close()
    connection = nil
    connectedAt = nil
    repeatAt = nil
    trustedKey = nil
    watchdog.ended()
  }

  private func forgetTarget() {
    dropConnection()
    demandTimer?.cancel()
    demandTimer = nil
    lookup += 1
    isLookingUp = false
    isAttempting = false
    backoff.reset()
  }

  private var reportsOnlyChanges: Bool {
    let model = report.model ?? target.model ?? PrinterModel(serial: target.serial)
    // A model that nobody knows is spared as well.
    return model?.reportsOnlyChanges ?? true
  }

  private func sendDemanded() {
    demandTimer = nil
    // Without a session the next one begins with a full report.
    guard connectedAt != nil else { return }
    lastDemandAt = loop.now
    query(.pushAll)
  }

  /// Asks one of the questions that only read.
  func query(_ query: StatusQuery) {
    guard let connection else { return }
    do throws(PublishError) {
      try connection.publish(query.payload(sequence: sequence.next()))
    } catch {
      if error == .tooManyUnacknowledged { watchdog.clogged() }
      return
    }
    switch query {
    case .getVersion: watchdog.asked(.version, at: loop.now)
    case .pushAll: watchdog.asked(.fullReport, at: loop.now)
    case .startPushing: break
    }
  }
}
