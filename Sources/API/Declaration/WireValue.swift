package import Model
package import Wire

/// A value that can be answered: it knows its schema and writes itself.
package protocol WireValue: Sendable {
  static var schema: Schema { get }
  func write(to json: inout JSONWriter)
}

extension Bool: WireValue {
  package static var schema: Schema { .boolean }
  package func write(to json: inout JSONWriter) { json.write(self) }
}

extension Int: WireValue {
  package static var schema: Schema { .integer }
  package func write(to json: inout JSONWriter) { json.write(self) }
}

extension Int64: WireValue {
  package static var schema: Schema { .integer }
  package func write(to json: inout JSONWriter) { json.write(self) }
}

extension Double: WireValue {
  package static var schema: Schema { .number }
  package func write(to json: inout JSONWriter) { json.write(self) }
}

extension String: WireValue {
  package static var schema: Schema { .string }
  package func write(to json: inout JSONWriter) { json.write(self) }
}

extension Timestamp: WireValue {
  package static var schema: Schema { .timestamp }
  package func write(to json: inout JSONWriter) { json.write(self) }
}

extension Optional: WireValue where Wrapped: WireValue {
  package static var schema: Schema { .nullable(Wrapped.schema) }
  package func write(to json: inout JSONWriter) {
    switch self {
    case .some(let value): value.write(to: &json)
    case .none: json.null()
    }
  }
}

extension Array: WireValue where Element: WireValue {
  package static var schema: Schema { .array(Element.schema, maximum: nil) }
  package func write(to json: inout JSONWriter) {
    json.beginArray()
    for element in self { element.write(to: &json) }
    json.endArray()
  }
}

/// One of the words of an enumeration.
package protocol WireChoice: WireValue, RawRepresentable, CaseIterable where RawValue == String {}

extension WireChoice {
  package static var schema: Schema { .choice(allCases.map(\.rawValue)) }
  package func write(to json: inout JSONWriter) { json.write(rawValue) }
}
