package import Model
package import Wire

/// What to print, of what lies on a printer.
package struct PrintOrder: Sendable {
  /// What can be chosen for a print; nil is what the printer does by itself.
  package struct Options: Hashable, Sendable {
    package var bedLeveling: Bool?
    package var flowCalibration: Bool?
    package var vibrationCalibration: Bool?
    package var layerInspection: Bool?
    package var timelapse: Bool?
    package var usesAMS: Bool?
    package var bedType: String?

    package init() {}
  }

  package var path: StoragePath
  /// 1-based.
  package var plate: Int
  /// A global tray number for each filament of the 3MF in its order; 254 and 255 for an external spool, -1 for none.
  package var mapping: [Int]
  package var options: Options
  /// The record whose file was put there for this print.
  package var archive: ArchiveID?

  package init(path: StoragePath, plate: Int = 1, mapping: [Int] = [], options: Options = Options()) {
    self.path = path
    self.plate = plate
    self.mapping = mapping
    self.options = options
  }

  /// Plain G-code has neither plates nor filaments, nor a number.
  package var isPlainGcode: Bool { path.name.lowercased().hasSuffix(".gcode") }

  /// Commands name files without the slash in front.
  var bareName: String { String(path.text.dropFirst()) }

  /// - Throws: a mapping to what the model does not have.
  package func projectFile(taskID: Int, model: PrinterModel) throws(InvalidValue) -> ProjectFile {
    // A start that names no tray at all takes what hangs outside; of two such spools the right one feeds the main nozzle.
    let isAllOutside = !mapping.contains { $0 >= 0 }
    var sources: [FilamentSource?] = []
    for tray in mapping {
      if tray >= 0 {
        sources.append(try FilamentSource(tray: tray, model: model, field: "ams_mapping"))
      } else {
        sources.append(isAllOutside ? .external(id: model.nozzleCount == 2 ? 255 : 254) : nil)
      }
    }
    var file = ProjectFile(path: bareName, plate: plate, taskName: taskName, taskID: taskID, mapping: sources)
    if let isOn = options.bedLeveling { file.bedLeveling = isOn ? .on : .off }
    if let isOn = options.flowCalibration { file.flowCalibration = isOn ? .on : .off }
    if let isOn = options.vibrationCalibration { file.vibrationCalibration = isOn }
    if let isOn = options.layerInspection { file.layerInspection = isOn }
    if let isOn = options.timelapse { file.timelapse = isOn }
    if let bedType = options.bedType { file.bedType = bedType }
    file.usesAMS = options.usesAMS
    return file
  }

  /// The file's name without its endings, so that reports can be matched to the file.
  private var taskName: String {
    var name = path.name
    for ending in [".3mf", ".gcode"] where name.lowercased().hasSuffix(ending) && name.utf8.count > ending.utf8.count {
      name.removeLast(ending.count)
    }
    return name
  }
}
