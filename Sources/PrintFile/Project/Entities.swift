/// HTML's escapes in titles and names of designers. Files exist in which they are escaped two or three times, so this
/// goes on until nothing changes (protocol sheet, section 6).
enum Entities {
  private static let named: [String: Unicode.Scalar] = [
    "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": "\u{A0}",
  ]

  static func unescaped(_ text: String) -> String {
    var text = text
    // Each round makes the text shorter or is the last; nobody escapes more often than this.
    for _ in 0..<8 {
      let next = once(text)
      if next == text { break }
      text = next
    }
    return text
  }

  private static func once(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "&")) else { return text }
    var result = String.UnicodeScalarView()
    var rest = text.unicodeScalars[...]
    while let first = rest.first {
      if first == "&", let end = rest.prefix(12).firstIndex(of: ";"),
        let scalar = scalar(String(rest[rest.index(after: rest.startIndex)..<end]))
      {
        result.append(scalar)
        rest = rest[rest.index(after: end)...]
      } else {
        result.append(first)
        rest.removeFirst()
      }
    }
    return String(result)
  }

  private static func scalar(_ name: String) -> Unicode.Scalar? {
    guard name.hasPrefix("#") else { return named[name] }
    let digits = name.dropFirst()
    let number = digits.hasPrefix("x") || digits.hasPrefix("X") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
    return number.flatMap { $0 == 0 ? nil : Unicode.Scalar($0) }
  }
}
