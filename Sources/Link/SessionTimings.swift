package import Rules

/// Every time and bound of a session. The defaults are what the service runs with; tests shorten them.
package struct SessionTimings: Hashable, Sendable {
  /// From the first packet to SUBACK, name resolution included. Default 10 s.
  package var connect: Duration = .seconds(10)
  /// MQTT keep-alive, whole seconds, at least 5. Default 30 s.
  package var keepAlive: Duration = .seconds(30)
  /// Between two looks at keep-alive and watchdog, at the same moment in all sessions. Default 5 s.
  package var housekeeping: Duration = .seconds(5)
  /// Before `get_version` is asked again when its answer had no `ota`. Default 5 s.
  package var versionRetry: Duration = .seconds(5)
  /// How often `get_version` is asked in one session at most. Default 3.
  package var versionAttempts = 3
  /// Before the full report that a session begins with is asked for again, where other reports come. Default 30 s.
  package var fullReportPatience: Duration = .seconds(30)
  /// Between two full reports on demand from a printer that reports only changes. Default 5 min.
  package var fullReportSpacing: Duration = .seconds(300)
  /// Messages that wait for a PUBACK at most; then commands are refused and the session rebuilt. Default 256.
  package var unacknowledgedMessages = 256
  /// Bytes a second that are read from one printer; a faster one waits. Default 2 MiB.
  package var bytesPerSecond = 2 << 20
  package var backoff = Backoff.Limits()
  package var watchdog = SessionWatchdog.Limits()

  package init() {}
}
