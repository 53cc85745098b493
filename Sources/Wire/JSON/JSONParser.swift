/// Why a text is no JSON that we take, and where.
package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Reason: String, Sendable {
    case tooLarge = "is too large"
    case tooDeep = "is nested too deeply"
    case unexpected = "is not JSON"
    case truncated = "ends too early"
    case trailing = "goes on after its end"
    case number = "holds a number that is none"
    case escape = "holds a broken escape"
    case encoding = "holds a string that is not UTF-8"
    case surrogate = "holds half of a surrogate pair"
  }

  package var reason: Reason
  /// The byte at which it shows.
  package var offset: Int

  package var description: String { "the text \(reason.rawValue) (at byte \(offset))" }
}

/// Reads JSON by RFC 8259 within limits. Unless `exact` is asked for, broken UTF-8 is repaired rather than refused: some
/// firmware emits it (protocol sheet, conventions), and one bad name must not cost a report.
package struct JSONParser {
  package struct Limits: Sendable {
    package var bytes: Int
    package var depth: Int
    /// Values of every kind, containers included: a megabyte of `{}` would become many times as much memory.
    package var values: Int

    package init(bytes: Int, depth: Int = 64, values: Int = 1 << 20) {
      self.bytes = bytes
      self.depth = depth
      self.values = values
    }
  }

  /// How strictly a text is taken.
  package enum Tolerance: Sendable {
    /// As `strict`, and every text arrives as it was sent: what is not UTF-8, or half of a surrogate pair, is an error.
    case exact
    /// RFC 8259; numbers beyond a double are errors.
    case strict
    /// For firmware: numbers that are none (`nan`, `inf`, 1e999) are null, and control characters and unknown escapes
    /// in texts stand for themselves, since one bad field must not cost the message (protocol sheet, section 3.2).
    case firmware
  }

  package static func parse(
    _ text: some Collection<UInt8>, limits: Limits, tolerance: Tolerance = .strict
  ) throws(JSONError) -> JSONValue {
    func parsed(_ storage: UnsafeBufferPointer<UInt8>) -> Result<JSONValue, JSONError> {
      Result { () throws(JSONError) in
        try parse(bytes: UnsafeRawBufferPointer(storage), limits: limits, tolerance: tolerance)
      }
    }
    if let result = text.withContiguousStorageIfAvailable(parsed) { return try result.get() }
    return try Array(text).withUnsafeBufferPointer(parsed).get()
  }

  package static func parse(
    bytes: UnsafeRawBufferPointer, limits: Limits, tolerance: Tolerance = .strict
  ) throws(JSONError) -> JSONValue {
    guard bytes.count <= limits.bytes else { throw JSONError(reason: .tooLarge, offset: limits.bytes) }
    var parser = JSONParser(bytes: bytes, limits: limits, tolerance: tolerance)
    parser.skipSpace()
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.position == bytes.count else { throw JSONError(reason: .trailing, offset: parser.position) }
    return value
  }

  private let bytes: UnsafeRawBufferPointer
  private let maximumDepth: Int
  private let isTolerant: Bool
  private let isExact: Bool
  private var valuesLeft: Int
  private var position = 0
  /// Members of the objects that are open, innermost last: a dictionary is made once, when its size is known.
  private var pending: [(key: String, value: JSONValue)] = []

  private init(bytes: UnsafeRawBufferPointer, limits: Limits, tolerance: Tolerance) {
    self.bytes = bytes
    maximumDepth = limits.depth
    valuesLeft = limits.values
    isTolerant = tolerance == .firmware
    isExact = tolerance == .exact
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private func failure(_ reason: JSONError.Reason) -> JSONError {
    JSONError(reason: position >= bytes.count && reason == .unexpected ? .truncated : reason, offset: position)
  }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
    guard valuesLeft > 0 else { throw failure(.tooLarge) }
    valuesLeft -= 1
    switch next {
    case UInt8(ascii: "{"): return try object(depth: depth + 1)
    case UInt8(ascii: "["): return try array(depth: depth + 1)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try nullOrNaN()
    case UInt8(ascii: "N"), UInt8(ascii: "i"), UInt8(ascii: "I"):
      guard isTolerant, skipNonNumber() else { throw failure(.unexpected) }
      return .null
    case let byte? where byte == UInt8(ascii: "-") || isDigit(byte): return try number()
    default: throw failure(.unexpected)
    }
  }

  private mutating func nullOrNaN() throws(JSONError) -> JSONValue {
    if isTolerant, skipNonNumber() { return .null }
    return try word("null", .null)
  }

  /// Steps over what C prints for a number that is none; false where there is none.
  private mutating func skipNonNumber() -> Bool {
    for text: StaticString in ["nan", "NaN", "NAN", "Infinity", "inf", "INF"] {
      let end = position + text.utf8CodeUnitCount
      guard end <= bytes.count else { continue }
      let spelling = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
      if bytes[position..<end].elementsEqual(spelling) {
        position = end
        return true
      }
    }
    return false
  }

  private mutating func word(_ text: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
    for offset in 0..<text.utf8CodeUnitCount {
      guard next == text.utf8Start[offset] else { throw failure(.unexpected) }
      position += 1
    }
    return value
  }

  private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
    guard depth <= maximumDepth else { throw failure(.tooDeep) }
    position += 1
    skipSpace()
    if next == UInt8(ascii: "}") {
      position += 1
      return .object([:])
    }
    let first = pending.count
    while true {
      guard next == UInt8(ascii: "\"") else { throw failure(.unexpected) }
      let key = try string()
      skipSpace()
      guard next == UInt8(ascii: ":") else { throw failure(.unexpected) }
      position += 1
      skipSpace()
      pending.append((key, try value(depth: depth)))
      skipSpace()
      if next == UInt8(ascii: ",") {
        position += 1
        skipSpace()
        continue
      }
      guard next == UInt8(ascii: "}") else { throw failure(.unexpected) }
      position += 1
      return .object(takeMembers(from: first))
    }
  }

  private mutating func takeMembers(from first: Int) -> [String: JSONValue] {
    var members = [String: JSONValue](minimumCapacity: pending.count - first)
    for (key, value) in pending[first...] { members[key] = value }
    pending.removeSubrange(first...)
    return members
  }

  private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
    guard depth <= maximumDepth else { throw failure(.tooDeep) }
    position += 1
    var elements: [JSONValue] = []
    skipSpace()
    if next == UInt8(ascii: "]") {
      position += 1
      return .array(elements)
    }
    while true {
      elements.append(try value(depth: depth))
      skipSpace()
      if next == UInt8(ascii: ",") {
        position += 1
        skipSpace()
        continue
      }
      guard next == UInt8(ascii: "]") else { throw failure(.unexpected) }
      position += 1
      return .array(elements)
    }
  }

  private mutating func number() throws(JSONError) -> JSONValue {
    let start = position
    var isInteger = true
    if next == UInt8(ascii: "-") {
      position += 1
      if isTolerant, skipNonNumber() { return .null }
    }
    guard let first = next, isDigit(first) else { throw failure(.number) }
    position += 1
    if first != UInt8(ascii: "0") { skipDigits() } else if let byte = next, isDigit(byte) { throw failure(.number) }
    if next == UInt8(ascii: ".") {
      isInteger = false
      position += 1
      guard let byte = next, isDigit(byte) else { throw failure(.number) }
      skipDigits()
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      isInteger = false
      position += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
      guard let byte = next, isDigit(byte) else { throw failure(.number) }
      skipDigits()
    }
    if isInteger, let value = integer(from: start) { return .int(value) }
    // More digits than any double carries are somebody's attempt on our time.
    guard position - start <= 400,
      let value = Double(String(decoding: bytes[start..<position], as: UTF8.self)), value.isFinite
    else {
      if isTolerant { return .null }
      throw failure(.number)
    }
    return .double(value)
  }

  /// The digits from `start` to here; nil where 64 bits do not hold them.
  private func integer(from start: Int) -> Int64? {
    let isNegative = bytes[start] == UInt8(ascii: "-")
    var value: Int64 = 0
    for byte in bytes[(isNegative ? start + 1 : start)..<position] {
      let digit = Int64(byte - 0x30)
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.subtractingReportingOverflow(digit)
      if overflow || carry { return nil }
      value = sum
    }
    // Counted downwards, since the lowest number has no positive counterpart.
    if isNegative { return value }
    return value == .min ? nil : -value
  }

  private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private mutating func skipDigits() {
    while let byte = next, isDigit(byte) { position += 1 }
  }

  private mutating func string() throws(JSONError) -> String {
    position += 1
    let start = position
    while let byte = next {
      if byte == UInt8(ascii: "\"") {
        let text = try decoded(bytes[start..<position])
        position += 1
        return text
      }
      if byte == UInt8(ascii: "\\") { return try stringWithEscapes(from: start) }
      guard byte >= 0x20 || isTolerant else { throw failure(.unexpected) }
      position += 1
    }
    throw failure(.truncated)
  }

  private func decoded(_ text: some Collection<UInt8>) throws(JSONError) -> String {
    guard isExact else { return String(decoding: text, as: UTF8.self) }
    guard let valid = String(validating: text, as: UTF8.self) else { throw failure(.encoding) }
    return valid
  }

  private mutating func stringWithEscapes(from start: Int) throws(JSONError) -> String {
    var text = Array(bytes[start..<position])
    while let byte = next {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        return try decoded(text)
      case UInt8(ascii: "\\"):
        try appendEscape(to: &text)
      case 0..<0x20 where !isTolerant:
        position -= 1
        throw failure(.unexpected)
      default:
        text.append(byte)
      }
    }
    throw failure(.truncated)
  }

  private mutating func appendEscape(to text: inout [UInt8]) throws(JSONError) {
    guard let byte = next else { throw failure(.truncated) }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      var scalar = UInt32(try fourHexDigits())
      if (0xD800...0xDBFF).contains(scalar), next == UInt8(ascii: "\\"), position + 1 < bytes.count,
        bytes[position + 1] == UInt8(ascii: "u")
      {
        let mark = position
        position += 2
        let low = UInt32(try fourHexDigits())
        if (0xDC00...0xDFFF).contains(low) {
          scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
        } else {
          position = mark
        }
      }
      // A lone surrogate has no UTF-8 form: the replacement character stands for it.
      guard let character = Unicode.Scalar(scalar) ?? (isExact ? nil : "\u{FFFD}") else { throw failure(.surrogate) }
      text.append(contentsOf: String(character).utf8)
    default:
      guard isTolerant else {
        position -= 1
        throw failure(.escape)
      }
      text.append(UInt8(ascii: "\\"))
      text.append(byte)
    }
  }

  private mutating func fourHexDigits() throws(JSONError) -> UInt16 {
    var value: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = next else { throw failure(.truncated) }
      let digit: UInt16
      switch byte {
      case 0x30...0x39: digit = UInt16(byte - 0x30)
      case 0x41...0x46: digit = UInt16(byte - 0x41 + 10)
      case 0x61...0x66: digit = UInt16(byte - 0x61 + 10)
      default:
        if isTolerant { return 0xFFFD }
        throw failure(.escape)
      }
      value = value << 4 | digit
      position += 1
    }
    return value
  }
}
