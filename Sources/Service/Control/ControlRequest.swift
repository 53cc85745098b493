package import Wire

/// What a person or a program wants a printer to do (contract, section 5), before anybody has looked at the printer.
///
/// Temperatures are °C, percentages 0 to 100.
package enum ControlRequest: Sendable {
  // The job.
  case pause
  /// - Parameter ignoringError: goes on without repeating the check that paused the print.
  case resume(ignoringError: Bool)
  case stop
  /// 1 silent to 4 ludicrous.
  case speed(level: Int)
  /// `identify_id`s of the 3MF.
  case skipObjects([Int])
  case clearError
  /// The file lies on the printer already.
  case start(ProjectFile)
  /// Plain G-code that lies on the printer already: its path from the root, without a slash in front.
  case startGcode(path: String)

  // The machine.
  case light(isOn: Bool)
  case temperatures(nozzle: Int?, secondNozzle: Int?, bed: Int?, chamber: Int?)
  case fan(Fan, percent: Int)
  case airduct(AirductMode)
  case extruder(index: Int)
  case home
  case jog(JogAxis, millimetres: Double)
  case gcode(lines: [String], allowsAll: Bool)
  case calibrate([CalibrationOption])
  case options([PrinterCommand])

  // Filament.
  /// A global tray number.
  case load(tray: Int, nozzleTemperature: Int?)
  case unload
  case ams(AMSAction)
  case setTray(TrayPlace, TrayContent)
  case readTray(TrayPlace)
  case startDrying(unit: Int, temperature: Int, hours: Int)
  case stopDrying(unit: Int)

  /// A device command of the maker's cloud reference.
  case device(JSONValue)
}

extension ControlRequest {
  /// It only ends or halts something.
  var isEnding: Bool {
    switch self {
    case .pause, .stop, .stopDrying: true
    default: false
    }
  }
}

/// A slot as a path names it.
package struct TrayPlace: Hashable, Sendable {
  package var unit: Int
  package var tray: Int

  package init(unit: Int, tray: Int) {
    self.unit = unit
    self.tray = tray
  }
}

/// What a slot is told that it holds; nil is what follows from the type.
package struct TrayContent: Hashable, Sendable {
  package var type: String
  /// RRGGBB or RRGGBBAA.
  package var color: String
  package var filamentID: String?
  package var nozzleMin: Int?
  package var nozzleMax: Int?

  package init(type: String, color: String, filamentID: String?, nozzleMin: Int?, nozzleMax: Int?) {
    self.type = type
    self.color = color
    self.filamentID = filamentID
    self.nozzleMin = nozzleMin
    self.nozzleMax = nozzleMax
  }
}
