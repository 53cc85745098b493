package import Model

/// A printer as it is kept.
package struct PrinterRecord: Hashable, Sendable {
  package var id: PrinterID
  package var name: String
  package var host: HostName
  package var serial: SerialNumber
  package var accessCode: AccessCode
  package var model: PrinterModel?
  package var mqttPort: PortNumber
  package var ftpsPort: PortNumber
  /// nil is what the model has.
  package var cameraPort: PortNumber?
  /// Another camera instead of the printer's own.
  package var externalCamera: ExternalCameraAddress?
  package var isEnabled: Bool
  /// The key that is trusted, pinned at the first connection or by a person.
  package var pin: Fingerprint?
  /// As last judged.
  package var trustState: Trust.State
  package var plate: PlateRecord
  package var lastState: PrinterState?
  package var lastUpdate: Timestamp?
  /// Of which of its complaints people have been told, by their codes.
  package var toldFaults: Set<String>
  package var createdAt: Timestamp
  package var updatedAt: Timestamp
}

/// What is known of a printer's plate.
package struct PlateRecord: Hashable, Sendable {
  /// It is free for the next print.
  package var isCleared: Bool
  /// Somebody or something has said so.
  package var isKnown: Bool
  /// The job that the printer showed then.
  package var job: String?

  package init(isCleared: Bool, isKnown: Bool, job: String?) {
    self.isCleared = isCleared
    self.isKnown = isKnown
    self.job = job
  }
}

/// What a new printer is made from.
package struct NewPrinter: Hashable, Sendable {
  package var name: String
  package var host: HostName
  package var serial: SerialNumber
  package var accessCode: AccessCode
  package var model: PrinterModel?
  package var mqttPort: PortNumber
  package var ftpsPort: PortNumber
  package var cameraPort: PortNumber?
  package var externalCamera: ExternalCameraAddress?
  package var isEnabled: Bool
  package var pin: Fingerprint?

  package init(
    name: String, host: HostName, serial: SerialNumber, accessCode: AccessCode, model: PrinterModel? = nil,
    mqttPort: PortNumber = .mqtt, ftpsPort: PortNumber = .ftps, cameraPort: PortNumber? = nil,
    externalCamera: ExternalCameraAddress? = nil, isEnabled: Bool = true, pin: Fingerprint? = nil
  ) {
    self.name = name
    self.host = host
    self.serial = serial
    self.accessCode = accessCode
    self.model = model
    self.mqttPort = mqttPort
    self.ftpsPort = ftpsPort
    self.cameraPort = cameraPort
    self.externalCamera = externalCamera
    self.isEnabled = isEnabled
    self.pin = pin
  }
}

/// What a person changes of a printer; nil leaves a field as it is, and a doubled optional can be cleared.
package struct PrinterChanges: Hashable, Sendable {
  package var name: String?
  package var host: HostName?
  package var serial: SerialNumber?
  package var accessCode: AccessCode?
  package var model: PrinterModel??
  package var mqttPort: PortNumber?
  package var ftpsPort: PortNumber?
  package var cameraPort: PortNumber??
  /// One that shows a password or a query as dots, as reading gives it, means the stored one.
  package var externalCamera: ExternalCameraAddress??
  package var isEnabled: Bool?
  package var pin: Fingerprint??

  package init() {}

  /// Another serial number is another machine: its key is unknown, whatever was pinned (contract, section 8).
  func applied(to old: PrinterRecord) -> PrinterRecord {
    var new = old
    if let name { new.name = name }
    if let host { new.host = host }
    if let accessCode { new.accessCode = accessCode }
    if let model { new.model = model }
    if let mqttPort { new.mqttPort = mqttPort }
    if let ftpsPort { new.ftpsPort = ftpsPort }
    if let cameraPort { new.cameraPort = cameraPort }
    if let externalCamera { new.externalCamera = Self.meant(externalCamera, old.externalCamera) }
    if let isEnabled { new.isEnabled = isEnabled }
    if let serial, serial != old.serial {
      new.serial = serial
      new.pin = nil
      new.trustState = .none
    }
    if let pin {
      new.pin = pin
      new.trustState = pin == nil ? .none : .pinned
    }
    return new
  }

  private static func meant(
    _ new: ExternalCameraAddress?, _ old: ExternalCameraAddress?
  ) -> ExternalCameraAddress? {
    // Another host or user makes another text, and gets no password that was meant for the old one.
    guard let new, let old, new.text.exposed == old.description else { return new }
    return old
  }
}
