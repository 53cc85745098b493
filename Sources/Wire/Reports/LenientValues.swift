/// Readings of a value whose type a firmware chose: numbers come as texts and texts as numbers (protocol sheet,
/// section 3.2). What does not fit is nil; nothing here traps on any number.
extension JSONValue {
  var lenientInteger: Int? {
    switch self {
    case .int(let value): Int(value)
    case .double(let value): Int(exactly: value.rounded(.towardZero))
    case .string(let text): Self.integer(of: text)
    default: nil
    }
  }

  /// Finite.
  var lenientDouble: Double? {
    switch self {
    case .int(let value): return Double(value)
    case .double(let value): return value.isFinite ? value : nil
    case .string(let text):
      guard text.utf8.count <= 64, let value = Double(Self.trimmed(text)), value.isFinite else { return nil }
      return value
    default: return nil
    }
  }

  /// A text, cut between two characters to at most `limit` UTF-8 bytes; numbers become their digits.
  func lenientText(limit: Int) -> String? {
    switch self {
    case .string(let text): text.utf8.count <= limit ? text : Self.beginning(of: text, limit: limit)
    case .int(let value): String(value)
    case .double(let value): value.description
    default: nil
    }
  }

  var lenientFlag: Bool? {
    switch self {
    case .bool(let flag): return flag
    case .int(let value): return value == 0 ? false : value == 1 ? true : nil
    case .string(let text):
      switch text.utf8.count <= 16 ? Self.trimmed(text).lowercased() : "" {
      case "true", "enable", "1", "on": return true
      case "false", "disable", "0", "off": return false
      default: return nil
      }
    default: return nil
    }
  }

  /// A 32-bit word in decimal; firmware writes words with the top bit set as negative numbers.
  var lenientWord: UInt32? {
    guard let value = lenientInteger, value >= Int(Int32.min), value <= Int(UInt32.max) else { return nil }
    return UInt32(truncatingIfNeeded: value)
  }

  /// A 32-bit word that some firmware writes as hex text, like an error code (`0300400C`, `0300_400C`, `0x300400c`).
  var lenientErrorWord: UInt32? {
    guard case .string(let text) = self else { return lenientWord }
    let digits = text.filter { $0 != "_" }
    if WordText(digits).isSurelyHex || digits.count != text.count { return WordText(digits).hex }
    return lenientWord
  }

  /// A field of bits: hex text, as the sheet has it, or the number itself.
  var lenientBits: UInt64? {
    switch self {
    case .int(let value): UInt64(bitPattern: value)
    case .double(let value): UInt64(exactly: value.rounded(.towardZero))
    case .string(let text): Self.bits(of: text)
    default: nil
    }
  }

  private static func beginning(of text: String, limit: Int) -> String {
    var bytes = 0
    let kept = text.prefix { character in
      bytes += character.utf8.count
      return bytes <= limit
    }
    return String(kept)
  }

  private static func integer(of text: String) -> Int? {
    guard text.utf8.count <= 64 else { return nil }
    let text = trimmed(text)
    if let value = Int(text) { return value }
    guard let value = Double(text), value.isFinite else { return nil }
    return Int(exactly: value.rounded(.towardZero))
  }

  /// The low 64 bits: fields have grown past 32 bits and may grow again.
  private static func bits(of text: String) -> UInt64? {
    guard (1...64).contains(text.utf8.count) else { return nil }
    var digits = trimmed(text)[...]
    if digits.hasPrefix("0x") || digits.hasPrefix("0X") { digits = digits.dropFirst(2) }
    guard !digits.isEmpty, digits.allSatisfy(\.isHexDigit), digits.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
    return UInt64(digits.suffix(16), radix: 16)
  }

  fileprivate static func trimmed(_ text: String) -> String {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) || byte == 0 }
    guard let first = text.utf8.first, let last = text.utf8.last, isSpace(first) || isSpace(last) else { return text }
    let start = text.utf8.firstIndex { !isSpace($0) } ?? text.endIndex
    let end = text.utf8.lastIndex { !isSpace($0) }.map(text.utf8.index(after:)) ?? start
    return start < end ? String(text[start..<end]) : ""
  }
}

/// A text that is a 32-bit word in one of two radixes.
struct WordText {
  private let digits: String

  init(_ text: String) {
    digits = text.utf8.count <= 32 ? JSONValue.trimmed(text) : ""
  }

  private var hasPrefix: Bool { digits.hasPrefix("0x") || digits.hasPrefix("0X") }

  /// Letters, a prefix or a leading zero of eight digits: no decimal number looks so.
  var isSurelyHex: Bool {
    hasPrefix || (digits.utf8.count == 8 && digits.hasPrefix("0"))
      || (hex != nil && digits.utf8.contains { $0 >= 0x41 })
  }

  var hex: UInt32? { UInt32(hasPrefix ? digits.dropFirst(2) : digits[...], radix: 16) }

  var decimal: UInt32? { JSONValue.string(digits).lenientWord }
}

/// The members of an object, read with ranges: nil is "absent or unusable", which merging leaves alone.
extension [String: JSONValue] {
  func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
    guard let value = self[key]?.lenientInteger, range.contains(value) else { return nil }
    return value
  }

  func double(_ key: String, in range: ClosedRange<Double>) -> Double? {
    guard let value = self[key]?.lenientDouble, range.contains(value) else { return nil }
    return value
  }

  func text(_ key: String, limit: Int = 64) -> String? { self[key]?.lenientText(limit: limit) }
}

extension [JSONValue] {
  /// The ids of the first `limit` entries, as numbers or texts; entries without one in range are none.
  func ids(in range: ClosedRange<Int>, limit: Int) -> [Int] {
    prefix(limit).compactMap { $0.object?.integer("id", in: range) }
  }
}
