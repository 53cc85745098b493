package import Model

/// What a printer can be told (protocol sheet, section 3.8). `payloads` writes it for a model and its firmware.
///
/// Temperatures are °C, percentages 0 to 100.
package enum PrinterCommand: Hashable, Sendable {
  // The job.
  case pause
  case resume
  case stop
  /// 1 silent, 2 standard, 3 sport, 4 ludicrous.
  case speed(level: Int)
  /// `identify_id`s of the 3MF; whoever sends it takes care that one object stays.
  case skipObjects([Int])
  case projectFile(ProjectFile)
  /// A path on the printer or a name on its card.
  case gcodeFile(String)
  case gcode([String])

  // Errors.
  /// Takes the message off the printer's screen as well.
  case clearError(PrintErrorCode?, subtaskID: String?)
  /// Goes on without repeating the check that paused the print.
  case ignoreError(PrintErrorCode, jobID: String)
  /// Takes the message away without going on.
  case dismissError(PrintErrorCode, isPermanent: Bool)

  // The machine.
  case light(LightNode, LightMode)
  case fan(Fan, percent: Int)
  case airduct(AirductMode)
  /// The nozzle's number on dual-nozzle models: 0 right, 1 left.
  case nozzleTemperature(Int, nozzle: Int)
  case bedTemperature(Int)
  case chamberTemperature(Int)
  case home
  /// Relative, in millimetres, within the machine's own end stops.
  case jog(JogAxis, millimetres: Double)
  /// Millimetres of filament; negative pulls it back.
  case extrude(millimetres: Double)
  case steppersOff
  case selectExtruder(Int)
  case calibrate([CalibrationOption])
  case buzzer(BuzzerMode)
  case nozzleKind(diameter: Double, type: String)

  // Filament.
  case load(FilamentSource, currentTemperature: Int?, targetTemperature: Int?)
  /// The unit of what is loaded, 254 and 255 for the external spools; nil where nobody knows.
  case unload(unit: Int?, temperature: Int?)
  case amsControl(AMSAction)
  case traySetting(TraySetting)
  case readRFID(FilamentSource)
  case amsReading(unit: Int, atStart: Bool, onInsert: Bool)
  case startDrying(unit: Int, temperature: Int, hours: Int, filament: String)
  case stopDrying(unit: Int)

  // The printer's own switches.
  case option(PrintOption, isOn: Bool)
  case detector(Detector, isOn: Bool, sensitivity: Sensitivity)
  case recording(isOn: Bool)
  case timelapse(isOn: Bool)
}

/// `chamber` stands for every light of the chamber, which are two on some models.
package enum LightNode: String, Sendable, CaseIterable {
  case chamber = "chamber_light"
  case work = "work_light"
  case heatbed = "heatbed_light"
}

package enum LightMode: String, Sendable, CaseIterable { case on, off, flashing }

package enum JogAxis: String, Sendable, CaseIterable { case x, y, z }

package enum BuzzerMode: Int, Sendable, CaseIterable {
  case silent = 0
  case alarm = 1
  case beep = 2
}

/// `ams_control`: resume retries, done confirms that the filament came out.
package enum AMSAction: String, Sendable, CaseIterable { case resume, done, pause, reset, abort }

package enum CalibrationOption: String, Sendable, CaseIterable {
  case lidar
  case bedLeveling = "bed_leveling"
  case vibration
  case motorNoise = "motor_noise"
  case nozzleOffset = "nozzle_offset"
  case highTemperatureBed = "high_temperature_bed"
  case clumpPosition = "clump_position"

  var bit: Int {
    switch self {
    case .lidar: 1
    case .bedLeveling: 2
    case .vibration: 4
    case .motorNoise: 8
    case .nozzleOffset: 16
    case .highTemperatureBed: 32
    case .clumpPosition: 64
    }
  }

  /// Lidar is on the X1 family only, a nozzle offset needs two nozzles.
  package func isOffered(by model: PrinterModel) -> Bool {
    switch self {
    case .lidar: model.series == .x1
    case .nozzleOffset: model.nozzleCount == 2
    default: true
    }
  }
}

/// The switches of `print_option`.
package enum PrintOption: String, Sendable, CaseIterable {
  case amsBackup = "auto_switch_filament"
  case autoRecovery = "auto_recovery"
  case airPrintDetection = "air_print_detect"
  case tangleDetection = "filament_tangle_detect"
  case blobDetection = "nozzle_blob_detect"
  case sound = "sound_enable"

  /// The prompt sound is on the A series, P2S, X2D and H2.
  package func isOffered(by model: PrinterModel) -> Bool {
    self != .sound || (model.series != .x1 && model.series != .p1)
  }
}

/// The modules of `xcam_control_set`.
package enum Detector: String, Sendable, CaseIterable {
  case firstLayer = "first_layer_inspector"
  case spaghetti = "spaghetti_detector"
  case printing = "printing_monitor"
  case buildPlate = "buildplate_marker_detector"
  case skipParts = "allow_skip_parts"
  case pileUp = "pileup_detector"
  case clump = "clump_detector"
  case airPrint = "airprint_detector"
}

package enum Sensitivity: String, Sendable, CaseIterable { case low, medium, high }
