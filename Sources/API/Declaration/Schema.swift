/// What a value looks like on the wire: the one description from which checking, OpenAPI and the API browser follow.
package indirect enum Schema: Hashable, Sendable {
  case boolean
  case integer(ClosedRange<Int64>?)
  case number(ClosedRange<Double>?)
  /// Length in characters; `format` by JSON Schema (`date-time`, `uri`, …).
  case string(length: ClosedRange<Int>?, format: String?)
  case choice([String])
  case array(Schema, maximum: Int?)
  /// An object with free names and equal values.
  case map(Schema)
  /// A declared object, described once under this name.
  case reference(String)
  case nullable(Schema)
  case anything

  package static let string = Schema.string(length: nil, format: nil)
  package static let integer = Schema.integer(nil)
  package static let number = Schema.number(nil)
  package static let timestamp = Schema.string(length: nil, format: "date-time")
}
