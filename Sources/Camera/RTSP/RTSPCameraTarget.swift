package import Model
package import TLS

/// Which RTSP server, and who it must be.
package struct RTSPCameraTarget: Sendable {
  package enum Security: Sendable {
    /// No TLS. A password goes out by Digest only.
    case none
    /// A printer, by the same check as for MQTT and files.
    case printer(TrustPolicy)
    /// Anyone who is certified for the host, or holds the pinned key.
    case certified(pinned: Fingerprint?)
  }

  package var host: HostName
  package var port: PortNumber
  /// With the slash in front.
  package var path: String
  package var credentials: CameraCredentials?
  package var security: Security

  package init(
    host: HostName, port: PortNumber, path: String, credentials: CameraCredentials?, security: Security
  ) {
    self.host = host
    self.port = port
    self.path = path
    self.credentials = credentials
    self.security = security
  }

  /// A printer's own camera (protocol sheet, section 5.2). The address in its report is not used: older firmware leaves
  /// the port out, and what we connect to is known.
  package init(_ printer: PrinterCameraTarget) {
    self.init(
      host: printer.host, port: printer.port, path: "/streaming/live/1",
      credentials: CameraCredentials(user: "bblp", password: printer.accessCode.secret),
      security: .printer(printer.trust))
  }

  /// An external camera; the place is an `rtsp` or `rtsps` address.
  init(_ place: ExternalCameraAddress.Place) {
    self.init(
      host: place.host, port: place.port, path: place.target.exposed, credentials: place.credentials,
      security: place.scheme.isEncrypted ? .certified(pinned: place.pinned) : .none)
  }

  var isEncrypted: Bool { if case .none = security { false } else { true } }

  var pinned: Fingerprint? { if case .certified(let pinned) = security { pinned } else { nil } }
}
