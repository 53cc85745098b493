package import Model

/// What a person enters to add a printer.
package struct PrinterDraft: Sendable {
  package var name: String
  package var host: HostName
  package var serial: SerialNumber
  package var accessCode: AccessCode
  package var model: PrinterModel?
  package var mqttPort: PortNumber?
  package var ftpsPort: PortNumber?
  package var cameraPort: PortNumber?
  package var fingerprint: Fingerprint?
  package var isEnabled: Bool

  package init(name: String, host: HostName, serial: SerialNumber, accessCode: AccessCode) {
    self.name = name
    self.host = host
    self.serial = serial
    self.accessCode = accessCode
    isEnabled = true
  }
}

/// What a person changes of a printer; nil leaves a field, `.some(nil)` goes back to the default.
package struct PrinterEdit: Sendable {
  package var name: String?
  package var host: HostName?
  package var serial: SerialNumber?
  package var accessCode: AccessCode?
  package var model: PrinterModel??
  package var mqttPort: PortNumber??
  package var ftpsPort: PortNumber??
  package var cameraPort: PortNumber??
  package var isEnabled: Bool?

  package init() {}
}
