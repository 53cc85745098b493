/// Tells a session that is alive from one that only looks so (protocol sheet, section 3.1, "Stale" and "Zombie").
///
/// Pure: it is told what happened and when, and asked what to do. Moments are of one monotonic clock.
package struct SessionWatchdog: Sendable {
  package typealias Instant = ContinuousClock.Instant

  package struct Limits: Hashable, Sendable {
    /// A session without any report for this long is rebuilt. Default 60 s.
    package var silence: Duration
    /// Between two rebuilds that we force. Default 30 s.
    package var coolDown: Duration
    /// A session that has brought nothing at all for this long has no data. Default 15 s.
    package var firstData: Duration
    /// A command that is not answered in this time counts as unanswered. Default 10 s.
    package var answer: Duration
    /// So many unanswered in a row, and the session is rebuilt. Default 2.
    package var unanswered: Int

    package init(
      silence: Duration = .seconds(60), coolDown: Duration = .seconds(30), firstData: Duration = .seconds(15),
      answer: Duration = .seconds(10), unanswered: Int = 2
    ) {
      self.silence = silence
      self.coolDown = coolDown
      self.firstData = firstData
      self.answer = answer
      self.unanswered = unanswered
    }
  }

  /// What was asked of the printer. The two queries count once each, however often they are repeated.
  package enum Request: Hashable, Sendable {
    case version
    case fullReport
    case command(sequenceID: String)
  }

  package enum Reason: Hashable, Sendable {
    /// No report for `silence`.
    case silent
    /// Reports flow and commands are not answered.
    case deaf
    /// So many messages without a PUBACK that no more are taken.
    case clogged
  }

  package enum Finding: Hashable, Sendable {
    case healthy
    /// Subscribed, and nothing has come.
    case noData
    /// Rebuild the session with a fresh client id; told once for each cool-down.
    case reconnect(Reason)
  }

  private struct Pending {
    var request: Request
    var since: Instant
  }

  /// At most this many requests are followed; when there are more, the oldest is forgotten.
  package static let followedAtMost = 64

  package let limits: Limits
  private var subscribedAt: Instant?
  private var lastReportAt: Instant?
  private var lastForcedAt: Instant?
  private var pending: [Pending] = []
  private var unanswered = 0
  private var isClogged = false
  private var sparedUntil: Instant?

  package init(limits: Limits = Limits()) { self.limits = limits }

  /// The subscription stands.
  package mutating func began(at now: Instant) {
    ended()
    subscribedAt = now
  }

  /// The session is over; only the cool-down outlives it.
  package mutating func ended() {
    subscribedAt = nil
    lastReportAt = nil
    pending = []
    unanswered = 0
    isClogged = false
    sparedUntil = nil
  }

  package mutating func reported(at now: Instant) { lastReportAt = now }

  /// A job has been sent: a printer that reads its file does not bear a new session (protocol sheet, section 3.8), so
  /// none is forced until then, or until this is taken back by nil.
  package mutating func spare(until moment: Instant?) { sparedUntil = moment }

  package mutating func clogged() { isClogged = true }

  package mutating func asked(_ request: Request, at now: Instant) {
    switch request {
    case .version, .fullReport:
      if pending.contains(where: { $0.request == request }) { return }
    case .command: break
    }
    if pending.count == Self.followedAtMost { pending.removeFirst() }
    pending.append(Pending(request: request, since: now))
  }

  /// An answer of any kind shows that commands arrive.
  package mutating func answered(_ request: Request) {
    guard let index = pending.firstIndex(where: { $0.request == request }) else { return }
    pending.remove(at: index)
    unanswered = 0
  }

  /// Whether this is answered says nothing.
  package mutating func excused(_ request: Request) { pending.removeAll { $0.request == request } }

  package mutating func check(at now: Instant) -> Finding {
    guard let subscribedAt else { return .healthy }
    let overdue = pending.prefix { now - $0.since >= limits.answer }.count
    if overdue > 0 {
      pending.removeFirst(overdue)
      unanswered += overdue
    }
    if let reason = reasonToRebuild(since: subscribedAt, now: now) {
      let isTooSoon = lastForcedAt.map { now - $0 < limits.coolDown } ?? false
      let isSpared = sparedUntil.map { now < $0 } ?? false
      if isTooSoon || isSpared { return lastReportAt == nil ? .noData : .healthy }
      lastForcedAt = now
      return .reconnect(reason)
    }
    return lastReportAt == nil && now - subscribedAt >= limits.firstData ? .noData : .healthy
  }

  private func reasonToRebuild(since subscribedAt: Instant, now: Instant) -> Reason? {
    if now - (lastReportAt ?? subscribedAt) >= limits.silence { return .silent }
    if isClogged { return .clogged }
    // Before the first report there is nothing to be deaf beside: that is "no data", and its time is longer.
    return unanswered >= limits.unanswered && lastReportAt != nil ? .deaf : nil
  }
}
