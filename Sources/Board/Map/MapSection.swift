import INI
import Rules

/// A section of a pin map, from which each key is taken once; what is left over is unknown.
final class MapSection {
  /// As it stands between the brackets: `relay printer`.
  let title: String
  let kind: String
  let name: String
  let line: Int
  private let path: String
  private var entries: [String: INIDocument.Entry] = [:]
  /// Keys that were taken, for messages about them.
  private var taken: [String: Int] = [:]

  init(title: String, path: String, line: Int) throws(BoardMapProblem) {
    self.title = title
    self.path = path
    self.line = line
    let words = title.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    kind = words[0]
    name = words.count == 2 ? words[1] : ""
    guard kind == "board" ? words.count == 1 : words.count == 2 && Self.isName(name) else {
      throw BoardMapProblem(
        place: "\(path), line \(line)",
        problem: "[\(title)] must be [board], or a kind and a name of 1 to 20 small letters, digits, - and _, such as "
          + "[relay printer]")
    }
  }

  func add(_ entry: INIDocument.Entry) throws(BoardMapProblem) {
    guard entries[entry.key] == nil else {
      throw BoardMapProblem(place: "\(path), line \(entry.line)", problem: "\(entry.key) is there a second time")
    }
    entries[entry.key] = entry
  }

  func take(_ key: String) -> INIDocument.Entry? {
    guard let entry = entries.removeValue(forKey: key) else { return nil }
    taken[key] = entry.line
    return entry
  }

  /// - Parameter sentence: goes on after the key and, where it begins with no verb, its value.
  func problem(_ key: String, _ sentence: String) -> BoardMapProblem {
    BoardMapProblem(place: "\(path), line \(taken[key] ?? line)", problem: "[\(title)] \(key): \(sentence)")
  }

  func text(_ key: String) throws(BoardMapProblem) -> String {
    guard let entry = take(key) else { throw problem(key, "is missing") }
    guard !entry.value.isEmpty, entry.value.utf8.count <= 64 else {
      throw problem(key, "must be 1 to 64 characters")
    }
    return entry.value
  }

  func choice(_ key: String, _ words: [String], standard: String?) throws(BoardMapProblem) -> String? {
    guard let entry = take(key) else { return standard }
    guard words.contains(entry.value) else {
      throw problem(key, "must be one of \(words.joined(separator: ", ")), not \(entry.value)")
    }
    return entry.value
  }

  func number(_ key: String, _ range: ClosedRange<Int>, unit: String, standard: Int) throws(BoardMapProblem) -> Int {
    guard let entry = take(key) else { return standard }
    guard let number = Int(entry.value), range.contains(number) else {
      throw problem(key, "must be \(range.lowerBound) to \(range.upperBound) \(unit), not \(entry.value)")
    }
    return number
  }

  func isActiveLow() throws(BoardMapProblem) -> Bool {
    try choice("active", ["high", "low"], standard: "high") == "low"
  }

  func lineReference(chip standard: String) throws(BoardMapProblem) -> LineReference {
    let chip = entries["chip"] == nil ? standard : try text("chip")
    guard let entry = take("line") else { throw problem("line", "is missing") }
    let isNumber = !entry.value.isEmpty && entry.value.allSatisfy { ("0"..."9").contains($0) }
    if isNumber {
      guard let offset = Int(entry.value), offset < 1024 else {
        throw problem("line", "must be a number from 0 to 1023 or the name of a line, not \(entry.value)")
      }
      return LineReference(chip: chip, line: .offset(offset))
    }
    guard !entry.value.isEmpty, entry.value.utf8.count < 32 else {
      throw problem("line", "must be a number or the name of a line")
    }
    return LineReference(chip: chip, line: .name(entry.value))
  }

  /// What a light shows: names of states with commas between, or `all`.
  func states(_ key: String) throws(BoardMapProblem) -> Set<LEDState> {
    guard let entry = take(key), entry.value != "all" else { return Set(LEDState.allCases) }
    var states: Set<LEDState> = []
    for word in entry.value.split(separator: ",", omittingEmptySubsequences: false) {
      let name = word.drop { $0 == " " }.prefix { $0 != " " }
      guard let state = LEDState(rawValue: String(name)) else {
        let known = LEDState.allCases.map(\.rawValue).joined(separator: ", ")
        throw problem(key, "there is no state \(name); expected all, or some of \(known)")
      }
      states.insert(state)
    }
    return states
  }

  func refuseRest() throws(BoardMapProblem) {
    guard let entry = entries.values.min(by: { $0.line < $1.line }) else { return }
    throw BoardMapProblem(
      place: "\(path), line \(entry.line)", problem: "[\(title)] has no key \(entry.key)")
  }

  private static func isName(_ text: String) -> Bool {
    (1...20).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
          || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
      }
  }
}
