import INI

/// What the resistors inside a chip do with its lines from power-on, before any program runs: `pulled_up = 0-8` and
/// `pulled_down = 9-27` of a map.
struct LinePulls {
  private let up: [ClosedRange<Int>]
  private let down: [ClosedRange<Int>]

  init(_ section: MapSection) throws(BoardMapProblem) {
    up = try Self.ranges(section, "pulled_up")
    down = try Self.ranges(section, "pulled_down")
    if let both = up.first(where: { range in down.contains { $0.overlaps(range) } }) {
      throw section.problem(
        "pulled_down", "has lines of \(both.lowerBound)-\(both.upperBound), which pulled_up has as well")
    }
  }

  /// `up`, `down`, or nil where nobody says. Only offsets on the board's own chip are known.
  func pull(of line: LineReference, onBoardChip: Bool) -> String? {
    guard onBoardChip, case .offset(let offset) = line.line else { return nil }
    if up.contains(where: { $0.contains(offset) }) { return "up" }
    return down.contains { $0.contains(offset) } ? "down" : nil
  }

  /// ` (9-27)`, for a message.
  func list(_ pull: String) -> String {
    let ranges = (pull == "up" ? up : down).map { "\($0.lowerBound)-\($0.upperBound)" }
    return ranges.isEmpty ? "" : " (\(ranges.joined(separator: ", ")))"
  }

  private static func ranges(_ section: MapSection, _ key: String) throws(BoardMapProblem) -> [ClosedRange<Int>] {
    guard let entry = section.take(key) else { return [] }
    var ranges: [ClosedRange<Int>] = []
    for word in entry.value.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = word.drop { $0 == " " }.prefix { $0 != " " }.split(separator: "-", omittingEmptySubsequences: false)
      let numbers = ends.compactMap { UInt16($0) }.map(Int.init)
      guard numbers.count == ends.count, (1...2).contains(numbers.count), numbers[0] <= numbers[numbers.count - 1],
        numbers[numbers.count - 1] < 1024
      else { throw section.problem(key, "must be lines such as 9-27 or 4, 6, 9-27") }
      ranges.append(numbers[0]...numbers[numbers.count - 1])
    }
    return ranges
  }
}
