/// Everything that a printer has reported, merged over all its messages; nil is what it has not reported or does not have.
///
/// Temperatures are °C, percentages 0 to 100. The source of each field is in the protocol sheet, section 3.
package struct PrinterReport: Hashable, Sendable {
  /// A full report has been seen since the session began.
  package var isComplete = false
  package var model: PrinterModel?
  package var gcodeState: GcodeState?

  // The job.
  package var job = ReportedJob()
  package var stage: PrintStage?
  package var speed: PrintSpeed?

  // The machine.
  package var nozzles: [Nozzle] = []
  package var activeNozzle: Int?
  package var bed = Heater()
  package var chamber = Heater()
  package var fans = Fans()
  package var airduct: Airduct?
  /// Light name to `on`, `off` or `flashing`, in the printer's order.
  package var lights: [Light] = []
  package var doorOpen: Bool?
  package var sdcard: SDCardState?
  package var camera = ReportedCamera()

  // Faults.
  package var hms: [HMSCode] = []
  package var printError: PrintErrorCode?

  // Filament.
  package var ams: [AMSUnit] = []
  package var externalSpools: [ExternalSpool] = []
  package var activeTray: ActiveTray?

  // Itself.
  package var firmware: String?
  package var updateAvailable: Bool?
  /// dBm; nil on a wired machine.
  package var wifiSignal: Int?
  package var isWired: Bool?
  package var ipAddress: String?
  /// Commands must be signed by the maker's own clients (section 3.9); nil where the printer does not say.
  package var needsSignature: Bool?

  package init() {}
}

/// What the printer says of the job that it runs or ran last.
package struct ReportedJob: Hashable, Sendable {
  package var progress: Int?
  package var remainingMinutes: Int?
  package var layer: Int?
  package var totalLayers: Int?
  package var taskName: String?
  package var file: String?
  package var printType: String?
  package var taskID: String?
  package var subtaskID: String?
  package var projectID: String?
  /// Download and unpacking before the print, 0 to 100.
  package var preparePercent: Int?
  /// The code that ended the last job, where the firmware keeps it (`fail_reason`).
  package var failReason: PrintErrorCode?
  /// `identify_id`s of objects that are already skipped.
  package var skippedObjects: [Int] = []

  package init() {}
}

/// A row of the stage table (section 3.4); `id` is the number after the rule for idle P1 and A1.
package struct PrintStage: Hashable, Sendable {
  package var id: Int
  package var name: String

  package init(id: Int, name: String) {
    self.id = id
    self.name = name
  }
}

package struct PrintSpeed: Hashable, Sendable {
  /// 1 silent, 2 standard, 3 sport, 4 ludicrous.
  package var level: Int?
  package var percent: Int?

  package init(level: Int? = nil, percent: Int? = nil) {
    self.level = level
    self.percent = percent
  }
}

package struct Heater: Hashable, Sendable {
  package var temperature: Double?
  package var target: Double?

  package init(temperature: Double? = nil, target: Double? = nil) {
    self.temperature = temperature
    self.target = target
  }
}

package struct Nozzle: Hashable, Sendable {
  package enum Side: String, Sendable { case single, right, left }

  package var id: Int
  package var side: Side
  package var heater: Heater
  /// Millimetres.
  package var diameter: Double?
  package var type: String?
  package var isActive: Bool

  package init(
    id: Int, side: Side, heater: Heater = Heater(), diameter: Double? = nil, type: String? = nil, isActive: Bool = false
  ) {
    self.id = id
    self.side = side
    self.heater = heater
    self.diameter = diameter
    self.type = type
    self.isActive = isActive
  }
}

/// Fan speeds in per cent, linear; nil where not fitted or not reported.
package struct Fans: Hashable, Sendable {
  package var part: Int?
  package var aux: Int?
  package var chamber: Int?
  package var heatbreak: Int?

  package init(part: Int? = nil, aux: Int? = nil, chamber: Int? = nil, heatbreak: Int? = nil) {
    self.part = part
    self.aux = aux
    self.chamber = chamber
    self.heatbreak = heatbreak
  }
}

package struct Airduct: Hashable, Sendable {
  package struct Part: Hashable, Sendable {
    /// The part's number (wire id / 16): 1 part cooling, 2 auxiliary, 3 chamber, 6 inner loop, 10 left auxiliary.
    package var id: Int
    package var percent: Int

    package init(id: Int, percent: Int) {
      self.id = id
      self.percent = percent
    }
  }

  /// 0 cooling, 1 heating, 2 laser.
  package var mode: Int?
  package var parts: [Part]

  package init(mode: Int? = nil, parts: [Part] = []) {
    self.mode = mode
    self.parts = parts
  }
}

package struct Light: Hashable, Sendable {
  package var node: String
  package var mode: String

  package init(node: String, mode: String) {
    self.node = node
    self.mode = mode
  }
}

package enum SDCardState: String, Sendable, CaseIterable { case normal, missing, abnormal }

package struct ReportedCamera: Hashable, Sendable {
  package var kind: PrinterModel.CameraKind?
  /// The printer's own word about its live view: nil when it is off or not mentioned.
  package var rtspURL: String?
  /// The live view is switched off on the printer's screen.
  package var isDisabled: Bool?
  package var timelapse: String?

  package init() {}
}
