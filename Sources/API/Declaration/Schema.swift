/// What a value looks like on the wire: the one description from which checking, OpenAPI and the API browser follow.
package indirect enum Schema: Hashable, Sendable {
  case boolean
  case integer(ClosedRange<Int64>?)
  case number(ClosedRange<Double>?)
  /// Length in Unicode scalars; `format` (`date-time`, `uri`, …) and `pattern` by JSON Schema.
  case string(length: ClosedRange<Int>?, format: String?, pattern: String? = nil)
  case choice([String])
  /// Exactly this text.
  case word(String)
  case array(Schema, maximum: Int?, minimum: Int = 0)
  /// An object with free names and equal values.
  case map(Schema)
  /// A declared object, described once under this name.
  case reference(String)
  case nullable(Schema)
  /// Any one of these.
  case either([Schema])
  /// An object that has no name of its own.
  case object([Member])
  case anything

  /// A member of a nameless object.
  package struct Member: Hashable, Sendable {
    package let name: String
    package let schema: Schema
    package let isRequired: Bool

    package init(_ name: String, _ schema: Schema, isRequired: Bool = false) {
      self.name = name
      self.schema = schema
      self.isRequired = isRequired
    }
  }

  package static let string = Schema.string(length: nil, format: nil)
  package static let integer = Schema.integer(nil)
  package static let number = Schema.number(nil)
  package static let timestamp = Schema.string(length: nil, format: "date-time")

  /// The pattern of a text that has something other than white space in it, and no control characters.
  static let lineWithText = #"^[^\x00-\x1f\x7f]*[^\x00-\x1f\x7f\s][^\x00-\x1f\x7f]*$"#
}
