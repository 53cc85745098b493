package import Model

/// The part of a printer that a code belongs to (protocol sheet, section 3.7): bits 24 to 31, with its number in the next eight.
package struct FaultModule: Hashable, Sendable {
  package var id: UInt8
  package var number: UInt8

  package init(_ word: UInt32) {
    id = UInt8(word >> 24)
    number = UInt8(truncatingIfNeeded: word >> 16)
  }

  package init(_ code: HMSCode) { self.init(code.attribute) }

  package init(_ code: PrintErrorCode) { self.init(code.rawValue) }

  /// Begins a sentence: "AMS B"; nil for numbers that nobody has explained.
  package var name: String? {
    switch id {
    case 0x03: "The motion controller"
    case 0x05: "The mainboard"
    case 0x07: unit("AMS")
    case 0x08: "The toolhead"
    case 0x0C: "The camera"
    case 0x12: unit("AMS")
    case 0x18: unit("AMS HT")
    default: nil
    }
  }

  /// Units are lettered; 255 stands for the external spool or all of them.
  private func unit(_ kind: String) -> String {
    guard number < 26 else { return "The filament feed" }
    return "\(kind) \(Character(UnicodeScalar(UInt8(ascii: "A") + number)))"
  }
}
