package import Model
package import TLS

/// Which printer's own camera, and who the peer must be.
package struct PrinterCameraTarget: Sendable {
  package var host: HostName
  package var port: PortNumber
  package var accessCode: AccessCode
  /// The same as for MQTT and files.
  package var trust: TrustPolicy

  package init(host: HostName, port: PortNumber, accessCode: AccessCode, trust: TrustPolicy) {
    self.host = host
    self.port = port
    self.accessCode = accessCode
    self.trust = trust
  }
}
