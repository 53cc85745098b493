import Glibc

/// The time of day, for what is shown and for what RTP's reports say.
enum DayClock {
  /// Seconds since 1970, UTC.
  static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
