/// Durations as slicers write them for people: `1d 2h 3m 4s`.
enum Durations {
  static func seconds(_ text: String) -> Int? {
    var total = 0
    var number: Int?
    for character in text.utf8.prefix(64) {
      switch character {
      case 0x30...0x39:
        number = (number ?? 0) * 10 + Int(character - 0x30)
        guard number ?? 0 <= Numbers.seconds.upperBound else { return nil }
      case UInt8(ascii: " "): continue
      default:
        guard let value = number, let unit = unit(character) else { return nil }
        total += value * unit
        number = nil
      }
    }
    guard number == nil, total > 0, Numbers.seconds.contains(total) else { return nil }
    return total
  }

  private static func unit(_ letter: UInt8) -> Int? {
    switch letter {
    case UInt8(ascii: "d"): 86_400
    case UInt8(ascii: "h"): 3600
    case UInt8(ascii: "m"): 60
    case UInt8(ascii: "s"): 1
    default: nil
    }
  }
}
