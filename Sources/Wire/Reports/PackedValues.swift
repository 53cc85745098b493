import Model

/// Temperature and target in one word: low 16 bits now, high 16 bits target, °C (protocol sheet, section 3.6).
struct PackedTemperature {
  /// What any part of a printer can have; a word outside it is junk from start-up.
  static let range: ClosedRange<Double> = -50...500

  let heater: Heater

  init?(_ value: JSONValue?) {
    guard let word = value?.lenientWord else { return nil }
    let now = Double(Int16(truncatingIfNeeded: word))
    let target = Double(word >> 16)
    guard Self.range.contains(now) else { return nil }
    heater = Heater(temperature: now, target: Self.range.contains(target) ? target : nil)
  }
}

/// Which filament is in an extruder: unit in the high byte, slot in the low one (section 3.6, `snow`).
struct LoadedTray {
  /// Nil: nothing is loaded.
  let tray: ActiveTray?

  init?(_ value: JSONValue?) {
    guard let word = value?.lenientWord, word <= 0xFFFF else { return nil }
    let unit = Int(word >> 8)
    let slot = Int(word & 0xFF)
    switch (unit, slot) {
    case (_, 255): tray = nil
    case (254...255, 0): tray = .external(id: unit)
    case (254...255, _): return nil
    default: tray = .ams(unit: unit, slot: slot)
    }
  }
}

enum FanSpeed {
  /// Per cent of a raw speed: 0 to 15, rarely 0 to 255 (section 3.3). Linear, as `Fans` promises.
  static func percent(_ value: JSONValue?) -> Int? {
    guard let raw = value?.lenientInteger, (0...255).contains(raw) else { return nil }
    let full = raw > 15 ? 255 : 15
    return (raw * 200 + full) / (full * 2)
  }
}

enum WirelessSignal {
  /// dBm of `"-48dBm"`.
  static func level(_ value: JSONValue?) -> Int? {
    var level = value?.lenientInteger
    if level == nil, case .string(let text) = value, text.utf8.count <= 32 {
      level = Int(text.prefix { $0 == "-" || ("0"..."9").contains($0) })
    }
    guard let level, (-150...0).contains(level) else { return nil }
    return level
  }
}

enum NetworkAddress {
  /// The first address that is not zero; its first octet is in the lowest byte (section 3.3, `net`).
  static func first(in net: JSONValue?) -> String? {
    guard let entries = net?["info"]?.array else { return nil }
    for entry in entries.prefix(8) {
      guard let word = entry["ip"]?.lenientWord, word != 0 else { continue }
      return "\(word & 0xFF).\(word >> 8 & 0xFF).\(word >> 16 & 0xFF).\(word >> 24)"
    }
    return nil
  }
}

/// The printer's list of faults (section 3.7).
enum FaultList {
  static let limit = 64

  /// Nil when it is no list. Entries that are none are left out, the others stay.
  static func codes(_ value: JSONValue?) -> [HMSCode]? {
    guard let entries = value?.array else { return nil }
    var codes: [HMSCode] = []
    for entry in entries.prefix(limit) {
      guard let code = code(entry), code.attribute != 0 || code.code != 0, !codes.contains(code) else { continue }
      codes.append(code)
    }
    return codes
  }

  private static func code(_ entry: JSONValue) -> HMSCode? {
    guard let attribute = entry["attr"], let code = entry["code"] else { return nil }
    guard case .string(let attributeText) = attribute, case .string(let codeText) = code else {
      guard let attribute = attribute.lenientErrorWord, let code = code.lenientErrorWord else { return nil }
      return HMSCode(attribute: attribute, code: code)
    }
    // Both texts have one radix. Where the digits do not tell it, the severity does: it is 1 to 4 in the right one.
    let words = (attribute: WordText(attributeText), code: WordText(codeText))
    let decimal = words.attribute.decimal.flatMap { first in
      words.code.decimal.map { HMSCode(attribute: first, code: $0) }
    }
    let hex = words.attribute.hex.flatMap { first in words.code.hex.map { HMSCode(attribute: first, code: $0) } }
    if words.attribute.isSurelyHex || words.code.isSurelyHex || decimal == nil { return hex }
    if decimal?.severity == nil, hex?.severity != nil { return hex }
    return decimal
  }
}
