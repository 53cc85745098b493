package import Link
import Logging
package import Model
import Rules
import Store
package import TLS
package import Wire
import Loop

/// Owns one printer: its session, what it reported, the print it is being followed through, and how all of that is shown.
///
/// Runs on the link's thread, so that a report goes from the socket to the snapshot without a queue. What it needs of
/// the disk it hands to its journal, which writes before it tells.
package actor PrinterKeeper {
  package nonisolated var unownedExecutor: UnownedSerialExecutor { surroundings.loop.asUnownedSerialExecutor() }

  nonisolated let id: PrinterID
  nonisolated let surroundings: PrinterSurroundings
  var record: PrinterRecord
  private var trust: Trust
  private(set) var session: PrinterSession?
  /// The way by the maker's cloud; nil without one, and while there is a session.
  var cloud: CloudReports?
  private var link = LinkCondition.stopped
  var lifecycle: PrintLifecycle
  private var pacing = StatePacing()
  private(set) var presence: PrinterPresence
  /// Addresses that claimed to be this printer and could not prove it, as far as they were told.
  var impostors: Set<HostName> = []
  /// Whether the printer takes commands, as far as this session has shown.
  var control = ControlEvidence()
  var skippedParts = SkippedParts()
  let desk: CommandDesk
  /// Why nothing more is sent.
  private(set) var parting: (any Error)?
  /// Made when it is first asked for.
  var storage: PrinterStorage?
  /// A start that may still come to something.
  var openStart: PrintStart?
  /// A start is being looked into just now.
  var isStarting = false
  /// Who is cutting the printer's power just now: nothing is begun meanwhile.
  private(set) var cuts = 0
  private var lastReportAt: Timestamp?
  private var lastState: PrinterState?
  /// A full report has come at some time since the service started: what came before it was all there was to show.
  private var hasBeenComplete = false
  /// Complaints that have been told, by their codes. A restart does not tell them again.
  private var toldFaults: Set<String>
  /// Something has changed that the next message is to show.
  private var isShowDue = false
  private var timer: LoopTimer?
  private let journal: PrintJournal

  init(_ record: PrinterRecord, following tracked: TrackedPrint?, surroundings: PrinterSurroundings) {
    self.record = record
    self.surroundings = surroundings
    id = record.id
    trust = Trust(state: record.trustState, fingerprint: record.pin)
    lifecycle = PrintLifecycle(restoring: tracked)
    lastState = record.lastState
    lastReportAt = record.lastUpdate
    toldFaults = record.toldFaults
    presence = PrinterPresence(
      isEnabled: false, link: .stopped, lastReportAt: nil, isComplete: false, gcodeState: nil,
      now: surroundings.clock.now)
    journal = PrintJournal(printer: record.id, surroundings: surroundings)
    desk = CommandDesk(loop: surroundings.loop)
  }

  // MARK: Begin and end

  /// Shows the printer as it was left, before there is a session.
  func introduce() { show(now: surroundings.clock.now) }

  func start() {
    if record.isEnabled { openSession() }
  }

  /// Sends nothing from now on, and tells so whoever waits for a command.
  func dismiss(telling reason: any Error) {
    parting = parting ?? reason
    desk.failAll(reason)
  }

  /// Ends the session and leaves the printer as it is for the next start.
  /// - Parameter reason: for `dismiss`; that the service stops where it is not given.
  func stop(telling reason: any Error = CancellationError()) async {
    dismiss(telling: reason)
    closeSession()
    timer?.cancel()
    timer = nil
    await journal.finish(with: lifecycle.tracked, state: lastState ?? .unknown)
  }

  private func openSession() {
    guard session == nil else { return }
    lifecycle.linkLost(now: surroundings.clock.now)
    let clock = surroundings.clock
    let session = PrinterSession(
      target: target, loop: surroundings.loop, authorities: surroundings.authorities,
      logger: surroundings.logger(for: record), delegate: self, timings: surroundings.timings,
      judgesDates: { clock.isSet })
    self.session = session
    link = .connecting
    session.start()
  }

  private func closeSession() {
    session?.stop()
    session = nil
    cloud = nil
    link = .stopped
  }

  private var target: SessionTarget {
    SessionTarget(
      serial: record.serial, host: record.host, port: record.mqttPort, accessCode: record.accessCode,
      model: record.model, pinned: record.pin)
  }

  // MARK: What a person changes

  /// The record as it now stands in the database.
  func apply(_ changed: PrinterRecord) {
    let before = target
    let wasEnabled = record.isEnabled
    let plate = record.plate
    record = changed
    // What was seen of the plate last may not be on the disk yet. Another serial number is another machine.
    if before.serial == changed.serial { record.plate = plate }
    if before.serial != changed.serial || changed.pin != before.pinned {
      trust = Trust(state: changed.pin == nil ? .none : changed.trustState, fingerprint: changed.pin)
    }
    if !changed.isEnabled {
      desk.failAll(Self.parted)
      closeSession()
    } else if !wasEnabled || session == nil {
      openSession()
    } else if target != before {
      session?.retarget(target)
    }
    show(now: surroundings.clock.now)
  }

  /// Tries at once, whatever the back-off says.
  func connectNow() {
    guard let session else { return openSession() }
    session.attemptNow()
  }

  /// False when there is no session to ask.
  func requestFullReport() -> Bool {
    guard let session, isUp else { return false }
    return session.requestFullReport() != .notConnected
  }

  /// Whether a job is on the machine, as far as anybody knows.
  var isBusy: Bool { presence.state.isBusy || (lifecycle.tracked != nil && presence.state != .idle) }

  /// Why it cannot be deleted now; nil when it can. One that fell silent in a print and never comes back goes once a
  /// person has disconnected it. What its plug may do then is another rule's.
  var objectionToRemoval: Fault? {
    guard isBusy, record.isEnabled else { return nil }
    return Fault(
      .printerBusy,
      presence.showsReport
        ? "The printer is printing. Delete it when the print has ended, or stop the print first."
        : "The printer was printing when it was last heard of. Delete it when the print has ended, or disconnect it first."
    )
  }

  /// A start has been sent, or is being looked into, and shows in no report yet.
  var hasOpenStart: Bool { openStart != nil || isStarting }

  func holdStarts(_ isHeld: Bool) { cuts += isHeld ? 1 : -1 }

  /// The key that is offered and not trusted.
  var offeredKey: Fingerprint? { trust.offered }

  /// What the database keeps of the last report, unless it has it already.
  func takeLastWords() -> PrinterRepository.LastState? {
    guard let lastState, let lastReportAt, lastReportAt != record.lastUpdate else { return nil }
    record.lastUpdate = lastReportAt
    return PrinterRepository.LastState(id: id, state: lastState, at: lastReportAt, toldFaults: toldFaults)
  }

  var isUp: Bool {
    if case .up = link { return true }
    return false
  }

  // MARK: From report to snapshot

  func received(_ outcome: ReportOutcome) {
    guard case .status = outcome, let report = currentReport else {
      if case .version = outcome { isShowDue = true }
      if isShowDue { show(now: surroundings.clock.now) }
      if case .acknowledgement(let answer) = outcome { heard(answer) }
      return
    }
    weighControl(report)
    settleStart(report)
    let now = surroundings.clock.now
    lastReportAt = now
    if report.isComplete { hasBeenComplete = true }
    let events = lifecycle.step(report: report, now: now)
    if events.contains(where: { if case .started = $0 { true } else { false } }) { skippedParts.jobBegan() }
    watchPlate(report, now: now)
    show(now: now, events: events)
    tellFaults(report)
  }

  /// Works out how the printer stands, and tells whoever follows.
  func show(now: Timestamp, events: [PrintEvent] = []) {
    isShowDue = false
    let report = currentReport
    let before = presence.state
    presence = PrinterPresence(
      isEnabled: record.isEnabled, link: isUp ? link : cloud.map { .up(since: $0.since) } ?? link,
      lastReportAt: isReached ? lastReportAt : nil,
      isComplete: report?.isComplete ?? false, gcodeState: report?.gcodeState, now: now,
      silence: surroundings.silence)
    if presence.showsReport { lastState = presence.state }
    let snapshot = snapshot(report: report)
    surroundings.view.store(snapshot)
    journal.take(events, tracked: lifecycle.tracked, snapshot: snapshot)
    if pacing.changed(state: presence.state, now: now) { surroundings.feed.publish(.printerState(snapshot)) }
    if presence.state == .offline || presence.state == .error, before != presence.state, before != .offline {
      let reason = presence.problem?.rawValue ?? "disconnected"
      surroundings.feed.publish(.printerOffline(snapshot, reason: reason))
    }
    arm(now: now)
  }

  func snapshot(report: PrinterReport?) -> PrinterSnapshot {
    var snapshot = PrinterSnapshot(identity: identity(report: report), state: presence.state)
    snapshot.problem = presence.problem
    snapshot.isConnected = isReached && presence.state != .offline
    snapshot.isByCloud = snapshot.isConnected && !isUp
    // Before the first full report ever, what has come is all there is, and it is of now.
    let showsFragments = presence.state == .unknown && !hasBeenComplete
    if presence.showsReport || showsFragments { snapshot.report = report }
    snapshot.print = presence.state.isBusy || !presence.showsReport ? lifecycle.tracked : nil
    snapshot.lastUpdate = lastReportAt
    snapshot.lastState = lastState
    snapshot.control = control.standing
    return snapshot
  }

  private func identity(report: PrinterReport?) -> PrinterIdentity {
    let model = report?.model ?? record.model ?? PrinterModel(serial: record.serial)
    let camera: PortNumber = model?.camera == .rtsps322 ? .rtspCamera : .jpegCamera
    return PrinterIdentity(
      id: record.id, name: record.name, host: record.host, serial: record.serial, model: model,
      mqttPort: record.mqttPort, ftpsPort: record.ftpsPort, cameraPort: record.cameraPort ?? camera,
      externalCamera: record.externalCamera, isEnabled: record.isEnabled, trust: trust,
      plateCleared: record.plate.isCleared, createdAt: record.createdAt,
      updatedAt: record.updatedAt)
  }

  /// New complaints are told once; those that are gone may be told again when they come back. What is missing from a
  /// report that is not complete may still be there.
  private func tellFaults(_ report: PrinterReport) {
    guard report.isComplete else { return }
    var codes = Set(report.hms.map(\.text))
    if let error = report.printError, !error.isCancellation { codes.insert(error.text) }
    let isNew = !codes.isSubset(of: toldFaults)
    toldFaults = codes
    if isNew { surroundings.feed.publish(.printerError(snapshot(report: report))) }
  }

  // MARK: Time

  /// One timer for everything that changes by itself: silence, a held end, a state that waits for its second.
  private func arm(now: Timestamp) {
    timer?.cancel()
    timer = nil
    let deadlines = [presence.changesAt, lifecycle.nextDeadline, pacing.nextDeadline]
    guard let next = deadlines.compactMap({ $0 }).min() else { return }
    let delay = Duration.milliseconds(max(0, next.milliseconds - now.milliseconds) + 1)
    timer = surroundings.loop.schedule(after: delay) { [weak self] in
      self?.assumeIsolated { $0.due() }
    }
  }

  private func due() {
    timer = nil
    let now = surroundings.clock.now
    let events = lifecycle.tick(now: now)
    if pacing.isDue(now: now) { surroundings.feed.publish(.printerState(snapshot(report: currentReport))) }
    if !events.isEmpty || presence.changesAt.map({ now >= $0 }) ?? false {
      show(now: now, events: events)
    } else {
      arm(now: now)
    }
  }

  // MARK: What the session says

  fileprivate func became(_ phase: SessionPhase) {
    let now = surroundings.clock.now
    let wasUp = isUp
    switch phase {
    case .stopped: link = .stopped
    case .connecting: if !isDown { link = .connecting }
    case .subscribed, .live: if !wasUp { link = .up(since: now) }
    case .down(let problem): link = problem.isRefusal ? .refused(problem) : .down(problem)
    }
    if isUp, !wasUp {
      if cloud != nil {
        cloud = nil
        lifecycle.linkLost(now: now)
      }
      lifecycle.linkRestored(now: now)
      control.sessionBegan()
    }
    if wasUp, !isUp { lifecycle.linkLost(now: now) }
    // The message that made it live follows at once; shown before it, a job would be printing that nobody follows.
    if phase == .live { isShowDue = true } else { show(now: now) }
  }

  /// While it is tried again, the reason for which it went down stays in view.
  private var isDown: Bool {
    switch link {
    case .down, .refused: true
    case .stopped, .connecting, .up: false
    }
  }

  fileprivate func judged(_ verdict: TrustVerdict) {
    switch verdict {
    case .verified(let key): keep(key, as: .verified)
    case .pinned(let key): keep(key, as: .pinned)
    case .firstUse(let key): keep(key, as: .pinned)
    case .changed(let offered): trust = Trust(state: .changed, fingerprint: record.pin, offered: offered)
    case .wrongSerial: break
    }
  }

  /// Writes a newly trusted key down; the session goes on meanwhile, as the check has passed.
  func keep(_ key: Fingerprint, as state: Trust.State) {
    trust = Trust(state: state, fingerprint: key)
    guard record.pin != key || record.trustState != state else { return }
    record.pin = key
    record.trustState = state
    let printers = surroundings.printers
    let now = surroundings.clock.now
    let id = id
    let logger = surroundings.logger(for: record)
    // Owned by nobody: one write, which the database's own queue bounds.
    Task {
      do {
        try await printers.setTrust(id, pin: key, state: state, now: now)
      } catch {
        logger.error("the printer's key could not be kept", metadata: ["error": "\(error)"])
      }
    }
  }
}

extension PrinterKeeper: PrinterSessionDelegate {
  package nonisolated func session(_ serial: SerialNumber, became phase: SessionPhase) {
    assumeIsolated { $0.became(phase) }
  }

  package nonisolated func session(_ serial: SerialNumber, received outcome: ReportOutcome) {
    assumeIsolated { $0.received(outcome) }
  }

  package nonisolated func session(_ serial: SerialNumber, judged verdict: TrustVerdict) {
    assumeIsolated { $0.judged(verdict) }
  }
}
