import Model

/// What `get_version` says of the printer and its AMS units (protocol sheet, sections 1.1, 1.2 and 3.8).
struct VersionMemory: Sendable {
  static let unitLimit = 16

  struct UnitHardware: Sendable {
    var id: Int
    var kind: AMSUnit.Kind
    var serial: String
    var firmware: String?
  }

  private(set) var firmware: String?
  /// The printer's own word for itself.
  private(set) var namedModel: PrinterModel?
  /// A guess from the main board, for firmware without names.
  private(set) var boardModel: PrinterModel?
  private(set) var units: [UnitHardware] = []

  /// Returns whether the reply is complete: right after boot the `ota` entry may be missing.
  mutating func merge(_ info: [String: JSONValue]) -> Bool {
    guard let modules = info["module"]?.array else { return false }
    var isComplete = false
    var found: [UnitHardware] = []
    for module in modules.prefix(64) {
      guard let members = module.object, let name = members.text("name") else { continue }
      if name == "ota" {
        if let version = members.text("sw_ver"), !version.isEmpty {
          firmware = version
          isComplete = true
        }
        if let product = members.text("product_name"), let model = PrinterModel(name: product) { namedModel = model }
      }
      if let model = Self.model(ofBoard: members) { boardModel = model }
      if found.count < Self.unitLimit, let unit = Self.unit(named: name, members) { found.append(unit) }
    }
    if isComplete {
      units = found
    } else {
      units.removeAll { known in found.contains { $0.id == known.id } }
      units = Array((units + found).prefix(Self.unitLimit))
    }
    return isComplete
  }

  func hardware(ofUnit id: Int) -> UnitHardware? {
    if let unit = units.first(where: { $0.id == id }) { return unit }
    // The A2L reports its AMS Lite as unit 16 (section 1.2), whatever number its module has.
    return id == 16 ? units.first { $0.kind == .lite } : nil
  }

  private static func unit(named name: String, _ members: [String: JSONValue]) -> UnitHardware? {
    let parts = name.split(separator: "/")
    guard parts.count == 2, let id = Int(parts[1]), (0...255).contains(id) else { return nil }
    let kinds: [Substring: AMSUnit.Kind] = ["ams": .ams, "ams_f1": .lite, "n3f": .pro2, "n3s": .ht]
    // Without a serial number the unit is still starting.
    guard let kind = kinds[parts[0]], let serial = members.text("sn"), !serial.isEmpty, serial != "N/A" else {
      return nil
    }
    let firmware = members.text("sw_ver")
    return UnitHardware(id: id, kind: kind, serial: serial, firmware: firmware?.isEmpty == true ? nil : firmware)
  }

  private static func model(ofBoard members: [String: JSONValue]) -> PrinterModel? {
    guard let board = members.text("hw_ver"), board.hasPrefix("AP0") else { return nil }
    let project = members.text("project_name") ?? ""
    if board.hasPrefix("AP02") { return .x1e }
    if project == "N1" { return .a1Mini }
    switch (board.prefix(4), project) {
    case ("AP04", "C11"): return .p1p
    case ("AP04", "C12"): return .p1s
    case ("AP05", "N2S"): return .a1
    case ("AP05", ""): return .x1c
    default: return nil
    }
  }
}
