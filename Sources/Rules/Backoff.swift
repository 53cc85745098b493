/// How long to wait before the next attempt: doubling from `first` to `most`, with jitter (protocol sheet, section 3.1).
///
/// A row of quick failures and a session that ends soon after it began count alike, so that two programs which
/// push each other out of a printer do not do so every second.
package struct Backoff: Hashable, Sendable {
  package struct Limits: Hashable, Sendable {
    /// The wait after the first failure. Default 1 s.
    package var first: Duration
    /// The longest wait, and the wait after a refusal. Default 30 s.
    package var most: Duration
    /// A session that lived this long starts the row anew. Default 30 s.
    package var stableAfter: Duration

    package init(
      first: Duration = .seconds(1), most: Duration = .seconds(30), stableAfter: Duration = .seconds(30)
    ) {
      self.first = first
      self.most = most
      self.stableAfter = stableAfter
    }
  }

  package enum Ending: Hashable, Sendable {
    /// The attempt never became a session.
    case failed
    /// The printer refuses us or is not who it should be: asking again soon changes nothing.
    case refused
    /// A session of this length ended.
    case lost(after: Duration)
  }

  package var limits: Limits
  /// Failures since the last stable session, at most 16.
  package private(set) var failures = 0

  package init(limits: Limits = Limits()) { self.limits = limits }

  /// The wait after an attempt that ended so.
  /// - Parameter jitter: 0 to 1, random; it takes away up to a quarter of the wait, so that 32 printers that went away
  ///   together do not come back in one moment.
  package mutating func wait(after ending: Ending, jitter: Double) -> Duration {
    switch ending {
    case .refused: return shortened(limits.most, jitter)
    case .lost(let length) where length >= limits.stableAfter: failures = 0
    case .failed, .lost: break
    }
    let doubled = limits.first * (1 << failures)
    failures = min(failures + 1, 16)
    return shortened(min(doubled, limits.most), jitter)
  }

  /// The next attempt is a first one again: new address, new access code.
  package mutating func reset() { failures = 0 }

  private func shortened(_ wait: Duration, _ jitter: Double) -> Duration {
    wait * (1 - 0.25 * min(1, max(0, jitter)))
  }
}
