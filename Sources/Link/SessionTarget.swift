package import Model

/// Where a printer is and who it must be.
package struct SessionTarget: Hashable, Sendable {
  package var serial: SerialNumber
  package var host: HostName
  package var port: PortNumber
  package var accessCode: AccessCode
  /// As a person configured it; nil is told from the serial number and from reports.
  package var model: PrinterModel?
  /// The trusted key; nil until the first connection has shown one.
  package var pinned: Fingerprint?

  package init(
    serial: SerialNumber, host: HostName, port: PortNumber = .mqtt, accessCode: AccessCode, model: PrinterModel? = nil,
    pinned: Fingerprint? = nil
  ) {
    self.serial = serial
    self.host = host
    self.port = port
    self.accessCode = accessCode
    self.model = model
    self.pinned = pinned
  }
}
