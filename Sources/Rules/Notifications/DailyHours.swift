package import Model

/// A minute of the day, 0 to 1439, by the clock on the wall.
package struct DayMinute: Hashable, Sendable, CustomStringConvertible {
  package static let expectation = "must be a time of day such as 22:30"

  package let number: Int

  /// From `HH:MM`.
  package init(_ text: String, field: String) throws(InvalidValue) {
    let bytes = Array(text.utf8)
    let digits = bytes.map { Int($0) - 0x30 }
    guard bytes.count == 5, bytes[2] == 0x3A,
      [0, 1, 3, 4].allSatisfy({ (0...9).contains(digits[$0]) }), digits[0] * 10 + digits[1] < 24, digits[3] < 6
    else { throw InvalidValue(field, Self.expectation) }
    number = (digits[0] * 10 + digits[1]) * 60 + digits[3] * 10 + digits[4]
  }

  /// nil outside of a day.
  package init?(number: Int) {
    guard (0..<1440).contains(number) else { return nil }
    self.number = number
  }

  package var description: String {
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return "\(two(number / 60)):\(two(number % 60))"
  }

  /// The next moment, after `now`, at which clocks on the wall show it.
  /// - Parameter offset: seconds that the wall is ahead of UTC at a moment.
  package func next(after now: Timestamp, offset: (Timestamp) -> Int) -> Timestamp {
    let local = now.milliseconds + Int64(offset(now)) * 1000
    let day = 86_400_000 as Int64
    let ofDay = (local % day + day) % day
    var wait = Int64(number) * 60_000 - ofDay
    if wait <= 0 { wait += day }
    let reached = Timestamp(milliseconds: now.milliseconds + wait)
    // Between now and then clocks may have been put forward or back.
    let shift = Int64(offset(now) - offset(reached)) * 1000
    let moved = Timestamp(milliseconds: reached.milliseconds + shift)
    return moved > now ? moved : reached
  }
}

/// Hours in which nobody wants to be woken; what happens in them is told at their end.
package struct QuietHours: Hashable, Sendable {
  package let start: DayMinute
  package let end: DayMinute

  package init(start: DayMinute, end: DayMinute) throws(InvalidValue) {
    guard start != end else { throw InvalidValue("quiet_hours", "must begin and end at different times") }
    self.start = start
    self.end = end
  }

  /// When the quiet that reigns at `now` ends; nil when there is none. The first minute is quiet, the last is not.
  package func end(at now: Timestamp, offset: (Timestamp) -> Int) -> Timestamp? {
    let day = 86_400_000 as Int64
    let local = now.milliseconds + Int64(offset(now)) * 1000
    let minute = Int((local % day + day) % day / 60_000)
    let isQuiet =
      start.number < end.number
      ? (start.number..<end.number).contains(minute) : minute >= start.number || minute < end.number
    return isQuiet ? end.next(after: now, offset: offset) : nil
  }
}
