package import Rules

/// Every time of a hub. The defaults are what the service runs with; tests shorten them.
package struct CameraTimings: Hashable, Sendable {
  /// How long the camera stays connected after the last viewer has gone. Default 4 s.
  package var linger: Duration = .seconds(4)
  /// Between the end of one connection and the beginning of the next, so that the camera has let go of the first: some
  /// take one only, and mistake the second for a stranger (lessons). Default 0.5 s.
  package var settle: Duration = .milliseconds(500)
  /// From an attempt's start to its first picture. Default 20 s.
  package var firstPicture: Duration = .seconds(20)
  /// Without a picture for so long the connection counts as stalled, or for five of the camera's own intervals where
  /// that is longer. Default 5 s.
  package var stall: Duration = .seconds(5)
  /// Before the next attempt after one that failed. Default 1 s, doubling to 15 s; a connection of 5 s or more starts the
  /// row anew.
  package var backoff = Backoff.Limits(first: .seconds(1), most: .seconds(15), stableAfter: .seconds(5))
  /// Before the next attempt after a refusal, and after a long row of failures. Default 60 s.
  package var refusal: Duration = .seconds(60)
  /// Attempts in a row without a picture before it gives up until somebody asks again (protocol sheet, section 5.1); for
  /// one who keeps looking it tries on after `refusal`. Default 12.
  package var attempts = 12

  package init() {}
}
