package import Model

import Glibc

/// The time of day as a parameter, so that rules and tests need no real one.
package protocol WallClock: Sendable {
  var now: Timestamp { get }
}

extension WallClock {
  /// Whether the clock has been set: a board without a battery starts in the past of its own software. Until then no
  /// expiry and no certificate's date is judged (contract, section 8).
  package var isSet: Bool { wasSet(at: now) }

  /// Whether a time was made by a clock that had been set.
  package func wasSet(at time: Timestamp) -> Bool { time >= Timestamp(seconds: 1_767_225_600) }  // 2026-01-01
}

package struct SystemClock: WallClock {
  package init() {}

  package var now: Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }
}
