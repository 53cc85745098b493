package import Model
package import TLS
package import Wire

/// How a session stands.
///
/// `down` stays while attempts go on, until one succeeds: a printer that is off does not flap between two phases.
package enum SessionPhase: Hashable, Sendable {
  /// Not started, or stopped.
  case stopped
  /// The first attempt since the start, a change of target, or the loss of a session.
  case connecting
  /// The subscription stands and nothing has come yet.
  case subscribed
  /// Reports flow.
  case live
  /// No session, or one without data (`noData`); attempts go on.
  case down(PrinterProblem)
}

/// Who owns a session. Everything is called on the loop, so an actor of the loop may use `assumeIsolated`.
package protocol PrinterSessionDelegate: AnyObject {
  func session(_ serial: SerialNumber, became phase: SessionPhase)
  /// A message was merged; the whole is in `PrinterSession.report`.
  func session(_ serial: SerialNumber, received outcome: ReportOutcome)
  /// Once for each connection, when the peer has proven that it holds the key or was refused. On `firstUse` the session
  /// has pinned the key for itself; the owner stores it.
  func session(_ serial: SerialNumber, judged verdict: TrustVerdict)
}

/// Why a command did not go out.
package enum PublishError: Error, Hashable, Sendable {
  /// There is no subscribed session.
  case notConnected
  /// More than `SessionTimings.unacknowledgedMessages` wait for the printer's PUBACK; the session is being rebuilt.
  case tooManyUnacknowledged
  /// Larger than `PrinterSession.largestCommand`.
  case tooLarge
  /// The library did not take it: the connection is going, or memory is out.
  case failed
}

/// What became of a request for a full report.
package enum FullReportRequest: Hashable, Sendable {
  case sent
  /// P1 and A1: it goes out by itself at this moment (protocol sheet, section 3.2).
  case deferred(until: ContinuousClock.Instant)
  /// No session; each new one begins with a full report.
  case notConnected
}
