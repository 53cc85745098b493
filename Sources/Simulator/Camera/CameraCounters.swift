/// What a simulated camera has seen so far, for tests to assert on.
package struct CameraCounters: Hashable, Sendable {
  /// TCP connections that are up now.
  package var connectionsOpen = 0
  /// The most that were up at the same moment.
  package var connectionsAtMost = 0
  package var connectionsEver = 0
  /// Clients that have been let in and are served now.
  package var clients = 0
  package var clientsEver = 0
  /// Ended because a newer client came.
  package var evicted = 0
  /// Refused because the camera had its clients.
  package var refused = 0
  /// Packets or Authorizations that did not fit; what is asked without any is not counted.
  package var authenticationFailures = 0
  /// Pictures that were written to their end, to whomever.
  package var framesSent = 0
  /// Bytes of TLS content written.
  package var bytesSent = 0
  /// RTSP requests that were understood, by method.
  package var requests: [String: Int] = [:]

  package init() {}
}
