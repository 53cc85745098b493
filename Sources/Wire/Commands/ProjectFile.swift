import Model

/// The start of a 3MF that lies on the printer (`project_file`; protocol sheet, section 3.8).
package struct ProjectFile: Hashable, Sendable {
  /// A preparation that can be left out, done, or done when the printer finds it due.
  package enum Preparation: Int, Sendable { case off = 0, on = 1, automatic = 2 }

  /// Path from the root of the printer's storage, without a slash in front: `Box.gcode.3mf`, `cache/Box.3mf`.
  package var path: String
  /// 1-based.
  package var plate: Int
  /// Shown as the job's name and echoed in the reports.
  package var taskName: String
  /// 1 to 2147483647, fresh for each submission: larger ones are clamped by P1S, and a reprint is known by it.
  package var taskID: Int
  package var bedType = "auto"
  package var timelapse = false
  package var bedLeveling = Preparation.on
  package var flowCalibration = Preparation.automatic
  package var vibrationCalibration = true
  package var layerInspection = false
  package var nozzleOffset = Preparation.off
  /// nil: yes when any filament comes from an AMS.
  package var usesAMS: Bool?
  /// A source for each filament of the 3MF in its order; nil for one that is not used.
  package var mapping: [FilamentSource?]
  /// Nozzle numbers for each filament; H2C only.
  package var nozzleMapping: [Int]?
  /// Hex digits, or empty for no check.
  package var md5 = ""

  package init(path: String, plate: Int = 1, taskName: String, taskID: Int, mapping: [FilamentSource?] = []) {
    self.path = path
    self.plate = plate
    self.taskName = taskName
    self.taskID = taskID
    self.mapping = mapping
  }

  var fileName: String { path.split(separator: "/").last.map(String.init) ?? path }

  /// An AMS that nothing is mapped to must not be asked for: P1 without one refuses the job (07FF_8012).
  var asksForAMS: Bool {
    let hasAMS = mapping.contains { if case .ams = $0 { true } else { false } }
    return hasAMS && usesAMS ?? true
  }

  func check() throws(InvalidValue) {
    guard !path.isEmpty, !path.hasPrefix("/"), path.utf8.count <= 255,
      !path.unicodeScalars.contains(where: { $0.value < 0x20 })
    else { throw InvalidValue("path", "must be the path of a 3MF on the printer") }
    guard (1...999).contains(plate) else { throw InvalidValue("plate", "must be 1 or more") }
    guard (1...Int(Int32.max)).contains(taskID) else { throw InvalidValue("task_id", "must be 1 to 2147483647") }
    guard mapping.count <= 64 else { throw InvalidValue("ams_mapping", "must have at most 64 entries") }
  }
}
