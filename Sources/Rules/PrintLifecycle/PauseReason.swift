package import Model

/// Why a print stands still, in words, with what the words were taken from.
package struct PauseReason: Hashable, Sendable {
  /// Ends a sentence: "the filament ran out".
  package var text: String
  package var stage: Int?
  package var printError: PrintErrorCode?
  package var hms: [HMSCode]

  /// A stage that is a reason says most, then a known error code, then the codes themselves.
  package init(report: PrinterReport) {
    stage = report.stage?.id
    printError = report.printError.flatMap { $0.rawValue == 0 ? nil : $0 }
    hms = report.hms
    text =
      stage.flatMap(Self.words(stage:)) ?? printError.flatMap(Self.words(code:))
      ?? printError.map { "error \($0.text)" } ?? hms.first.map { "HMS \($0.text)" } ?? Self.unknown
  }

  /// Whether anything is known beyond that it is paused.
  package var isKnown: Bool { text != Self.unknown }

  private static let unknown = "the printer gives no reason"

  /// The stages that are reasons (protocol sheet, section 3.4).
  static func words(stage: Int) -> String? {
    switch stage {
    case 5: "the file asked for a pause (M400)"
    case 6: "the filament ran out"
    case 16: "paused by a person"
    case 17: "the front cover fell off"
    case 20: "the nozzle temperature is not right"
    case 21: "the bed temperature is not right"
    case 23: "a motor skipped steps"
    case 26: "the connection to the AMS was lost"
    case 27: "the hotend fan is too slow"
    case 28: "the chamber temperature is out of control"
    case 30: "the file asked for a pause"
    case 32: "filament sticks to the nozzle"
    case 33: "the filament cutter does not work"
    case 34: "the first layer is not right"
    case 35: "the nozzle is clogged"
    default: nil
    }
  }

  /// The frequent codes of a pause (protocol sheet, section 3.7).
  static func words(code: PrintErrorCode) -> String? {
    switch code.rawValue {
    case 0x0300_8001: "paused by a person"
    case 0x0300_8003: "spaghetti was seen"
    case 0x0300_8004: "the filament ran out"
    case 0x0300_8007: "the power failed during the print"
    case 0x0300_8008: "the nozzle temperature is not right"
    case 0x0300_8009: "the bed temperature is not right"
    case 0x0300_800A: "filament is piling up"
    case 0x0300_800F: "the door is open"
    case 0x0300_8013: "the file asked for a pause"
    case 0x0500_8051: "the wrong build plate lies on the bed"
    case 0x0700_8006: "the AMS cannot feed the filament"
    case 0x0700_8011: "the slot of the AMS is empty"
    case 0x0700_8012, 0x07FF_8012: "the mapping of the AMS slots is missing"
    default: nil
    }
  }
}
