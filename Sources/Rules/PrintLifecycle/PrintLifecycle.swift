package import Model

/// Follows a printer's jobs from report to report (protocol sheet, section 7): state and report in, events out.
///
/// Whatever the printer, the link or a restart of ours do, each job that begins ends exactly once.
package struct PrintLifecycle: Sendable {
  /// A return to the job within this time was no end: some firmware leaves RUNNING while the AMS switches.
  package static let excursion = 2.0
  /// The code of a cancelled job may come after FAILED; so long an end waits for it, in seconds.
  package static let evidenceHold = 3.0
  /// How long before the job was last seen the code of a cancellation still counts, in seconds.
  package static let evidenceAge = 30.0
  /// The same for our own `stop`, which a printer may carry out late, in seconds.
  package static let stopAge = 120.0

  /// The job on the machine, to be kept over a restart; nil when there is none.
  package private(set) var tracked: TrackedPrint?

  /// An end that has been seen and is held back for evidence, or because it may be none.
  struct PendingEnd: Hashable, Sendable {
    var state: GcodeState
    var since: Timestamp
    /// Seen happening; false when it was found after an interruption.
    var isLive: Bool
    var code: PrintErrorCode?
    var hms: [HMSCode]
  }

  /// What still stood in the merged report from the job before when this one began.
  private struct Leftovers: Hashable, Sendable {
    var percent: Int?
    var layer: Int?
    var cancelCode: PrintErrorCode?
  }

  private var pending: PendingEnd?
  private var leftovers = Leftovers()
  /// nil until the first full report of a connection.
  private var previous: GcodeState?
  private var submitted: PrintStart?

  /// - Parameter tracked: what was being followed before the restart. An end that was held back then is judged anew.
  package init(restoring tracked: TrackedPrint? = nil) {
    self.tracked = tracked
  }

  /// When `tick` has something to do.
  package var nextDeadline: Timestamp? {
    guard let pending else { return nil }
    return pending.since.adding(seconds: pending.state == .finish ? Self.excursion : Self.evidenceHold)
  }

  /// A start of ours goes to the printer under its task number; the job that shows it is ours.
  package mutating func submitted(_ start: PrintStart) { submitted = start }

  /// We send `stop`: an end that follows is a person's doing.
  package mutating func stopRequested(now: Timestamp) { tracked?.stopRequestedAt = now }

  /// The job stays; the next full report tells what became of it. A held end still runs out by `tick`.
  package mutating func linkLost(now: Timestamp) { previous = nil }

  /// A new session: its first full report is compared, not stepped from.
  package mutating func linkRestored(now: Timestamp) { previous = nil }

  package mutating func tick(now: Timestamp) -> [PrintEvent] {
    guard let deadline = nextDeadline, now >= deadline else { return [] }
    return closePending()
  }

  package mutating func step(report: PrinterReport, now: Timestamp) -> [PrintEvent] {
    guard report.isComplete, let state = report.gcodeState else { return [] }
    let before = previous
    previous = state
    noteCancellation(in: report, state: state, now: now)
    if pending != nil { return stepPending(report: report, state: state, before: before, now: now) }
    guard tracked != nil else { return stepFree(report: report, state: state, before: before, now: now) }
    return state.isBusy
      ? stepBusy(report: report, state: state, before: before, now: now)
      : stepEnd(report: report, state: state, isLive: before != nil, now: now)
  }
}

// MARK: - Beginning

extension PrintLifecycle {
  private mutating func stepFree(
    report: PrinterReport, state: GcodeState, before: GcodeState?, now: Timestamp
  ) -> [PrintEvent] {
    guard state.isBusy else { return [] }
    // Nothing starts as paused: such a job was begun where we did not look.
    let isStart = before.map { !$0.isBusy } ?? false && state != .pause
    return begin(report: report, state: state, isStart: isStart, now: now)
  }

  private mutating func begin(
    report: PrinterReport, state: GcodeState, isStart: Bool, now: Timestamp
  ) -> [PrintEvent] {
    var print = TrackedPrint(followedSince: now)
    print.startedAt = isStart ? now : nil
    _ = print.identify(from: report.job)
    claim(&print)
    print.hasRun = state == .running || state == .pause
    print.priorFailReason = report.job.failReason
    leftovers =
      isStart
      ? Leftovers(
        percent: report.job.progress, layer: report.job.layer,
        cancelCode: report.printError.flatMap { $0.isCancellation ? $0 : nil })
      : Leftovers()
    tracked = print
    let details = follow(report: report, state: state, now: now)
    // The beginning shows the job with its first figures.
    let shown = tracked ?? print
    return [isStart ? .started(shown) : .observed(shown)] + details
  }
}

// MARK: - On the machine

extension PrintLifecycle {
  private mutating func stepBusy(
    report: PrinterReport, state: GcodeState, before: GcodeState?, now: Timestamp
  ) -> [PrintEvent] {
    guard let print = tracked else { return [] }
    let isSame =
      before == nil
      ? print.matches(report.job, comparingNames: true) && !hasBegunAnew(report: report, state: state)
      : !print.hasRun || print.matches(report.job, comparingNames: false)
    if isSame { return identify(report: report, state: state) + follow(report: report, state: state, now: now) }
    // Another job is on the machine, so the end of this one went by unseen.
    let end = close(.unknown, at: now, isTimeKnown: false)
    return end + begin(report: report, state: state, isStart: before != nil && state != .pause, now: now)
  }

  /// Without task numbers a reprint of the same file shows only by going backwards.
  private func hasBegunAnew(report: PrinterReport, state: GcodeState) -> Bool {
    guard let print = tracked, print.hasRun, TrackedPrint.known(id: report.job.subtaskID) == nil else { return false }
    if state == .prepare || state == .slicing { return true }
    guard let layer = report.job.layer, layer > 0, let last = print.lastLayer else { return false }
    return layer < last
  }

  private mutating func identify(report: PrinterReport, state: GcodeState) -> [PrintEvent] {
    guard var print = tracked else { return [] }
    // Until it runs, the merged report may still show the job before.
    var changed = print.hasRun ? print.complete(from: report.job) : print.identify(from: report.job)
    if !print.isOurs {
      claim(&print)
      changed = changed || print.isOurs
    }
    print.hasRun = print.hasRun || state == .running || state == .pause
    tracked = print
    return changed ? [.identified(print)] : []
  }

  /// The job is ours if it shows the number of our start; then its file is known.
  private func claim(_ print: inout TrackedPrint) {
    guard let submitted, print.subtaskID == String(submitted.taskID) else { return }
    print.isOurs = true
    print.sentFile = submitted.file
    print.archive = submitted.archive
    print.sentPlate = submitted.plate
  }

  /// Progress, stage and pauses of the job that is on the machine.
  private mutating func follow(report: PrinterReport, state: GcodeState, now: Timestamp) -> [PrintEvent] {
    guard var print = tracked else { return [] }
    print.lastSeenAt = now
    if report.job.failReason != print.priorFailReason { print.priorFailReason = nil }
    var events: [PrintEvent] = []
    if print.hasRun, let progress = takeProgress(of: report.job, into: &print) { events.append(.progress(progress)) }
    if let stage = report.stage, stage.id != print.stageID {
      print.stageID = stage.id
      events.append(.stageChanged(stage))
    }
    if state == .pause {
      let reason = PauseReason(report: report)
      if print.pausedSince == nil {
        print.pausedSince = now
        print.pauseReason = reason.text
        events.append(.paused(reason))
      } else if reason.isKnown {
        print.pauseReason = reason.text
      }
    } else if state == .running, print.pausedSince != nil {
      print.pausedSince = nil
      print.pauseReason = nil
      events.append(.resumed)
    }
    tracked = print
    return events
  }

  /// Keeps the last values above zero; a progress when a whole per cent or a layer is new.
  private mutating func takeProgress(of job: ReportedJob, into print: inout TrackedPrint) -> PrintProgress? {
    if job.progress != leftovers.percent { leftovers.percent = nil }
    if job.layer != leftovers.layer { leftovers.layer = nil }
    let before = (print.lastPercent, print.lastLayer)
    if let percent = job.progress, percent > 0, leftovers.percent == nil { print.lastPercent = min(percent, 100) }
    if let layer = job.layer, layer > 0, leftovers.layer == nil { print.lastLayer = layer }
    if let total = job.totalLayers, total > 0 { print.totalLayers = total }
    print.remainingMinutes = job.remainingMinutes
    guard (print.lastPercent, print.lastLayer) != before else { return nil }
    return PrintProgress(
      percent: print.lastPercent ?? 0, remainingMinutes: print.remainingMinutes, layer: print.lastLayer,
      totalLayers: print.totalLayers)
  }
}

// MARK: - End

extension PrintLifecycle {
  private mutating func noteCancellation(in report: PrinterReport, state: GcodeState, now: Timestamp) {
    guard tracked != nil else { return }
    if report.printError != leftovers.cancelCode { leftovers.cancelCode = nil }
    if let code = report.printError, code.isCancellation, leftovers.cancelCode == nil {
      tracked?.cancelSeenAt = now
    }
    // `fail_reason` speaks of the last job: of this one only once it has ended.
    if !state.isBusy, let reason = report.job.failReason, reason.isCancellation, reason != tracked?.priorFailReason,
      let print = tracked, print.matches(report.job, comparingNames: true)
    {
      tracked?.cancelSeenAt = now
    }
  }

  /// A person ended the job: the printer said so shortly before the end or after it, or we sent `stop`.
  private var wasCancelled: Bool {
    guard let print = tracked else { return false }
    if let seen = print.cancelSeenAt, print.lastSeenAt.seconds(since: seen) <= Self.evidenceAge { return true }
    if let asked = print.stopRequestedAt, print.lastSeenAt.seconds(since: asked) <= Self.stopAge { return true }
    return false
  }

  private mutating func stepEnd(
    report: PrinterReport, state: GcodeState, isLive: Bool, now: Timestamp
  ) -> [PrintEvent] {
    guard let print = tracked else { return [] }
    // After an interruption another job may have ended here meanwhile.
    guard isLive || print.matches(report.job, comparingNames: true) else {
      return close(.unknown, at: now, isTimeKnown: false)
    }
    if state != .idle { keepLastValues(of: report.job) }
    pending = PendingEnd(
      state: state, since: now, isLive: isLive, code: failureCode(in: report), hms: report.hms)
    if state == .finish { return isAtItsEnd || !isLive ? closePending() : [] }
    return wasCancelled ? closePending() : []
  }

  /// FINISH in the middle of a job may be an excursion; at its end it is not.
  private var isAtItsEnd: Bool {
    guard let print = tracked else { return true }
    if print.lastPercent == 100 { return true }
    guard let layer = print.lastLayer, let total = print.totalLayers else { return false }
    return layer >= total
  }

  private mutating func keepLastValues(of job: ReportedJob) {
    guard var print = tracked, print.hasRun else { return }
    _ = takeProgress(of: job, into: &print)
    tracked = print
  }

  private func failureCode(in report: PrinterReport) -> PrintErrorCode? {
    if let code = report.printError, code.isFault { return code }
    guard let reason = report.job.failReason, reason.isFault else { return nil }
    return reason == tracked?.priorFailReason ? nil : reason
  }

  private mutating func stepPending(
    report: PrinterReport, state: GcodeState, before: GcodeState?, now: Timestamp
  ) -> [PrintEvent] {
    guard var held = pending, let print = tracked else { return [] }
    if state.isBusy {
      let isBack =
        now.seconds(since: held.since) < Self.excursion && (state == .running || state == .pause)
        && print.matches(report.job, comparingNames: before == nil)
      if isBack {
        pending = nil
        return identify(report: report, state: state) + follow(report: report, state: state, now: now)
      }
      return closePending() + begin(report: report, state: state, isStart: before != nil && state != .pause, now: now)
    }
    // FAILED or FINISH after IDLE says more; IDLE after them only that somebody dismissed it.
    if state != .idle { held.state = state }
    if state != .idle { keepLastValues(of: report.job) }
    held.code = held.code ?? failureCode(in: report)
    if held.hms.isEmpty { held.hms = report.hms }
    pending = held
    if wasCancelled || (held.state == .finish && isAtItsEnd) { return closePending() }
    return tick(now: now)
  }

  private mutating func closePending() -> [PrintEvent] {
    guard let held = pending else { return [] }
    let outcome: PrintEnd.Outcome =
      switch held.state {
      case .finish: .finished
      case _ where wasCancelled: .stopped
      case .failed: .failed(code: held.code, hms: held.hms)
      case _ where held.isLive && held.code?.isFatal == true: .failed(code: held.code, hms: held.hms)
      // A stop at the screen goes straight to IDLE on some firmware; nothing else does before our eyes.
      default: held.isLive ? .stopped : .unknown
      }
    return close(outcome, at: held.since, isTimeKnown: held.isLive)
  }

  private mutating func close(_ outcome: PrintEnd.Outcome, at: Timestamp, isTimeKnown: Bool) -> [PrintEvent] {
    guard let print = tracked else { return [] }
    tracked = nil
    pending = nil
    leftovers = Leftovers()
    return [.ended(PrintEnd(print: print, outcome: outcome, endedAt: at, isTimeKnown: isTimeKnown))]
  }
}

extension PrintErrorCode {
  /// A low half below 0x4000 marks a phase, and two codes confirm a cancellation (protocol sheet, section 3.7).
  fileprivate var isFault: Bool { rawValue & 0xFFFF >= 0x4000 && !isCancellation }

  /// The group 4xxx: the printer stopped for it.
  fileprivate var isFatal: Bool { isFault && rawValue & 0xFFFF < 0x8000 }
}
