import Wire

extension JSONValue {
  /// A whole number, also where it came as text, as clients send both.
  var wholeNumber: Int? {
    switch self {
    case .int(let value): Int(value)
    case .double(let value): Int(exactly: value)
    case .string(let text): Int(text)
    default: nil
    }
  }

  /// All numbers in it as text, the way some firmware writes them.
  var withNumbersAsText: JSONValue {
    switch self {
    case .int(let value): .string(String(value))
    case .double(let value): .string(String(value))
    case .array(let elements): .array(elements.map(\.withNumbersAsText))
    case .object(let members): .object(members.mapValues(\.withNumbersAsText))
    default: self
    }
  }
}
