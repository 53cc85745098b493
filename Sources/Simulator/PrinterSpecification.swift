package import Model

/// Which printer to simulate.
package struct PrinterSpecification: Sendable {
  package var model: PrinterModel
  /// What people call it; by default its model and number.
  package var name: String?
  /// By default one of the model's form.
  package var serial: SerialNumber?
  /// By default 8 digits made from its number.
  package var accessCode: AccessCode?
  package var certificate: CertificateVariant
  /// TLS 1.3 as well as 1.2; by default only where the model offers it (protocol sheet, section 3.1: P2S).
  package var allowsTLS13: Bool
  /// A file of recorded reports to answer from instead of a simulated machine; serial and model come from it.
  package var recording: String?
  /// How its camera behaves from the start.
  package var camera: CameraSettings

  package init(
    model: PrinterModel, name: String? = nil, serial: SerialNumber? = nil, accessCode: AccessCode? = nil,
    certificate: CertificateVariant = .complete, allowsTLS13: Bool? = nil, recording: String? = nil,
    camera: CameraSettings = CameraSettings()
  ) {
    self.model = model
    self.name = name
    self.serial = serial
    self.accessCode = accessCode
    self.certificate = certificate
    self.allowsTLS13 = allowsTLS13 ?? (model == .p2s)
    self.recording = recording
    self.camera = camera
  }

  /// A printer that answers from a file; the model is read from the file.
  package static func replay(_ path: String) -> PrinterSpecification {
    PrinterSpecification(model: .p1s, recording: path)
  }
}
