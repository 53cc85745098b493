package import Model
package import TLS

/// Whose files, and who the peer must be.
package struct StorageTarget: Sendable {
  package var host: HostName
  package var port: PortNumber
  package var accessCode: AccessCode
  /// The same as for MQTT and the camera.
  package var trust: TrustPolicy
  /// Whether files may travel in clear once the encrypted data channel has stalled. The access code never does.
  package var allowsClearData: Bool

  /// - Parameter model: only the A1 series is known to stall (protocol sheet, section 4); for others, and where the model
  ///   is unknown, a peer that drops packets must not talk us out of encryption.
  package init(
    host: HostName, port: PortNumber = .ftps, accessCode: AccessCode, trust: TrustPolicy, model: PrinterModel?
  ) {
    self.host = host
    self.port = port
    self.accessCode = accessCode
    self.trust = trust
    allowsClearData = model?.series == .a1
  }
}

/// What was learnt of one printer's file server; kept as long as its `PrinterStorage`.
package struct StorageHabits: Hashable, Sendable {
  /// The encrypted data channel stalled, and the clear one did not.
  package var needsClearData = false
  /// Nil before the first upload; false when files must be written under their final name.
  package var renames: Bool?

  package init() {}
}
