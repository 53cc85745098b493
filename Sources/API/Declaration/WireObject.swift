package import Wire

/// An object of the API, declared field by field: writing it and describing it are the same list.
package protocol WireObject: WireValue {
  /// Its name among the schemas of the OpenAPI document.
  static var name: String { get }
  static var fields: [ObjectField<Self>] { get }
}

extension WireObject {
  package static var schema: Schema { .reference(name) }

  package func write(to json: inout JSONWriter) {
    json.beginObject()
    // By place: a loop over the fields themselves would copy each, descriptions and all.
    let fields = Self.fields
    for place in fields.indices { fields[place].write(self, &json) }
    json.endObject()
  }
}

/// One member of a `WireObject`.
package struct ObjectField<Owner>: Sendable {
  package let name: String
  package let schema: Schema
  /// One sentence with unit and range where there are any.
  package let note: String
  /// What it may look like; nil where the schema tells it (`Example`).
  package let example: JSONValue?
  /// It is there always; else only where the object's note says.
  package let isAlwaysThere: Bool
  /// The object types that this field brings along, so that a description can follow them.
  package let related: [any WireObject.Type]
  package let write: @Sendable (Owner, inout JSONWriter) -> Void

  /// - Parameters:
  ///   - schema: more exact than the type's own.
  ///   - example: due for numbers and texts, whose types do not tell what they look like.
  package init<Value: WireValue>(
    _ name: StaticString, _ note: String, schema: Schema? = nil, example: JSONValue? = nil, isAlwaysThere: Bool = true,
    _ value: @escaping @Sendable (Owner) -> Value
  ) {
    self.name = name.description
    self.schema = schema ?? Value.schema
    self.note = note
    self.example = example
    self.isAlwaysThere = isAlwaysThere
    related = relatedObjects(of: Value.self)
    write = { owner, json in
      json.key(name)
      value(owner).write(to: &json)
    }
  }
}

extension ObjectField {
  /// A member whose name comes from a table.
  package init(
    named name: String, _ note: String, schema: Schema, example: JSONValue,
    write: @escaping @Sendable (Owner, inout JSONWriter) -> Void
  ) {
    self.name = name
    self.schema = schema
    self.note = note
    self.example = example
    isAlwaysThere = true
    related = []
    self.write = { owner, json in
      json.key(text: name)
      write(owner, &json)
    }
  }

  /// The same member of a part of this object.
  package init<Part>(wrapping field: ObjectField<Part>, _ part: @escaping @Sendable (Owner) -> Part) {
    name = field.name
    schema = field.schema
    note = field.note
    example = field.example
    isAlwaysThere = field.isAlwaysThere
    related = field.related
    write = { owner, json in field.write(part(owner), &json) }
  }
}

/// Types that wrap others say so, for `relatedObjects`.
protocol WrappingWireValue {
  static var wrapped: any WireValue.Type { get }
}

extension Optional: WrappingWireValue where Wrapped: WireValue {
  static var wrapped: any WireValue.Type { Wrapped.self }
}

extension Array: WrappingWireValue where Element: WireValue {
  static var wrapped: any WireValue.Type { Element.self }
}

extension WireMap: WrappingWireValue {
  static var wrapped: any WireValue.Type { Value.self }
}

/// The declared objects that a type stands for, through optionals and arrays.
package func relatedObjects(of type: any WireValue.Type) -> [any WireObject.Type] {
  if let object = type as? any WireObject.Type { return [object] }
  if let wrapping = type as? any WrappingWireValue.Type { return relatedObjects(of: wrapping.wrapped) }
  return []
}

/// An object whose names are data, such as the lights of a printer.
package struct WireMap<Value: WireValue>: WireValue {
  package let members: [(name: String, value: Value)]

  package init(_ members: [(name: String, value: Value)]) { self.members = members }

  package static var schema: Schema { .map(Value.schema) }

  package func write(to json: inout JSONWriter) {
    json.beginObject()
    for member in members {
      json.key(text: member.name)
      member.value.write(to: &json)
    }
    json.endObject()
  }
}

/// A secret field as it reads: only whether it is set (contract, section 3).
package struct SecretMark: WireObject {
  package let isSet: Bool

  package init(isSet: Bool) { self.isSet = isSet }

  package static let name = "Secret"
  package static let fields: [ObjectField<SecretMark>] = [
    ObjectField("set", "Whether a value is stored; the value itself is never returned.") { $0.isSet }
  ]
}
