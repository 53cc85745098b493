import Model

/// From which trays the filaments of a print come, in the form that a start takes (protocol sheet, section 3.8).
package struct TrayPlan: Hashable, Sendable {
  /// A global tray number for each filament of the file; 254 or 255 for an external spool, -1 for one that is not used.
  package var mapping: [Int]
  /// nil leaves it to the printer: plain G-code names no filament.
  package var usesAMS: Bool?

  package init(mapping: [Int], usesAMS: Bool?) {
    self.mapping = mapping
    self.usesAMS = usesAMS
  }
}

/// Why no plan can be made, as a sentence for people.
package struct TrayMisfit: Error, Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// The mapping cannot be right for this file, whatever is loaded.
    case mapping
    /// What is loaded does not do.
    case loaded
  }

  package var kind: Kind
  package var sentence: String

  package init(_ kind: Kind, _ sentence: String) {
    self.kind = kind
    self.sentence = sentence
  }
}

/// A tray or an external spool of a printer, as a plan can name it.
struct LoadedTray: Hashable {
  /// Unit x 4 + slot, 128 to 135 for an AMS HT; the A2L counts its slots from 0 (protocol sheet, section 3.8).
  var number: Int
  var unit: AMSUnit
  var tray: AMSTray

  static func all(of report: PrinterReport) -> [LoadedTray] {
    report.ams.flatMap { unit in
      unit.trays.compactMap { tray in
        number(unit: unit.id, slot: tray.slot).map { LoadedTray(number: $0, unit: unit, tray: tray) }
      }
    }
  }

  private static func number(unit: Int, slot: Int) -> Int? {
    switch unit {
    case 0...3: unit * 4 + slot
    case 16: slot
    case 128...135: unit
    default: nil
    }
  }

  /// `slot 2 of AMS 1: PLA #FF0000`, as people count.
  var words: String {
    let place =
      unit.id >= 128 ? "AMS HT \(unit.id - 127)" : "slot \(tray.slot + 1) of AMS \(unit.id == 16 ? 1 : unit.id + 1)"
    guard tray.isPresent else { return "\(place): empty" }
    guard let type = tray.type, !type.isEmpty else { return "\(place): a spool of unknown material" }
    return "\(place): \(type)\(tray.color.map { " #\($0.prefix(6))" } ?? "")"
  }
}
