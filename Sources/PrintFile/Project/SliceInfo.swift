import Model

/// `Metadata/slice_info.config`: the results of slicing, a plate at a time. Old files have a plate's filaments right
/// below the root; they belong to the plate before them, or to the only one.
final class SliceInfo: XMLListener {
  struct Plate {
    var plate: PrintPlate
    /// For each filament with a `group_id`, by the filament's id: which physical nozzle it is, the project says.
    var groups: [Int: Int] = [:]
  }

  private(set) var plates: [Plate] = []
  private(set) var slicer: String?
  private let limits: PrintFileLimits
  private var open: Plate?
  private var loose: [PlateFilament] = []
  private var looseGroups: [Int: Int] = [:]

  init(_ limits: PrintFileLimits) { self.limits = limits }

  func begin(_ tag: XMLTag) -> Bool {
    switch tag.name {
    case "plate":
      guard plates.count < limits.plates else { return false }
      open = Plate(plate: PrintPlate(index: 0))
    case "metadata": if let key = tag["key"], let value = tag["value"] { note(key, value) }
    case "object": note(object: tag)
    case "filament": note(filament: tag)
    case "header_item":
      if tag["key"] == "X-BBL-Client-Version", let version = Numbers.label(tag["value"], limit: 64) {
        slicer = "Bambu Studio \(version)"
      }
    default: break
    }
    return true
  }

  func end(_ name: String) {
    if name == "plate", var finished = open {
      open = nil
      // Without an index it is the next one.
      if finished.plate.index == 0 { finished.plate.index = (plates.map(\.plate.index).max() ?? 0) + 1 }
      if !plates.contains(where: { $0.plate.index == finished.plate.index }) { plates.append(finished) }
    } else if name == "config" {
      adoptLooseFilaments()
    }
  }

  private func adoptLooseFilaments() {
    guard !loose.isEmpty else { return }
    if plates.isEmpty { plates = [Plate(plate: PrintPlate(index: 1))] }
    guard plates[plates.count - 1].plate.filaments.isEmpty else { return }
    plates[plates.count - 1].plate.filaments = loose
    plates[plates.count - 1].groups = looseGroups
  }

  private func note(_ key: String, _ value: String) {
    guard open != nil else { return }
    switch key {
    case "index": open?.plate.index = Numbers.integer(value, in: 1...999) ?? 0
    case "prediction": open?.plate.seconds = Numbers.integer(value, in: Numbers.seconds)
    case "weight": open?.plate.grams = Numbers.double(value, in: Numbers.grams)
    case "printer_model_id":
      open?.plate.printerModelName = Numbers.label(value, limit: 64)
      open?.plate.printerModel = PrinterModel(code: value)
    case "nozzle_diameters": open?.plate.nozzleDiameters = Numbers.list(value, in: Numbers.diameters)
    case "curr_bed_type": open?.plate.bedType = Numbers.label(value, limit: 64)
    default: break
    }
  }

  private func note(object tag: XMLTag) {
    guard let id = Numbers.integer(tag["identify_id"], in: 0...Int(Int32.max)),
      let count = open?.plate.objects.count, count < limits.objects
    else { return }
    let object = PlateObject(id: id, name: Numbers.label(tag["name"]) ?? "", isSkipped: tag["skipped"] == "true")
    open?.plate.objects.append(object)
  }

  private func note(filament tag: XMLTag) {
    guard let id = Numbers.integer(tag["id"], in: 1...limits.filaments) else { return }
    var filament = PlateFilament(
      id: id, type: Numbers.label(tag["type"], limit: 64), color: Numbers.color(tag["color"]),
      grams: Numbers.double(tag["used_g"], in: Numbers.grams),
      metres: Numbers.double(tag["used_m"], in: Numbers.metres))
    filament.trayInfoIndex = Numbers.label(tag["tray_info_idx"], limit: 64)
    let group = Numbers.integer(tag["group_id"], in: 0...15)
    if open == nil {
      if !loose.contains(where: { $0.id == id }) { loose.append(filament) }
      looseGroups[id] = group
    } else if open?.plate.filaments.contains(where: { $0.id == id }) == false {
      open?.plate.filaments.append(filament)
      open?.groups[id] = group
    }
  }
}
