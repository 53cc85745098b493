package import Model

/// A value bound to a parameter. Values never become part of the text of a statement.
package enum SQLValue: Hashable, Sendable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  case blob([UInt8])

  package static func integer(_ value: Int?) -> SQLValue { value.map { .integer(Int64($0)) } ?? .null }
  package static func real(_ value: Double?) -> SQLValue { value.map { .real($0) } ?? .null }
  package static func blob(_ value: ContentHash?) -> SQLValue { value.map { .blob($0.bytes) } ?? .null }
  package static func flag(_ value: Bool) -> SQLValue { .integer(Int64(value ? 1 : 0)) }
  package static func text(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null }
  package static func moment(_ value: Timestamp?) -> SQLValue { value.map { .integer($0.milliseconds) } ?? .null }
  package static func id(_ value: some RawRepresentable<Int64>) -> SQLValue { .integer(value.rawValue) }
  package static func id<ID: RawRepresentable<Int64>>(_ value: ID?) -> SQLValue {
    value.map { .integer($0.rawValue) } ?? .null
  }
}

extension SQLValue: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, ExpressibleByNilLiteral {
  package init(integerLiteral value: Int64) { self = .integer(value) }
  package init(stringLiteral value: String) { self = .text(value) }
  package init(nilLiteral: ()) { self = .null }
}
