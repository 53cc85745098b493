package import Model

/// When a message that could not be delivered is tried again, and when that is given up.
package struct DeliveryRule: Hashable, Sendable {
  package enum Failure: Hashable, Sendable {
    /// It may go through later; the receiver asks for so many seconds at least (`Retry-After`), where it does.
    case passing(retryAfter: Double?)
    /// The same message will never be taken.
    case final
  }

  package enum Step: Hashable, Sendable {
    case retry(at: Timestamp)
    case giveUp
  }

  /// The wait after the first failure, in seconds; it doubles with each.
  package var first: Double
  /// The longest wait of our own, in seconds.
  package var most: Double
  /// Seconds after which a message is of no use any more.
  package var patience: Double

  package init(first: Double = 5, most: Double = 900, patience: Double = 86_400) {
    self.first = first
    self.most = most
    self.patience = patience
  }

  /// - Parameters:
  ///   - attempts: so far, this one included.
  ///   - jitter: 0 to 1, random; adds up to a quarter, so that providers of one server do not come back together.
  package func step(
    after failure: Failure, attempts: Int, created: Timestamp, now: Timestamp, jitter: Double
  ) -> Step {
    guard case .passing(let retryAfter) = failure else { return .giveUp }
    let doubled = first * Double(1 << min(max(0, attempts - 1), 16))
    let wait = max(min(doubled, most) * (1 + 0.25 * min(1, max(0, jitter))), retryAfter ?? 0)
    // A clock that was set back makes no message live for ever.
    let age = max(0, now.seconds(since: created))
    guard wait.isFinite, age + wait <= patience else { return .giveUp }
    return .retry(at: now.adding(seconds: wait))
  }
}
