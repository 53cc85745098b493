import Glibc
import Model

/// How far the clock on the wall is ahead of UTC, in seconds, at a moment: the system's own zone.
enum LocalTime {
  @Sendable static func systemOffset(at moment: Timestamp) -> Int {
    var time = time_t(moment.milliseconds / 1000)
    var parts = tm()
    guard localtime_r(&time, &parts) != nil else { return 0 }
    return parts.tm_gmtoff
  }
}
