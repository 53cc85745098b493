/// How simulated printers are found.
package struct DiscoverySettings: Sendable {
  /// Whether there are announcements at all. Default on.
  package var announces = true
  /// Where announcements go. By default broadcast, as printers do it; a test takes loopback.
  package var destination = "255.255.255.255"
  /// Default 2021.
  package var port: UInt16 = 2021
  /// Between two announcements. Default 5 s.
  package var seconds = 5.0
  package var style = AnnouncementStyle.complete
  /// Whether searches are answered; many printers do not. Default off.
  package var answersSearches = false
  /// Where searches are heard; 0 lets the system choose. Default 2021.
  package var searchPort: UInt16 = 2021
  /// The bind port; nil has none, 0 lets the system choose. One printer only: the first. Default nil.
  package var bindPort: UInt16?
  /// The bind port in TLS, likewise.
  package var secureBindPort: UInt16?

  package init() {}
}

/// The ports that a simulation is found by.
package struct DiscoveryPorts: Sendable, Hashable {
  package var search: UInt16 = 0
  package var bind: UInt16 = 0
  package var secureBind: UInt16 = 0
}
