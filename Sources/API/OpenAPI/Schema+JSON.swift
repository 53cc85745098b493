import Wire

extension Schema {
  /// As JSON Schema 2020-12 says it, which OpenAPI 3.1 takes over.
  var json: [String: JSONValue] {
    switch self {
    case .boolean: return ["type": "boolean"]
    case .integer(let range):
      var json: [String: JSONValue] = ["type": "integer"]
      if let range {
        json["minimum"] = .int(range.lowerBound)
        json["maximum"] = .int(range.upperBound)
      }
      return json
    case .number(let range):
      var json: [String: JSONValue] = ["type": "number"]
      if let range {
        json["minimum"] = .double(range.lowerBound)
        json["maximum"] = .double(range.upperBound)
      }
      return json
    case .string(let length, let format, let pattern):
      var json: [String: JSONValue] = ["type": "string"]
      if let length {
        json["minLength"] = .int(Int64(length.lowerBound))
        json["maxLength"] = .int(Int64(length.upperBound))
      }
      if let format { json["format"] = .string(format) }
      if let pattern { json["pattern"] = .string(pattern) }
      return json
    case .choice(let words): return ["type": "string", "enum": .array(words.map { .string($0) })]
    case .word(let word): return ["type": "string", "const": .string(word)]
    case .array(let element, let maximum, let minimum):
      var json: [String: JSONValue] = ["type": "array", "items": .object(element.json)]
      if minimum > 0 { json["minItems"] = .int(Int64(minimum)) }
      if let maximum { json["maxItems"] = .int(Int64(maximum)) }
      return json
    case .map(let value): return ["type": "object", "additionalProperties": .object(value.json)]
    case .reference(let name): return ["$ref": .string("#/components/schemas/\(name)")]
    case .nullable(let wrapped): return wrapped.jsonOrNull
    case .either(let schemas): return ["anyOf": .array(schemas.map { .object($0.json) })]
    case .object(let members):
      let properties = Dictionary(members.map { ($0.name, JSONValue.object($0.schema.json)) }) { first, _ in first }
      var json: [String: JSONValue] = ["type": "object", "properties": .object(properties)]
      let required = members.filter(\.isRequired).map { JSONValue.string($0.name) }
      if !required.isEmpty { json["required"] = .array(required) }
      return json
    case .anything: return [:]
    }
  }

  /// The same, and null.
  private var jsonOrNull: [String: JSONValue] {
    var json = json
    switch self {
    case .boolean, .integer, .number, .string, .array, .map, .object:
      json["type"] = json["type"].map { [$0, "null"] }
      return json
    case .choice(let words):
      return ["type": ["string", "null"], "enum": .array(words.map { .string($0) } + [.null])]
    case .either(let schemas): return ["anyOf": .array(schemas.map { .object($0.json) } + [["type": "null"]])]
    case .word, .reference: return ["anyOf": [.object(json), ["type": "null"]]]
    case .nullable, .anything: return json
    }
  }
}
