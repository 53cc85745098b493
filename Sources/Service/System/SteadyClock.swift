import Glibc

/// Seconds that go on evenly, whatever becomes of the time of day, and while the machine sleeps.
package typealias SteadyClock = @Sendable () -> Double

package enum BootClock {
  /// Seconds since the machine started.
  package static func seconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1_000_000_000
  }
}
