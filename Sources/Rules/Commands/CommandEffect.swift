package import Model

/// What a report shows once a command has worked (protocol sheet, sections 3.8 and 3.9: "success only means accepted").
package enum CommandEffect: Hashable, Sendable {
  // The job.
  case paused
  case resumed
  case stopped
  /// The job with this `subtask_id` is on the machine, or any where it has none; nothing was on it before.
  case started(taskID: String?)
  case speed(level: Int)
  case skipped([Int])
  case noPrintError

  // The machine. Temperatures are °C, fans per cent.
  /// Every light whose name begins so.
  case lights(prefix: String, mode: String)
  case partFan(Int)
  case auxFan(Int)
  case chamberFan(Int)
  /// A fan that only the air duct's list shows.
  case ductFan(part: Int, percent: Int)
  case airduct(mode: Int)
  case nozzleTarget(Int, nozzle: Int)
  case bedTarget(Int)
  case chamberTarget(Int)
  case activeNozzle(Int)
  case timelapse(isOn: Bool)

  // Filament.
  case loaded(unit: Int, slot: Int)
  case externalLoaded
  case nothingLoaded
  case tray(unit: Int, slot: Int, type: String, color: String)
  case drying(unit: Int, isOn: Bool)

  case all([CommandEffect])

  /// Reports tell fans in fifteen steps.
  private static let fanStep = 7

  package func isShown(by report: PrinterReport) -> Bool {
    switch self {
    case .paused: report.gcodeState == .pause
    case .resumed: report.gcodeState == .running || report.gcodeState == .prepare || report.gcodeState == .slicing
    case .stopped: report.gcodeState.map { !$0.isBusy } ?? false
    case .started(let taskID):
      report.gcodeState == .prepare || report.gcodeState == .slicing || report.gcodeState == .running
        || (taskID != nil && report.job.subtaskID == taskID)
    case .speed(let level): report.speed?.level == level
    case .skipped(let ids): ids.allSatisfy(report.job.skippedObjects.contains)
    case .noPrintError: report.printError == nil
    case .all(let effects): effects.allSatisfy { $0.isShown(by: report) }
    case .loaded, .externalLoaded, .nothingLoaded, .tray, .drying: isShownByFilament(report)
    default: isShownByMachine(report)
    }
  }

  private func isShownByMachine(_ report: PrinterReport) -> Bool {
    switch self {
    case .lights(let prefix, let mode):
      let lights = report.lights.filter { $0.node.hasPrefix(prefix) }
      return !lights.isEmpty && lights.allSatisfy { $0.mode == mode }
    case .partFan(let percent): return Self.isNear(report.fans.part, percent)
    case .auxFan(let percent): return Self.isNear(report.fans.aux, percent)
    case .chamberFan(let percent): return Self.isNear(report.fans.chamber, percent)
    case .ductFan(let part, let percent):
      return Self.isNear(report.airduct?.parts.first { $0.id == part }?.percent, percent)
    case .airduct(let mode): return report.airduct?.mode == mode
    case .nozzleTarget(let value, let nozzle):
      return report.nozzles.first { $0.id == nozzle }?.heater.target == Double(value)
    case .bedTarget(let value): return report.bed.target == Double(value)
    case .chamberTarget(let value): return report.chamber.target == Double(value)
    case .activeNozzle(let index): return report.activeNozzle == index
    case .timelapse(let isOn): return report.camera.timelapse == (isOn ? "enable" : "disable")
    default: return false
    }
  }

  private func isShownByFilament(_ report: PrinterReport) -> Bool {
    switch self {
    case .loaded(let unit, let slot): return report.activeTray == .ams(unit: unit, slot: slot)
    case .externalLoaded:
      if case .external? = report.activeTray { return true }
      return false
    case .nothingLoaded: return report.activeTray == nil
    case .tray(let unit, let slot, let type, let color):
      let tray = report.ams.first { $0.id == unit }?.trays.first { $0.slot == slot }
      if let tray { return tray.type == type && tray.color == color }
      return report.externalSpools.contains { $0.type == type && $0.color == color }
    case .drying(let unit, let isOn):
      return report.ams.first { $0.id == unit }?.dryMinutes.map { ($0 > 0) == isOn } ?? false
    default: return false
    }
  }

  /// Off is off; anything else may be a step away.
  private static func isNear(_ shown: Int?, _ wanted: Int) -> Bool {
    guard let shown else { return false }
    return wanted == 0 ? shown == 0 : abs(shown - wanted) <= fanStep
  }
}
