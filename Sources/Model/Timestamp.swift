/// A moment in UTC, in milliseconds since 1970-01-01T00:00:00Z.
package struct Timestamp: Hashable, Sendable, Comparable, CustomStringConvertible {
  package var milliseconds: Int64

  package init(milliseconds: Int64) { self.milliseconds = milliseconds }

  package init(seconds: Int64) { milliseconds = seconds * 1000 }

  package static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

  /// Seconds from `earlier` to this moment.
  package func seconds(since earlier: Timestamp) -> Double { Double(milliseconds - earlier.milliseconds) / 1000 }

  package func adding(seconds: Double) -> Timestamp {
    Timestamp(milliseconds: milliseconds + Int64((seconds * 1000).rounded()))
  }

  /// ISO 8601 in UTC with `Z`, to the second: `2024-01-15T14:30:00Z`.
  package var description: String { withDescription { String(decoding: $0, as: UTF8.self) } }

  /// The same in bytes, without a text being made.
  package func withDescription<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    let second = milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000
    let days = second >= 0 ? second / 86_400 : (second - 86_399) / 86_400
    let ofDay = second - days * 86_400
    let date = Self.civil(days: days)
    // Four digits, but for a year that only a broken clock shows, or the last hours of 9999 west of Greenwich.
    var year = String(date.year)
    if year.utf8.count < 4 { year = String(repeating: "0", count: 4 - year.utf8.count) + year }
    let start = year.utf8.count
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: start + 16) { text in
      for (place, digit) in year.utf8.enumerated() { text[place] = digit }
      text[start] = UInt8(ascii: "-")
      Self.put(date.month, into: text, at: start + 1)
      text[start + 3] = UInt8(ascii: "-")
      Self.put(date.day, into: text, at: start + 4)
      text[start + 6] = UInt8(ascii: "T")
      Self.put(ofDay / 3600, into: text, at: start + 7)
      text[start + 9] = UInt8(ascii: ":")
      Self.put(ofDay / 60 % 60, into: text, at: start + 10)
      text[start + 12] = UInt8(ascii: ":")
      Self.put(ofDay % 60, into: text, at: start + 13)
      text[start + 15] = UInt8(ascii: "Z")
      return body(UnsafeBufferPointer(text))
    }
  }

  /// Two digits.
  private static func put(_ value: Int64, into text: UnsafeMutableBufferPointer<UInt8>, at place: Int) {
    text[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / 10)
    text[place + 1] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10)
  }

  /// The Gregorian date of a day number counted from 1970-01-01 (era arithmetic: 146,097 days in 400 years).
  static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }
}

extension Timestamp {
  /// From ISO 8601 with an offset: `2024-01-15T14:30:00Z`, `2024-01-15T15:30:00.5+01:00`. nil for anything else,
  /// a time without offset included: nobody can know which zone it was meant in.
  package init?(iso8601 text: String) {
    var digits = DigitReader(text)
    guard let year = digits.number(4), digits.skip("-"), let month = digits.number(2), digits.skip("-"),
      let day = digits.number(2), digits.skip("T") || digits.skip("t") || digits.skip(" "),
      let hour = digits.number(2), digits.skip(":"), let minute = digits.number(2), digits.skip(":"),
      let second = digits.number(2)
    else { return nil }
    var fraction: Int64 = 0
    if digits.skip(".") {
      guard let milliseconds = digits.fraction() else { return nil }
      fraction = milliseconds
    }
    guard let offset = digits.offset(), digits.isAtEnd else { return nil }
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let lengths: [Int64] = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard (1...12).contains(month), (1...lengths[Int(month) - 1]).contains(day), hour < 24, minute < 60, second <= 60
    else { return nil }
    let ofDay = hour * 3600 + minute * 60 + second
    self.init(milliseconds: (Self.day(year: year, month: month, day: day) * 86_400 + ofDay - offset) * 1000 + fraction)
  }

  /// The day number, counted from 1970-01-01, of a Gregorian date.
  private static func day(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = shiftedYear / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}

/// Reads digits and separators from the front of a text.
private struct DigitReader {
  private var rest: Substring.UTF8View

  init(_ text: String) { rest = Substring(text).utf8 }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard let first = rest.first, UInt32(first) == character.value else { return false }
    rest.removeFirst()
    return true
  }

  mutating func number(_ count: Int) -> Int64? {
    var value: Int64 = 0
    for _ in 0..<count {
      guard let byte = rest.first, (0x30...0x39).contains(byte) else { return nil }
      value = value * 10 + Int64(byte - 0x30)
      rest.removeFirst()
    }
    return value
  }

  /// Digits after the point, as milliseconds; what is finer is cut off.
  mutating func fraction() -> Int64? {
    var milliseconds: Int64 = 0
    var count = 0
    while let digit = number(1) {
      if count < 3 { milliseconds = milliseconds * 10 + digit }
      count += 1
    }
    guard (1...9).contains(count) else { return nil }
    for _ in min(count, 3)..<3 { milliseconds *= 10 }
    return milliseconds
  }

  /// Seconds east of UTC.
  mutating func offset() -> Int64? {
    if skip("Z") || skip("z") { return 0 }
    let sign: Int64
    if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return nil }
    guard let hours = number(2), hours < 24 else { return nil }
    _ = skip(":")
    guard let minutes = number(2), minutes < 60 else { return nil }
    return sign * (hours * 3600 + minutes * 60)
  }
}
