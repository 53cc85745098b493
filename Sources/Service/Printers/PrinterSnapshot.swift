package import Model
package import Rules

/// A printer as it stands at one moment: what we know of it, how the link is, and what it reports.
package struct PrinterSnapshot: Sendable, Hashable {
  package var identity: PrinterIdentity
  package var state: PrinterState
  package var problem: PrinterProblem?
  /// The session stands and reports come.
  package var isConnected: Bool
  /// By the maker's cloud, as there is no session in the network.
  package var isByCloud = false
  /// nil while the printer is offline or refuses us: a stale value is never shown as if it were live.
  package var report: PrinterReport?
  /// The print that is being followed, also while the printer is silent.
  package var print: TrackedPrint?
  package var lastUpdate: Timestamp?
  package var lastState: PrinterState?
  /// Whether the printer takes commands from us.
  package var control = ControlStanding.unknown
  /// Its smart plugs, where the view gives them.
  package var plugs = PrinterPlugs()

  package init(identity: PrinterIdentity, state: PrinterState) {
    self.identity = identity
    self.state = state
    isConnected = false
  }
}

extension PrinterSnapshot {
  /// The printer's own camera is switched off on its screen (protocol sheet, section 5.2).
  package var isCameraSwitchedOff: Bool {
    identity.externalCamera == nil && identity.model?.camera == .rtsps322 && report?.camera.isDisabled == true
  }
}

/// The smart plugs of a printer.
package struct PrinterPlugs: Sendable, Hashable {
  package var feeding: PlugID?
  package var all: [PlugID] = []
}

/// What a person entered of a printer, and what follows from it; without the access code.
package struct PrinterIdentity: Sendable, Hashable {
  package var id: PrinterID
  package var name: String
  package var host: HostName
  package var serial: SerialNumber
  package var model: PrinterModel?
  package var mqttPort: PortNumber
  package var ftpsPort: PortNumber
  package var cameraPort: PortNumber
  package var externalCamera: ExternalCameraAddress?
  package var isEnabled: Bool
  package var trust: Trust
  package var plateCleared: Bool
  package var createdAt: Timestamp
  package var updatedAt: Timestamp

  package init(
    id: PrinterID, name: String, host: HostName, serial: SerialNumber, model: PrinterModel?, mqttPort: PortNumber,
    ftpsPort: PortNumber, cameraPort: PortNumber, externalCamera: ExternalCameraAddress? = nil, isEnabled: Bool,
    trust: Trust, plateCleared: Bool,
    createdAt: Timestamp, updatedAt: Timestamp
  ) {
    self.id = id
    self.name = name
    self.host = host
    self.serial = serial
    self.model = model
    self.mqttPort = mqttPort
    self.ftpsPort = ftpsPort
    self.cameraPort = cameraPort
    self.externalCamera = externalCamera
    self.isEnabled = isEnabled
    self.trust = trust
    self.plateCleared = plateCleared
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }
}
