/// Why an import is refused, and where.
package struct ImportError: Error, Hashable, Sendable, CustomStringConvertible {
  /// 1-based, of the file.
  package var line: Int
  package var problem: String

  package var description: String { "Line \(line) \(problem)." }

  init(_ line: Int, _ problem: String) {
    self.line = line
    self.problem = problem
  }
}

/// Reads csv by RFC 4180, strictly, in pieces of any size. Lines may end with LF alone.
package struct CSVReader: Sendable {
  package struct Record: Hashable, Sendable {
    /// On which it begins, 1-based.
    package var line: Int
    package var fields: [String]
  }

  package struct Limits: Sendable {
    /// Bytes.
    package var field = 64 << 10
    package var fields = 256
    package var records = 1_000_001

    package init() {}
  }

  private enum Place { case start, plain, quoted, afterQuote, afterReturn }

  private let limits: Limits
  private var place = Place.start
  private var field: [UInt8] = []
  private var fields: [String] = []
  private var line = 1
  private var recordLine = 1
  private var records = 0
  private var position = 0
  private var hasContent = false

  package init(limits: Limits = Limits()) { self.limits = limits }

  /// - Returns: the records that are complete with these bytes.
  package mutating func feed(_ bytes: some Sequence<UInt8>) throws(ImportError) -> [Record] {
    var found: [Record] = []
    for byte in bytes { try take(byte, &found) }
    return found
  }

  /// After the last bytes.
  package mutating func finish() throws(ImportError) -> [Record] {
    guard place != .quoted else { throw ImportError(recordLine, "has a quotation mark that is not closed") }
    var found: [Record] = []
    if hasContent || place == .afterReturn { try endRecord(&found) }
    return found
  }

  private mutating func take(_ byte: UInt8, _ found: inout [Record]) throws(ImportError) {
    defer { position += 1 }
    // A mark of byte order is no part of the first heading.
    if position < 3, [0xEF, 0xBB, 0xBF][position] == byte, position == 0 || field.count == position {
      field.append(byte)
      if position == 2 { field = [] }
      hasContent = position < 2
      return
    }
    if place == .afterReturn {
      guard byte == 0x0A else { throw ImportError(line, "holds a carriage return outside of quotation marks") }
      return try endRecord(&found)
    }
    let isQuote = byte == UInt8(ascii: "\"")
    switch (place, byte) {
    case (.quoted, _):
      if isQuote {
        place = .afterQuote
      } else {
        if byte == 0x0A { line += 1 }
        try append(byte)
      }
    case (_, 0x0A): try endRecord(&found)
    case (_, 0x0D): place = .afterReturn
    case (_, UInt8(ascii: ",")): try endField()
    case (.start, _) where isQuote:
      place = .quoted
      hasContent = true
    case (.afterQuote, _) where isQuote:
      place = .quoted
      try append(byte)
    case (.afterQuote, _): throw ImportError(line, "goes on after a closing quotation mark")
    case (_, _) where isQuote: throw ImportError(line, "holds a quotation mark in the middle of a field")
    default:
      place = .plain
      try append(byte)
    }
  }

  private mutating func append(_ byte: UInt8) throws(ImportError) {
    guard field.count < limits.field else { throw ImportError(recordLine, "has a field that is too long") }
    field.append(byte)
    hasContent = true
  }

  private mutating func endField() throws(ImportError) {
    guard fields.count < limits.fields else { throw ImportError(recordLine, "has too many fields") }
    guard let text = String(validating: field, as: UTF8.self) else { throw ImportError(recordLine, "is not UTF-8") }
    fields.append(text)
    field.removeAll(keepingCapacity: true)
    place = .start
    hasContent = true
  }

  private mutating func endRecord(_ found: inout [Record]) throws(ImportError) {
    try endField()
    records += 1
    guard records <= limits.records else { throw ImportError(recordLine, "is one too many") }
    found.append(Record(line: recordLine, fields: fields))
    fields = []
    place = .start
    hasContent = false
    line += 1
    recordLine = line
  }
}
