import Model
import Rules
import TLS
import Wire
import Loop

/// From the greeting to the end of a connection.
extension PrinterSession: MQTTConnectionOwner {
  /// After so many sessions that broke soon after they began, somebody is told.
  private static let brokenInARow = 4

  func connectionGreeted(_ connection: MQTTConnection) {
    guard connection === self.connection, let verdict = connection.verdict else { return }
    trustedKey = verdict.fingerprint
    switch verdict {
    // Where a chain has proven who it is, nobody else comes in later without one.
    case .firstUse(let key), .verified(let key): target.pinned = key
    case .pinned, .changed, .wrongSerial: break
    }
    delegate?.session(target.serial, judged: verdict)
  }

  func connectionSubscribed(_ connection: MQTTConnection) {
    guard connection === self.connection, connectedAt == nil else { return }
    let now = loop.now
    attemptTimer?.cancel()
    attemptTimer = nil
    isAttempting = false
    connectedAt = now
    watchdog.began(at: now)
    state.beginSession()
    // A session that brought nothing is not better for standing again.
    if phase != .down(.noData) { become(.subscribed) }
    guard connection === self.connection else { return }
    versionAttempts = 0
    askVersion()
    query(.pushAll)
    repeatAt = now + timings.fullReportPatience
    // The full report that was asked for comes with this one.
    demandTimer?.cancel()
    demandTimer = nil
    scheduleBeat()
  }

  func connection(_ connection: MQTTConnection, received payload: UnsafeRawBufferPointer) {
    guard connection === self.connection, connectedAt != nil else { return }
    let outcome = state.apply(payload)
    if case .rejected(let reason) = outcome {
      notes.rejected(reason)
    } else {
      let now = loop.now
      lastReportAt = now
      watchdog.reported(at: now)
      heed(outcome)
      become(.live)
    }
    delegate?.session(target.serial, received: outcome)
  }

  private func heed(_ outcome: ReportOutcome) {
    switch outcome {
    case .status(let isFull):
      guard isFull else { break }
      watchdog.answered(.fullReport)
      repeatAt = nil
    case .version(let isComplete):
      watchdog.answered(.version)
      guard isComplete else { return }
      versionTimer?.cancel()
      versionTimer = nil
    case .acknowledgement(let answer):
      if let id = answer.sequenceID { watchdog.answered(.command(sequenceID: id)) }
    case .other, .rejected: break
    }
  }

  func connectionIgnoredTopic(_ connection: MQTTConnection) { notes.foreignTopic() }

  func connection(_ connection: MQTTConnection, ended end: ConnectionEnd) {
    guard connection === self.connection else { return }
    let length = connectedAt.map { loop.now - $0 }
    notes.ended(end)
    guard let problem = end.problem else {
      // A greeting without a subscription is as good as no answer.
      guard let length else { return fail(.unreachable, as: .failed) }
      let hadNoData = phase == .down(.noData)
      dropConnection()
      waitForNext(after: .lost(after: length))
      // A session that breaks again and again is one that others push out, or for which the printer has no room.
      if backoff.failures >= Self.brokenInARow { return become(.down(.noData)) }
      if !hadNoData { become(.connecting) }
      return
    }
    // First the verdict, so that the owner shows the key together with the refusal; it may stop the session at that.
    if case .untrusted(let verdict) = end { delegate?.session(target.serial, judged: verdict) }
    guard connection === self.connection else { return }
    let asksLess = problem.isRefusal || end == .tooLarge || end == .noSubscription
    fail(problem, as: asksLess ? .refused : .failed)
  }

  /// Right after its boot a printer answers without the entry for itself: asked again, a few times.
  private func askVersion() {
    versionAttempts += 1
    query(.getVersion)
    guard versionAttempts < timings.versionAttempts else { return }
    versionTimer = loop.schedule(after: timings.versionRetry) { [weak self] in self?.askVersion() }
  }

  /// Without a full report nobody knows how the printer stands: where changes come and the question or its answer was
  /// lost, it is asked again, as somebody at the bench would.
  private func askAgain() {
    let now = loop.now
    guard let due = repeatAt, now >= due else { return }
    repeatAt = now + timings.fullReportSpacing
    requestFullReport()
    // Whoever never gives one, and answers all else, is not deaf: a new session would bring no more.
    watchdog.excused(.fullReport)
  }

  // MARK: Keep-alive and watchdog

  private func scheduleBeat() {
    beatTimer = loop.schedule(at: loop.nextBeat(of: timings.housekeeping)) { [weak self] in self?.beat() }
  }

  private func beat() {
    connection?.keepAlive()
    guard connectedAt != nil else { return }
    scheduleBeat()
    switch watchdog.check(at: loop.now) {
    case .healthy: askAgain()
    case .noData: become(.down(.noData))
    case .reconnect(let reason):
      notes.rebuilt(reason)
      // First the new attempt, then the word to the owner, who may stop it.
      let hadNoData = phase == .down(.noData)
      attempt()
      if !hadNoData { become(.connecting) }
    }
  }
}
