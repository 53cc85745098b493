/// Readings of texts that files are full of. What does not fit is nil, and nothing here traps.
enum Numbers {
  static func integer(_ text: String?, in range: ClosedRange<Int>) -> Int? {
    guard let value = double(text, in: Double(range.lowerBound)...Double(range.upperBound)) else { return nil }
    return Int(value.rounded())
  }

  static func double(_ text: String?, in range: ClosedRange<Double>) -> Double? {
    guard let text, text.utf8.count <= 64, let value = Double(trimmed(text)), range.contains(value) else { return nil }
    return value
  }

  /// Numbers with commas, semicolons or spaces between; others are left out.
  static func list(_ text: String?, in range: ClosedRange<Double>) -> [Double] {
    guard let text, text.utf8.count <= 4096 else { return [] }
    return text.split { $0 == "," || $0 == ";" || $0 == " " }.compactMap { double(String($0), in: range) }
  }

  static func trimmed(_ text: some StringProtocol) -> String {
    var rest = Substring(text)
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    return String(rest)
  }

  /// A text for people: no control characters, at most `limit` bytes; nil when nothing is left.
  static func label(_ text: String?, limit: Int = PrintFileLimits.textBytes) -> String? {
    guard let text else { return nil }
    var bytes = 0
    let clean = trimmed(
      text.unicodeScalars.lazy.filter { $0.value >= 0x20 && $0.value != 0x7F }.reduce(into: "") {
        bytes += UTF8.width($1)
        if bytes <= limit { $0.unicodeScalars.append($1) }
      })
    return clean.isEmpty ? nil : clean
  }

  /// `#RRGGBB` or `#RRGGBBAA`, in upper case.
  static func color(_ text: String?) -> String? {
    guard let text = text.map({ trimmed($0) }), text.utf8.count == 7 || text.utf8.count == 9, text.hasPrefix("#"),
      text.dropFirst().allSatisfy({ $0.isHexDigit && $0.isASCII })
    else { return nil }
    return text.uppercased()
  }

  static let seconds = 0...31_536_000
  static let grams = 0.0...1_000_000
  static let metres = 0.0...1_000_000
  static let layers = 1...1_000_000
  static let layerHeights = 0.001...10.0
  static let diameters = 0.05...10.0
  static let temperatures = 0...600
}
