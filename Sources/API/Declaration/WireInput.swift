package import Model
package import Wire

/// A request body: its fields declared once, and read from there.
package protocol WireInput: Sendable {
  static var name: String { get }
  /// The fields as a description shows them.
  static var fields: [DeclaredInput] { get }
  /// What JSON Schema says of the fields together, such as `minProperties`.
  static var rule: [String: JSONValue] { get }
  /// A whole body; the fields' own examples together where that is one.
  static var example: JSONValue { get }
  init(_ reader: inout InputReader) throws(Fault)
}

extension WireInput {
  package static var rule: [String: JSONValue] { [:] }
  package static var example: JSONValue {
    .object(Dictionary(fields.map { ($0.name, $0.example) }, uniquingKeysWith: { first, _ in first }))
  }
}

/// The rule of a body that must name at least one of these, with a value.
func someOf(_ names: [String]) -> [String: JSONValue] {
  [
    "anyOf": .array(
      names.map { ["required": [.string($0)], "properties": .object([$0: ["not": ["type": "null"]]])] })
  ]
}

/// The rule of a body that must name one of these and no other, with a value.
func exactlyOne(of names: [String]) -> [String: JSONValue] {
  [
    "oneOf": .array(
      names.map { ["required": [.string($0)], "properties": .object([$0: ["not": ["type": "null"]]])] })
  ]
}

/// A field of a body as a description needs it, its type gone.
package struct DeclaredInput: Sendable {
  package let name: String
  package let schema: Schema
  package let note: String
  package let example: JSONValue
  package let isRequired: Bool

  package static func required<Value>(_ field: InputField<Value>) -> DeclaredInput {
    DeclaredInput(field, isRequired: true)
  }

  /// A field that may be left out; `null` says the same.
  package static func optional<Value>(_ field: InputField<Value>) -> DeclaredInput {
    DeclaredInput(field, schema: .nullable(field.schema), isRequired: false)
  }

  /// A field of a change that may be left out, and cannot be cleared: `InputReader.replacement`.
  package static func replaceable<Value>(_ field: InputField<Value>) -> DeclaredInput {
    DeclaredInput(field, isRequired: false)
  }

  /// A secret in a change: also `""` and the mark that reading gives, which keep it (contract, section 3).
  package static func secret<Value>(_ field: InputField<Value>, canBeCleared: Bool) -> DeclaredInput {
    let kept = Schema.either([
      field.schema, .word(""), .object([.init("set", .boolean, isRequired: true)]),
    ])
    return DeclaredInput(field, schema: canBeCleared ? .nullable(kept) : kept, isRequired: false)
  }

  /// A field that `null` clears.
  package static func clearable<Value>(_ field: InputField<Value>) -> DeclaredInput {
    DeclaredInput(field, schema: .nullable(field.schema), isRequired: false)
  }

  private init<Value>(_ field: InputField<Value>, schema: Schema? = nil, isRequired: Bool) {
    name = field.name
    self.schema = schema ?? field.schema
    note = field.note
    example = field.example
    self.isRequired = isRequired
  }
}

/// What a change says of a field: nothing, "clear it", or a new value.
package enum Change<Value: Sendable>: Sendable {
  case keep
  case clear
  case set(Value)
}

/// Reads the members of a body and gathers everything that does not fit, so that one answer names it all.
package struct InputReader {
  private let members: [String: JSONValue]
  private var invalid: [InvalidValue] = []

  package init(_ body: JSONValue) throws(Fault) {
    guard case .object(let members) = body else {
      throw Fault(.invalidRequest, "The body must be a JSON object, not \(body.kind).")
    }
    self.members = members
  }

  /// The body as it came, for what is no list of fields.
  package var body: JSONValue { .object(members) }

  package mutating func required<Value>(_ field: InputField<Value>) -> Value? {
    guard let json = members[field.name], json != .null else {
      invalid.append(field.invalid("is missing"))
      return nil
    }
    return parsed(json, field)
  }

  /// nil when the member is absent or null.
  package mutating func optional<Value>(_ field: InputField<Value>) -> Value? {
    guard let json = members[field.name], json != .null else { return nil }
    return parsed(json, field)
  }

  package mutating func change<Value>(_ field: InputField<Value>) -> Change<Value> {
    guard let json = members[field.name] else { return .keep }
    guard json != .null else { return .clear }
    return parsed(json, field).map { .set($0) } ?? .keep
  }

  /// A change of a field that cannot be without a value.
  package mutating func replacement<Value>(_ field: InputField<Value>) -> Value? {
    guard let json = members[field.name] else { return nil }
    guard json != .null else {
      invalid.append(field.invalid("must have a value"))
      return nil
    }
    return parsed(json, field)
  }

  /// A change of a secret: `""` and the mark that reading gives keep it, `null` clears it (contract, section 3).
  package mutating func secret<Value>(_ field: InputField<Value>) -> Change<Value> {
    guard let json = members[field.name] else { return .keep }
    if json == .string("") || json.object?["set"]?.bool != nil { return .keep }
    return change(field)
  }

  /// Notes what a rule over several fields found.
  package mutating func refuse(_ value: InvalidValue) { invalid.append(value) }

  private mutating func parsed<Value>(_ json: JSONValue, _ field: InputField<Value>) -> Value? {
    do throws(InvalidValue) {
      return try field.parse(json)
    } catch {
      invalid.append(error)
      return nil
    }
  }

  /// Something did not fit already.
  package var hasProblem: Bool { !invalid.isEmpty }

  /// Throws when anything did not fit.
  package func finish() throws(Fault) {
    guard !invalid.isEmpty else { return }
    throw fault
  }

  /// What did not fit, as one answer.
  package var fault: Fault {
    let sentence = invalid.map(\.description).joined(separator: "; ")
    return Fault(.invalidRequest, "\(sentence).", fields: invalid)
  }
}
