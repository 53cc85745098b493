package import Model

/// A firmware's number, compared part by part (protocol sheet, section 1.3).
package struct FirmwareVersion: Hashable, Sendable, Comparable {
  package var parts: [Int]

  /// From `01.08.02.00`; nil when a part is no number. X1Plus (99 and above) counts as 01.08.02.00.
  package init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
    guard (1...6).contains(parts.count) else { return nil }
    var numbers: [Int] = []
    for part in parts {
      guard let part, part >= 0 else { return nil }
      numbers.append(part)
    }
    self.parts = numbers[0] >= 99 ? [1, 8, 2, 0] : numbers
  }

  init(_ parts: Int...) { self.parts = parts }

  package static func < (left: Self, right: Self) -> Bool {
    for index in 0..<max(left.parts.count, right.parts.count) {
      let mine = index < left.parts.count ? left.parts[index] : 0
      let theirs = index < right.parts.count ? right.parts[index] : 0
      if mine != theirs { return mine < theirs }
    }
    return false
  }
}

/// The printer that a command is written for.
package struct CommandTarget: Hashable, Sendable {
  package var model: PrinterModel
  /// nil while nobody knows; then the newest form is used.
  package var firmware: FirmwareVersion?

  package init(model: PrinterModel, firmware: FirmwareVersion? = nil) {
    self.model = model
    self.firmware = firmware
  }

  /// `ams_get_rfid` exists; before, a line of G-code does it.
  var knowsRFIDCommand: Bool {
    switch model.series {
    case .a1 where model != .a2l: isAtLeast(FirmwareVersion(1, 6, 0, 0))
    case .p1: isAtLeast(FirmwareVersion(1, 8, 1, 0))
    case .x1: isAtLeast(FirmwareVersion(1, 9, 0, 0))
    default: true
    }
  }

  /// `ams_change_filament` names unit and slot; before, it had only the target.
  var knowsFilamentUnits: Bool {
    switch model.series {
    case .p1: isAtLeast(FirmwareVersion(1, 2, 99, 10))
    // The X1E came later and counts its firmware anew.
    case .x1 where model != .x1e: isAtLeast(FirmwareVersion(1, 5, 6, 1))
    default: true
    }
  }

  private func isAtLeast(_ version: FirmwareVersion) -> Bool { firmware.map { $0 >= version } ?? true }
}
