package import Wire

/// What fits a setting: the one description from which checking, reading a configuration file and the API's details follow.
package enum SettingKind: Sendable {
  case flag
  /// A whole number.
  case integer(ClosedRange<Int64>)
  case number(ClosedRange<Double>)
  case choice([String])
  /// A list of at most so many different whole numbers, kept in their order.
  case integers(ClosedRange<Int64>, most: Int)
  /// A text; `what` ends the sentence "must be …", and `format` or `pattern` name its form for programs.
  case text(
    of: String, shortest: Int = 1, format: String? = nil, pattern: String? = nil, fits: @Sendable (String) -> Bool)
  /// A text that is never shown again; an empty one is none.
  case secret
  /// A list of at most 64 texts; `what` ends the sentence "must be a list of …", and `format` names their form for programs.
  case texts(of: String, format: String, fits: @Sendable (String) -> Bool)

  package static let longestList = 64
  package static let longestText = 300

  package var isSecret: Bool { if case .secret = self { true } else { false } }

  /// The JSON type by its name.
  package var typeName: String {
    switch self {
    case .flag: "boolean"
    case .integer: "integer"
    case .number: "number"
    case .choice, .text, .secret: "string"
    case .texts, .integers: "array"
    }
  }

  /// What was expected, as the end of a sentence.
  package var expectation: String {
    switch self {
    case .flag: "must be true or false"
    case .integer(let range): "must be a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .number(let range): "must be a number from \(range.lowerBound) to \(range.upperBound)"
    case .text(let what, _, _, _, _): "must be \(what)"
    case .secret: "must be at most \(Self.longestText) characters without control characters"
    case .choice(let words): "must be one of \(words.joined(separator: ", "))"
    case .integers(let range, let most):
      "must be a list of at most \(most) whole numbers from \(range.lowerBound) to \(range.upperBound)"
    case .texts(let what, _, _): "must be a list of \(what), at most \(Self.longestList)"
    }
  }

  /// The value in its one form, or nil where it does not fit.
  package func taken(_ value: JSONValue) -> JSONValue? {
    // A bare nil would be the JSON value null here.
    switch self {
    case .flag:
      guard value.bool != nil else { return .none }
      return value
    case .integer(let range):
      guard let number = Self.wholeNumber(value), range.contains(number) else { return .none }
      return .int(number)
    case .number(let range):
      guard let number = Self.number(value), range.contains(number) else { return .none }
      return value
    case .text(_, _, _, _, let fits):
      guard let text = value.string, text.utf8.count <= Self.longestText, fits(text) else { return .none }
      return value
    case .secret:
      guard let text = value.string, text.unicodeScalars.count <= Self.longestText,
        text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
      else { return .none }
      return value
    case .choice(let words):
      guard let word = value.string, words.contains(word) else { return .none }
      return value
    case .integers(let range, let most):
      guard let elements = value.array, elements.count <= most else { return .none }
      let numbers = elements.compactMap(Self.wholeNumber)
      guard numbers.count == elements.count, numbers.allSatisfy(range.contains) else { return .none }
      return .array(Set(numbers).sorted().map { .int($0) })
    case .texts(_, _, let fits):
      guard let elements = value.array, elements.count <= Self.longestList else { return .none }
      let isFitting = elements.allSatisfy { element in
        element.string.map { $0.utf8.count <= Self.longestText && fits($0) } ?? false
      }
      guard isFitting else { return .none }
      return value
    }
  }

  /// 5.0 counts as 5, as JSON knows no difference.
  private static func wholeNumber(_ value: JSONValue) -> Int64? {
    switch value {
    case .int(let number): number
    case .double(let number): Int64(exactly: number)
    default: Int64?.none
    }
  }

  private static func number(_ value: JSONValue) -> Double? {
    switch value {
    case .int(let number): Double(number)
    case .double(let number) where number.isFinite: number
    default: Double?.none
    }
  }

  /// A value as a configuration file has it: text, a list with commas between.
  func value(fromText text: String) -> JSONValue {
    switch self {
    case .flag: ["true": true, "false": false][text].map { .bool($0) } ?? .string(text)
    case .integer: Int64(text).map { .int($0) } ?? .string(text)
    case .number: Double(text).map { .double($0) } ?? .string(text)
    case .choice, .text, .secret: .string(text)
    case .integers:
      .array(
        text.split(separator: ",").map { part in
          let digits = part.filter { !$0.isWhitespace }
          return Int64(digits).map { .int($0) } ?? .string(digits)
        })
    case .texts:
      .array(
        text.split(separator: ",").map { part in
          let head = part.drop(while: \.isWhitespace)
          return .string(String(head.prefix { !$0.isWhitespace }))
        })
    }
  }
}
