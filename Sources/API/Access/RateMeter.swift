import Model
package import Rules
package import Service
import Synchronization

/// Counts requests for all (contract, section 4). One lock, held for the time of a look-up.
package final class RateMeter: Sendable {
  private let limiter: Mutex<RateLimiter>
  private let clock: any WallClock

  package init(limits: RateLimits = RateLimits(), clock: any WallClock) {
    limiter = Mutex(RateLimiter(limits: limits))
    self.clock = clock
  }

  package func set(_ limits: RateLimits) { limiter.withLock { $0.limits = limits } }

  func take(_ rateClass: RateClass, by subject: RateSubject) -> RateVerdict? {
    let now = clock.now
    return limiter.withLock { $0.take(rateClass, by: subject, now: now) }
  }
}
