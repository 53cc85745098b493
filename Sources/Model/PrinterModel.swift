/// A model of the maker's, by its short name (protocol sheet, section 1.1).
package enum PrinterModel: String, Sendable, CaseIterable, Hashable {
  case x1c = "X1C"
  case x1 = "X1"
  case x1e = "X1E"
  case p1p = "P1P"
  case p1s = "P1S"
  case a1Mini = "A1MINI"
  case a1 = "A1"
  case a2l = "A2L"
  case p2s = "P2S"
  case x2d = "X2D"
  case h2s = "H2S"
  case h2d = "H2D"
  case h2dPro = "H2DPRO"
  case h2c = "H2C"

  /// The maker's name for it.
  package var displayName: String {
    switch self {
    case .x1c: "X1 Carbon"
    case .a1Mini: "A1 mini"
    case .h2dPro: "H2D Pro"
    default: rawValue
    }
  }

  /// The family, which shares firmware habits and the pages of the maker's documentation.
  package enum Series: Sendable { case x1, p1, a1, p2, x2, h2 }

  package var series: Series {
    switch self {
    case .x1c, .x1, .x1e: .x1
    case .p1p, .p1s: .p1
    case .a1Mini, .a1, .a2l: .a1
    case .p2s: .p2
    case .x2d: .x2
    case .h2s, .h2d, .h2dPro, .h2c: .h2
    }
  }

  package var nozzleCount: Int {
    switch self {
    case .x2d, .h2d, .h2dPro, .h2c: 2
    default: 1
    }
  }

  package enum CameraKind: String, Sendable { case jpeg6000, rtsps322 }

  package var camera: CameraKind { series == .p1 || series == .a1 ? .jpeg6000 : .rtsps322 }

  /// P1 and A1 report a constant 5 °C where they have no sensor (section 3.3).
  package var hasChamberSensor: Bool { series != .p1 && series != .a1 }

  package var hasChamberHeater: Bool {
    switch self {
    case .x1e, .x2d, .h2s, .h2d, .h2dPro, .h2c: true
    default: false
    }
  }

  package var hasDoorSensor: Bool { series != .p1 && series != .a1 }

  /// Whether there may be a wired network (P1S: sources disagree, taken as not).
  package var hasEthernet: Bool { series != .p1 && series != .a1 && self != .x1 }

  /// Auxiliary and chamber fans; the A series has neither.
  package var hasChamberFans: Bool { series != .a1 }

  /// Reports only what changed, and lags when asked for everything: one `pushall` in five minutes (section 3.2).
  package var reportsOnlyChanges: Bool { series == .p1 || series == .a1 }

  /// The codes that announcements, the cloud and 3MF files use.
  package var codes: [String] {
    switch self {
    case .x1c: ["BL-P001", "3DPrinter-X1-Carbon"]
    case .x1: ["BL-P002", "3DPrinter-X1"]
    case .x1e: ["C13"]
    case .p1p: ["C11"]
    case .p1s: ["C12"]
    case .a1Mini: ["N1"]
    case .a1: ["N2S"]
    case .a2l: ["N9"]
    case .p2s: ["N7"]
    case .x2d: ["N6"]
    case .h2s: ["O1S"]
    case .h2d: ["O1D"]
    case .h2dPro: ["O1E", "O2D"]
    case .h2c: ["O1C", "O1C2"]
    }
  }

  package init?(code: String) {
    guard let model = Self.allCases.first(where: { $0.codes.contains(code) }) else { return nil }
    self = model
  }

  /// From the first characters of a serial number; X1 and X1C share `00M`, which is taken as X1C.
  package init?(serial: SerialNumber) {
    let known: [(prefix: String, model: PrinterModel)] = [
      ("26A19", .a2l), ("20P9", .x2d), ("00M", .x1c), ("00W", .x1), ("03W", .x1e), ("01S", .p1p), ("01P", .p1s),
      ("030", .a1Mini), ("039", .a1), ("22E", .p2s), ("093", .h2s), ("094", .h2d), ("239", .h2dPro), ("31B", .h2c),
    ]
    guard let match = known.first(where: { serial.text.hasPrefix($0.prefix) }) else { return nil }
    self = match.model
  }

  /// From what a person types: the short name or the maker's, in any case, with or without spaces.
  package init?(name: String) {
    func folded(_ text: String) -> String { text.lowercased().filter { $0 != " " && $0 != "-" } }
    let wanted = folded(name)
    let match = Self.allCases.first { model in
      [model.rawValue, model.displayName, "Bambu Lab \(model.displayName)"].contains { folded($0) == wanted }
    }
    guard let match else { return nil }
    self = match
  }
}
