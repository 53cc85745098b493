import Model

/// What each model is made of, beyond what `PrinterModel` says (protocol sheet, sections 1.1 and 1.2).
struct ModelTraits {
  enum AMSKind: String {
    case ams, lite, ams2Pro, ht

    /// The low digit of a unit's `info`.
    var typeCode: Int {
      switch self {
      case .ams: 1
      case .ams2Pro: 3
      case .ht: 4
      case .lite: 5
      }
    }

    var modulePrefix: String {
      switch self {
      case .ams: "ams"
      case .lite: "ams_f1"
      case .ams2Pro: "n3f"
      case .ht: "n3s"
      }
    }

    var hardware: String {
      switch self {
      case .ams: "AMS08"
      case .lite: "AMS_F102"
      case .ams2Pro: "N3F05"
      case .ht: "N3S05"
      }
    }

    var productName: String {
      switch self {
      case .ams: "AMS"
      case .lite: "AMS Lite"
      case .ams2Pro: "AMS 2 Pro"
      case .ht: "AMS HT"
      }
    }

    var slots: Int { self == .ht ? 1 : 4 }
  }

  var serialPrefix: String
  /// `product_name` of module `ota`; nil where the firmware is too old to say it.
  var productName: String?
  var projectName: String?
  var mainBoard: (name: String, hardware: String)
  var firmware: String
  var ams: [(id: Int, kind: AMSKind)]
  /// A `device` tree, 32-bit bit fields in hex, fuller reports.
  var hasDeviceTree: Bool
  /// Full reports carry `msg`.
  var saysMessageKind: Bool
  var lights: [String]

  init(_ model: PrinterModel) {
    hasDeviceTree = model.series != .p1 && model.series != .a1 || model == .a2l
    saysMessageKind = model.series != .h2
    lights = ["chamber_light"]
    if model.series == .h2 { lights.append("chamber_light2") }
    if model.series != .p1 && model.series != .a1 { lights.append("work_light") }
    mainBoard = ("ap", "AP05")
    firmware = "01.01.02.00"
    productName = "Bambu Lab \(model.displayName)"
    switch model {
    case .x1c, .x1:
      serialPrefix = model == .x1 ? "00W" : "00M"
      productName = model == .x1 ? "Bambu Lab X1" : "Bambu Lab X1-Carbon"
      firmware = "01.09.00.01"
      ams = [(0, .ams), (1, .ams2Pro)]
    case .x1e: (serialPrefix, firmware, ams, mainBoard) = ("03W", "01.02.00.00", [(0, .ams)], ("ap", "AP02"))
    case .p1p: (serialPrefix, firmware, ams, mainBoard) = ("01S", "01.07.00.00", [(0, .ams)], ("esp32", "AP04"))
    case .p1s: (serialPrefix, firmware, ams, mainBoard) = ("01P", "01.08.00.00", [(0, .ams)], ("esp32", "AP04"))
    case .a1Mini: (serialPrefix, firmware, ams, mainBoard) = ("030", "01.05.00.00", [(0, .lite)], ("esp32", "AP05"))
    case .a1: (serialPrefix, firmware, ams, mainBoard) = ("039", "01.05.00.00", [(0, .lite)], ("esp32", "AP05"))
    case .a2l: (serialPrefix, firmware, ams, mainBoard) = ("26A19", "01.01.00.00", [(16, .lite)], ("esp32", "AP05"))
    case .p2s: (serialPrefix, firmware, ams, mainBoard) = ("22E", "01.01.00.00", [(0, .ams2Pro)], ("ap", "AP04"))
    case .x2d: (serialPrefix, ams) = ("20P9", [(0, .ams2Pro), (128, .ht)])
    case .h2s: (serialPrefix, ams) = ("093", [(0, .ams2Pro)])
    case .h2d: (serialPrefix, ams) = ("094", [(0, .ams), (128, .ht)])
    case .h2dPro: (serialPrefix, ams) = ("239", [(0, .ams2Pro), (1, .ams2Pro), (128, .ht)])
    case .h2c: (serialPrefix, ams) = ("31B", [(0, .ams2Pro), (128, .ht)])
    }
    if model == .p1p || model == .p1s || model == .a1 || model == .a1Mini {
      productName = nil
      projectName = model.codes.first
    }
  }

  /// A serial number of the model's form: 15 characters, the last five are the counter.
  static func serial(_ model: PrinterModel, number: Int) -> String {
    let prefix = ModelTraits(model).serialPrefix
    let digits = String(number % 100_000)
    let tail = "00A3C05" + String(repeating: "0", count: 5 - digits.count) + digits
    return prefix + tail.suffix(15 - prefix.count)
  }
}
