import Model

/// Turns rows into csv (RFC 4180), a piece at a time.
package struct CSVWriter: Sendable {
  private let table: ExportTable

  package init(_ table: ExportTable) { self.table = table }

  package func heading() -> [UInt8] {
    var bytes: [UInt8] = []
    line(table.columns.map { .text($0.name) }, into: &bytes)
    return bytes
  }

  package func rows(_ rows: [[ExportValue]]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(rows.count * table.columns.count * 12)
    for row in rows { line(row, into: &bytes) }
    return bytes
  }

  private func line(_ values: [ExportValue], into bytes: inout [UInt8]) {
    for (place, value) in values.enumerated() {
      if place > 0 { bytes.append(UInt8(ascii: ",")) }
      switch value {
      case .none: break
      case .text(let text): Self.append(CSV.guarded(text), to: &bytes)
      case .integer(let number), .duration(let number): bytes += String(number).utf8
      case .decimal(let number): if number.isFinite { bytes += Self.plain(number).utf8 }
      case .date(let moment): bytes += moment.description.utf8
      }
    }
    bytes += [0x0D, 0x0A]
  }

  private static func append(_ text: String, to bytes: inout [UInt8]) {
    let quote = UInt8(ascii: "\"")
    let needsQuotes =
      text.utf8.contains { $0 == quote || $0 == UInt8(ascii: ",") || $0 == 0x0D || $0 == 0x0A }
      || text.utf8.first == 0x20 || text.utf8.last == 0x20
    guard needsQuotes else {
      bytes += text.utf8
      return
    }
    bytes.append(quote)
    for byte in text.utf8 {
      if byte == quote { bytes.append(quote) }
      bytes.append(byte)
    }
    bytes.append(quote)
  }

  /// Digits without an exponent, as spreadsheets and people read them; at most six behind the point.
  private static func plain(_ number: Double) -> String {
    guard abs(number) < 1e12 else { return String(number) }
    let millionths = Int((number * 1_000_000).rounded())
    let (whole, rest) = millionths.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
    let sign = millionths < 0 ? "-" : ""
    guard rest > 0 else { return "\(sign)\(whole)" }
    let digits = String(rest)
    let padded = String(repeating: "0", count: 6 - digits.count) + digits
    return
      "\(sign)\(whole).\(padded.prefix(upTo: padded.lastIndex { $0 != "0" }.map(padded.index(after:)) ?? padded.endIndex))"
  }
}
