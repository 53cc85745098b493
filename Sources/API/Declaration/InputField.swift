package import Model
package import Wire

/// A member of a request body: its name, what fits, and how it becomes a value.
package struct InputField<Value: Sendable>: Sendable {
  package let name: String
  package let schema: Schema
  package let note: String
  package let example: JSONValue
  package let parse: @Sendable (JSONValue) throws(InvalidValue) -> Value

  package init(
    _ name: String, _ schema: Schema, _ note: String, example: JSONValue,
    parse: @escaping @Sendable (JSONValue) throws(InvalidValue) -> Value
  ) {
    self.name = name
    self.schema = schema
    self.note = note
    self.example = example
    self.parse = parse
  }

  /// What is wrong with this field.
  package func invalid(_ expectation: String) -> InvalidValue { InvalidValue(name, expectation) }
}

extension InputField where Value == String {
  /// A text of so many characters, without control characters, trimmed of spaces at both ends.
  package static func text(
    _ name: String, length: ClosedRange<Int>, _ note: String, example: String
  ) -> InputField<String> {
    InputField(
      name, .string(length: length, format: nil, pattern: Schema.lineWithText), note, example: .string(example)
    ) { (json) throws(InvalidValue) in
      let expectation = "must be a string of \(length.lowerBound) to \(length.upperBound) characters"
      // Counted as JSON Schema does, so that the description and this check agree.
      guard let raw = json.string, length.contains(raw.unicodeScalars.count) else {
        throw InvalidValue(name, expectation)
      }
      let text = trimmed(raw)
      guard length.contains(text.unicodeScalars.count) else { throw InvalidValue(name, expectation) }
      guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
        throw InvalidValue(name, "must not hold control characters")
      }
      return text
    }
  }
}

extension InputField where Value == Bool {
  package static func flag(_ name: String, _ note: String, example: Bool) -> InputField<Bool> {
    InputField(name, .boolean, note, example: .bool(example)) { (json) throws(InvalidValue) in
      guard let flag = json.bool else { throw InvalidValue(name, "must be true or false") }
      return flag
    }
  }
}

extension InputField where Value == Int64 {
  /// A whole number; 5.0 counts as 5, as JSON knows no difference.
  package static func integer(
    _ name: String, _ range: ClosedRange<Int64>, _ note: String, example: Int64
  ) -> InputField<Int64> {
    InputField(name, .integer(range), note, example: .int(example)) { (json) throws(InvalidValue) in
      let expectation = "must be a whole number from \(range.lowerBound) to \(range.upperBound)"
      guard let number = json.wholeNumber, range.contains(number) else { throw InvalidValue(name, expectation) }
      return number
    }
  }
}

extension InputField where Value == Double {
  package static func number(
    _ name: String, _ range: ClosedRange<Double>, _ note: String, example: Double
  ) -> InputField<Double> {
    InputField(name, .number(range), note, example: .double(example)) { (json) throws(InvalidValue) in
      guard let number = json.number, range.contains(number) else {
        throw InvalidValue(name, "must be a number from \(range.lowerBound) to \(range.upperBound)")
      }
      return number
    }
  }
}

extension InputField where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  /// One of the words of an enumeration.
  package static func choice(
    _ name: String, of values: [Value] = Array(Value.allCases), _ note: String, example: Value
  ) -> InputField<Value> {
    let words = values.map(\.rawValue)
    return InputField(name, .choice(words), note, example: .string(example.rawValue)) { (json) throws(InvalidValue) in
      guard let word = json.string, words.contains(word), let value = Value(rawValue: word) else {
        throw InvalidValue(name, "must be one of \(words.joined(separator: ", "))")
      }
      return value
    }
  }
}

extension JSONValue {
  /// A number that is one; JSON has no other.
  package var number: Double? {
    switch self {
    case .int(let number): Double(number)
    case .double(let number): number.isFinite ? number : nil
    default: nil
    }
  }

  /// An integer, also where it is written with a fraction of zero.
  package var wholeNumber: Int64? {
    switch self {
    case .int(let number): number
    case .double(let number): Int64(exactly: number)
    default: nil
    }
  }
}

/// Without the white space at both ends.
package func trimmed(_ text: String) -> String {
  guard let first = text.firstIndex(where: { !$0.isWhitespace }), let last = text.lastIndex(where: { !$0.isWhitespace })
  else { return "" }
  return String(text[first...last])
}
