package import Model

/// What a code means in our own words, and where the maker explains it.
package struct FaultText: Hashable, Sendable {
  /// One sentence or two; nil where not even the part of the printer is known.
  package var message: String?
  package var url: String

  /// The page that always exists (protocol sheet, section 3.7).
  package static let fallbackURL = "https://wiki.bambulab.com/en/hms/home"

  package static func describe(_ code: HMSCode, model: PrinterModel?) -> FaultText {
    FaultText(message: HMSTexts.text(code) ?? general(code), url: page(code, model: model))
  }

  /// The maker has no page by address for these codes.
  package static func describe(_ code: PrintErrorCode, model: PrinterModel?) -> FaultText {
    FaultText(message: PrintErrorTexts.text(code) ?? general(code), url: fallbackURL)
  }

  private static func general(_ code: HMSCode) -> String? {
    guard let part = FaultModule(code).name else { return nil }
    return switch code.severity {
    case .fatal: "\(part) reports a fatal fault."
    case .serious: "\(part) reports a serious fault."
    case .common: "\(part) reports a fault."
    case .info: "\(part) has a message."
    case nil: "\(part) reports something unknown."
    }
  }

  private static func general(_ code: PrintErrorCode) -> String? {
    guard let part = FaultModule(code).name else { return nil }
    return switch code.rawValue >> 12 & 0xF {
    case 0x4...0x7: "\(part) stopped the printer with an error."
    case 0x8...0xB: "\(part) paused the print or warns."
    case 0xC...0xF: "\(part) asks for something at the printer's screen."
    default: "\(part) reports a step of its work."
    }
  }

  private static func page(_ code: HMSCode, model: PrinterModel?) -> String {
    guard let family = model.flatMap(family), code.severity != nil else { return fallbackURL }
    return "https://wiki.bambulab.com/en/\(family)/troubleshooting/hmscode/\(code.text)"
  }

  /// The segment of the address, where the sheet knows it.
  private static func family(_ model: PrinterModel) -> String? {
    switch model {
    case .x1c, .x1, .x1e, .p1p, .p1s, .a1, .a1Mini: "x1"
    case .h2s, .h2d, .h2dPro, .h2c: "h2"
    case .p2s: "p2s"
    case .x2d: "x2d"
    case .a2l: nil
    }
  }
}
