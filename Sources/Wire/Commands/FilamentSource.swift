package import Model

/// A slot of an AMS or an external spool, as commands name it (protocol sheet, sections 1.2, 3.5 and 3.8).
package enum FilamentSource: Hashable, Sendable {
  case ams(unit: Int, slot: Int)
  /// 254 left or only, 255 right; single-nozzle models take either for their one.
  case external(id: Int)

  /// Numbers from here on are external spools.
  package static let firstExternal = 254

  /// The AMS Lite of the A2L has this number instead of 0.
  static let a2lUnit = 16

  /// From a global tray number: unit x 4 + slot, 128 to 135 for an AMS HT, 254 and 255 for the external spools.
  package init(tray: Int, model: PrinterModel, field: String = "tray") throws(InvalidValue) {
    switch tray {
    case 0...3 where model == .a2l: self = .ams(unit: Self.a2lUnit, slot: tray)
    case 64...67 where model == .a2l: self = .ams(unit: Self.a2lUnit, slot: tray - 64)
    case 0...15 where model != .a2l: self = .ams(unit: tray / 4, slot: tray % 4)
    case 128...135: self = .ams(unit: tray, slot: 0)
    case 254, 255: self = .external(id: tray)
    default:
      throw InvalidValue(field, "must be 0 to 15, 128 to 135 for an AMS HT, or 254 or 255 for an external spool")
    }
  }

  /// From the numbers of a path or a mapping: unit 0 to 3, 16 on the A2L, 128 to 135 for an AMS HT; slot 0 to 3.
  package init(unit: Int, slot: Int, model: PrinterModel, field: String = "tray") throws(InvalidValue) {
    switch unit {
    case 254, 255: self = .external(id: unit)
    case 128...135 where slot == 0: self = .ams(unit: unit, slot: 0)
    case 0...3 where model != .a2l && (0...3).contains(slot): self = .ams(unit: unit, slot: slot)
    case 0 where model == .a2l && (0...3).contains(slot), Self.a2lUnit where model == .a2l && (0...3).contains(slot):
      self = .ams(unit: Self.a2lUnit, slot: slot)
    default: throw InvalidValue(field, "is no slot of unit \(unit) on the \(model.displayName)")
    }
  }

  /// The number in `target`. For the A2L it follows from its unit number (protocol sheet, section 10).
  var target: Int {
    switch self {
    case .ams(let unit, let slot): unit >= 128 ? unit : unit * 4 + slot
    case .external(let id): id
    }
  }

  /// The number in `ams_mapping`: the A2L counts from 0 there, and an external spool has none.
  var mapping: Int {
    switch self {
    case .ams(Self.a2lUnit, let slot): slot
    case .ams: target
    case .external: -1
    }
  }
}

/// What a slot is told that it holds (`ams_filament_setting`).
package struct TraySetting: Hashable, Sendable {
  package var source: FilamentSource
  /// `PLA`, `PETG`; empty to forget.
  package var type: String
  /// RRGGBBAA in capitals.
  package var color: String
  /// The maker's number, such as `GFL99`.
  package var filamentID: String
  package var brand: String
  package var nozzleMin: Int
  package var nozzleMax: Int

  /// - Throws: `InvalidValue` that names `type`, `color`, `filament_id`, `nozzle_min` or `nozzle_max`.
  package init(
    source: FilamentSource, type: String, color: String, filamentID: String? = nil, brand: String = "",
    nozzleMin: Int? = nil, nozzleMax: Int? = nil
  ) throws(InvalidValue) {
    let generic = GenericFilament(type: type)
    guard (1...32).contains(type.utf8.count), type.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
      throw InvalidValue("type", "must be 1 to 32 printable characters, such as PLA")
    }
    guard let color = Self.color(color) else {
      throw InvalidValue("color", "must be RRGGBB or RRGGBBAA in hex digits")
    }
    guard let filamentID = filamentID ?? generic?.id, filamentID.utf8.count <= 16,
      filamentID.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else {
      throw InvalidValue("filament_id", "must be the maker's number of the filament, such as GFL99")
    }
    guard let low = nozzleMin ?? generic?.nozzle.lowerBound, (0...350).contains(low) else {
      throw InvalidValue("nozzle_min", "must be 0 to 350 °C")
    }
    guard let high = nozzleMax ?? generic?.nozzle.upperBound, (low...350).contains(max(high, low)), high >= low else {
      throw InvalidValue("nozzle_max", "must be \(low) (nozzle_min) to 350 °C")
    }
    self.source = source
    self.type = type
    self.color = color
    self.filamentID = filamentID
    self.brand = brand
    self.nozzleMin = low
    self.nozzleMax = high
  }

  /// Makes the printer forget what the slot holds.
  package init(clearing source: FilamentSource) {
    self.source = source
    (type, color, filamentID, brand, nozzleMin, nozzleMax) = ("", "00000000", "", "", 0, 0)
  }

  /// The maker's settings of its own filaments are named after them: `GFL99` has `GFSL99`.
  var settingID: String {
    filamentID.hasPrefix("GF") ? "GFS\(filamentID.dropFirst(2))" : ""
  }

  private static func color(_ text: String) -> String? {
    let isHex = text.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x46).contains($0) || (0x61...0x66).contains($0)
    }
    guard isHex, text.utf8.count == 6 || text.utf8.count == 8 else { return nil }
    return text.uppercased() + (text.utf8.count == 6 ? "FF" : "")
  }
}

/// The maker's numbers for filaments of no brand, with the range of their nozzle temperature.
struct GenericFilament {
  var id: String
  var nozzle: ClosedRange<Int>

  init?(type: String) {
    switch type.uppercased() {
    case "PLA": (id, nozzle) = ("GFL99", 190...240)
    case "PLA-CF": (id, nozzle) = ("GFL98", 190...240)
    case "PETG": (id, nozzle) = ("GFG99", 220...260)
    case "PETG-CF": (id, nozzle) = ("GFG98", 240...270)
    case "ABS": (id, nozzle) = ("GFB99", 240...280)
    case "ASA": (id, nozzle) = ("GFB98", 240...280)
    case "TPU": (id, nozzle) = ("GFU99", 200...250)
    case "PA": (id, nozzle) = ("GFN99", 260...290)
    case "PA-CF": (id, nozzle) = ("GFN98", 260...300)
    case "PC": (id, nozzle) = ("GFC99", 260...290)
    case "PVA": (id, nozzle) = ("GFS99", 190...240)
    case "HIPS": (id, nozzle) = ("GFS98", 220...270)
    default: return nil
    }
  }
}
