import Model

/// A line of G-code, taken apart: `M104 S220` is M 104 with S 220. Space between the words may be missing.
struct GcodeCommand: Hashable {
  struct Word: Hashable {
    var letter: UInt8
    /// nil for a letter alone, as in `M84 X`.
    var value: Double?
  }

  var letter: UInt8
  var number: Int
  var words: [Word]

  /// nil for what is no plain command: no number behind the letter, a broken word, a letter twice, a second command.
  init?(_ line: String) {
    var scanner = Scanner(line)
    guard let first = scanner.next(), let value = first.value, value >= 0, value < 10_000, value == value.rounded(),
      first.letter == UInt8(ascii: "G") || first.letter == UInt8(ascii: "M")
    else { return nil }
    letter = first.letter
    number = Int(value)
    words = []
    while let word = scanner.next() {
      // A letter twice could hide a value from the check.
      guard word.letter != UInt8(ascii: "G"), word.letter != UInt8(ascii: "M"),
        !words.contains(where: { $0.letter == word.letter })
      else { return nil }
      words.append(word)
    }
    guard scanner.isAtEnd else { return nil }
  }

  var name: String { "\(Character(UnicodeScalar(letter)))\(number)" }

  static let list =
    "G0 G1 G28 G90 G91 G92 M17 M18 M82 M83 M84 M104 M106 M107 M140 M141 M220 M221 M400 (in capitals)"

  var isListed: Bool { Self.listed.contains(name) }

  private static let listed: Set<String> = [
    "G0", "G1", "G28", "G90", "G91", "G92", "M17", "M18", "M82", "M83", "M84", "M104", "M106", "M107", "M140", "M141",
    "M220", "M221", "M400",
  ]

  /// Heaters and fans stay within the model's range even where the list is lifted.
  var hasRange: Bool { ["M104", "M106", "M140", "M141"].contains(name) }

  /// Cannot spoil a job that runs; all else can, by moving or by changing what its own moves mean.
  var isHarmless: Bool { ["M104", "M106", "M107", "M140", "M141", "M220", "M221", "M400"].contains(name) }

  func check(_ limits: ModelLimits, field: String) throws(InvalidValue) {
    switch name {
    case "G28":
      // Homing one axis can drive the bed into the nozzle (protocol sheet, section 3.8).
      try takes("", field: field)
    case "G0", "G1":
      try takes("XYZEF", field: field)
      try numbers("XYZE", -1000...1000, field: field)
      try numbers("F", 1...30_000, field: field)
    case "G92":
      try takes("XYZE", field: field)
      try numbers("XYZE", -1000...1000, field: field)
    case "M17", "M18", "M84":
      try takes("XYZE", field: field)
      guard words.allSatisfy({ $0.value == nil }) else { throw InvalidValue(field, "takes axes without numbers") }
    case "M104": try checkNozzle(limits, field: field)
    case "M140":
      try takes("S", field: field)
      try limits.checkBed(try wholeS(field: field), field: field)
    case "M141":
      try takes("S", field: field)
      try limits.checkChamber(try wholeS(field: field), field: field)
    case "M106", "M107": try checkFan(limits, field: field)
    case "M220", "M221":
      try takes("S", field: field)
      _ = try wholeS(field: field)
      try numbers("S", 10...300, field: field)
    default: try takes("", field: field)
    }
  }

  private func checkNozzle(_ limits: ModelLimits, field: String) throws(InvalidValue) {
    try takes("ST", field: field)
    try limits.checkNozzle(try wholeS(field: field), field: field)
    guard let tool = words.first(where: { $0.letter == UInt8(ascii: "T") }) else { return }
    guard let value = tool.value, let index = Int(exactly: value) else {
      throw InvalidValue(field, "must name its nozzle by T and a number")
    }
    try limits.checkExtruder(index, field: field)
  }

  private func checkFan(_ limits: ModelLimits, field: String) throws(InvalidValue) {
    try takes(number == 106 ? "PS" : "P", field: field)
    // Without P it is the part fan.
    let fan = words.first { $0.letter == UInt8(ascii: "P") }
    let index = fan == nil ? 1 : fan?.value ?? -1
    guard limits.fans.contains(where: { Double($0.number) == index }) else {
      throw InvalidValue(field, "must name a fan of the \(limits.model.displayName)")
    }
    guard number == 106 else { return }
    _ = try wholeS(field: field)
    try numbers("S", 0...255, field: field)
  }

  private func takes(_ letters: String, field: String) throws(InvalidValue) {
    for word in words where !letters.utf8.contains(word.letter) {
      throw InvalidValue(field, "\(name) takes \(letters.isEmpty ? "nothing" : "only \(letters)") here")
    }
  }

  private func numbers(
    _ letters: String, _ range: ClosedRange<Double>, field: String
  ) throws(InvalidValue) {
    for word in words where letters.utf8.contains(word.letter) {
      guard let value = word.value, range.contains(value) else {
        throw InvalidValue(
          field,
          "must have \(Character(UnicodeScalar(word.letter))) within \(Int(range.lowerBound)) to \(Int(range.upperBound))"
        )
      }
    }
  }

  private func wholeS(field: String) throws(InvalidValue) -> Int {
    guard let value = words.first(where: { $0.letter == UInt8(ascii: "S") })?.value, let whole = Int(exactly: value)
    else { throw InvalidValue(field, "must have S and a whole number") }
    return whole
  }
}

extension GcodeCommand {
  /// Reads words of a capital letter and a plain decimal number.
  private struct Scanner {
    private let bytes: [UInt8]
    private var position = 0

    init(_ line: String) {
      bytes = Array(line.utf8)
      skipSpace()
    }

    var isAtEnd: Bool { position == bytes.count }

    /// nil at the end and at anything that is no word.
    mutating func next() -> Word? {
      guard position < bytes.count, (0x41...0x5A).contains(bytes[position]) else { return nil }
      let letter = bytes[position]
      var end = position + 1
      while end < bytes.count, Self.isNumeric(bytes[end]) { end += 1 }
      let digits = bytes[position + 1..<end]
      var value: Double?
      if !digits.isEmpty {
        guard let number = Self.number(digits) else { return nil }
        value = number
      }
      position = end
      skipSpace()
      return Word(letter: letter, value: value)
    }

    private mutating func skipSpace() {
      while position < bytes.count, bytes[position] == 0x20 { position += 1 }
    }

    private static func isNumeric(_ byte: UInt8) -> Bool {
      (0x30...0x39).contains(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
        || byte == UInt8(ascii: "+")
    }

    /// A sign at most in front, at least one digit, one point at most, ten characters at most.
    private static func number(_ digits: ArraySlice<UInt8>) -> Double? {
      let signs = digits.first == UInt8(ascii: "-") || digits.first == UInt8(ascii: "+") ? 1 : 0
      let rest = digits.dropFirst(signs)
      let points = rest.count(where: { $0 == UInt8(ascii: ".") })
      guard digits.count <= 10, points <= 1, rest.count > points,
        rest.allSatisfy({ $0 == UInt8(ascii: ".") || (0x30...0x39).contains($0) })
      else { return nil }
      // Swift wants a digit on both sides of the point, G-code does not.
      let sign = digits.first == UInt8(ascii: "-") ? "-" : ""
      return Double("\(sign)0\(String(decoding: rest, as: UTF8.self))\(points == 1 ? "0" : "")")
    }
  }
}
