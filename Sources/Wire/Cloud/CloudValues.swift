package import Model

/// How the cloud writes values: numbers as texts and the other way round, times with and without a zone.
extension JSONValue {
  /// A text of so many Unicode scalars at most, on one line, without blanks at its ends; nil where nothing is left.
  package func cloudText(_ longest: Int) -> String? {
    let raw: String
    switch self {
    case .string(let text): raw = text
    case .int(let number): raw = String(number)
    default: return nil
    }
    var scalars = String.UnicodeScalarView()
    for scalar in raw.unicodeScalars.prefix(longest + 16) {
      let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
      if !isControl { scalars.append(scalar) } else if !scalars.isEmpty { scalars.append(" ") }
    }
    while scalars.first == " " { scalars.removeFirst() }
    while scalars.last == " " { scalars.removeLast() }
    guard !scalars.isEmpty else { return nil }
    return String(String.UnicodeScalarView(scalars.prefix(longest)))
  }

  package var cloudInteger: Int? {
    switch self {
    case .int(let number): Int(exactly: number)
    case .double(let number): Int(exactly: number)
    case .string(let text): text.utf8.count <= 18 ? Int(text) : nil
    default: nil
    }
  }

  package var cloudNumber: Double? {
    let number: Double? =
      switch self {
      case .int(let number): Double(number)
      case .double(let number): number
      case .string(let text): text.utf8.count <= 32 ? Double(text) : nil
      default: nil
      }
    return number.flatMap { $0.isFinite && abs($0) < 1e12 ? $0 : nil }
  }

  package var cloudFlag: Bool? {
    switch self {
    case .bool(let flag): flag
    case .int(let number): number != 0
    default: nil
    }
  }

  /// ISO 8601; without a zone it is UTC (protocol sheet, 8.3).
  package var cloudTime: Timestamp? {
    guard let text = cloudText(40) else { return nil }
    return Timestamp(iso8601: text) ?? Timestamp(iso8601: text + "Z")
  }

  /// What may be part of an address: an identifier of the cloud's.
  package var cloudID: String? {
    guard let text = cloudText(65), CloudID.fits(text) else { return nil }
    return text
  }
}

/// The form of the cloud's identifiers.
package enum CloudID {
  package static let length = 1...64
  package static let pattern = "^[A-Za-z0-9_.-]+$"

  package static func fits(_ text: String) -> Bool {
    length.contains(text.utf8.count) && hasForm(text) && text != "." && text != ".."
  }

  /// Whether a text fits the pattern.
  package static func hasForm(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
          || "_.-".utf8.contains($0)
      }
  }
}
