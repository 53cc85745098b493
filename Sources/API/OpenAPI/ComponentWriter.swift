import Model
import Wire

/// Writes what the operations refer to.
struct ComponentWriter {
  let catalogue: ObjectCatalogue
  let operations: [Operation]

  func write(to json: inout JSONWriter) {
    json.beginObject()
    json.key("schemas")
    json.beginObject()
    for name in catalogue.names {
      guard let object = catalogue.objects[name] else { continue }
      json.key(text: name)
      write(object, to: &json)
    }
    for (name, schema) in Self.ownSchemas {
      json.key(text: name)
      json.write(schema)
    }
    json.endObject()
    json.key("parameters")
    Self.write(CommonParameter.allCases.map { ($0.rawValue, $0.json) }, to: &json)
    json.key("headers")
    Self.write(Header.allCases.map { ($0.rawValue, $0.json) }, to: &json)
    json.key("securitySchemes")
    Self.write(SecurityScheme.allCases.map { ($0.rawValue, $0.json) }, to: &json)
    writeErrors(to: &json)
    json.endObject()
  }

  private func write(_ object: DescribedObject, to json: inout JSONWriter) {
    json.beginObject()
    json.key("type")
    json.write("object")
    let required = object.members.filter(\.isRequired)
    if !required.isEmpty {
      json.key("required")
      json.write(.array(required.map { .string($0.name) }))
    }
    json.key("properties")
    json.beginObject()
    for member in object.members {
      var schema = member.schema.json
      schema["description"] = .string(member.note)
      if let example = member.example { schema["examples"] = [example] }
      json.key(text: member.name)
      json.write(.object(schema))
    }
    json.endObject()
    for (keyword, value) in object.rule.sorted(by: { $0.key < $1.key }) {
      json.key(text: keyword)
      json.write(value)
    }
    json.endObject()
  }

  private static func write(_ entries: [(String, JSONValue)], to json: inout JSONWriter) {
    json.beginObject()
    for (name, value) in entries {
      json.key(text: name)
      json.write(value)
    }
    json.endObject()
  }

  // MARK: Errors

  private func writeErrors(to json: inout JSONWriter) {
    let declared = operations.flatMap(\.declaredErrors)
    json.key("responses")
    json.beginObject()
    var written: Set<String> = []
    for (status, codes) in declared where codes.count == 1 {
      let name = AnswerWriter.name(of: codes[0], at: status)
      guard written.insert(name).inserted else { continue }
      json.key(text: name)
      AnswerWriter.write(codes, at: status, to: &json)
    }
    json.endObject()
    json.key("examples")
    json.beginObject()
    let used = Set(declared.flatMap(\.codes))
    for code in ErrorCode.allCases where used.contains(code) {
      let sentence = JSONValue.string(code.exampleSentence)
      let word = JSONValue.string(code.rawValue)
      json.key(text: code.rawValue)
      json.write(["value": ["detail": sentence, "code": word]])
      json.key(text: "\(code.rawValue)_ENVELOPE")
      json.write(["value": ["success": false, "error": ["code": word, "message": sentence]]])
    }
    json.endObject()
  }

  private static let ownSchemas: [(String, JSONValue)] = [
    (
      "Pagination",
      [
        "type": "object", "required": ["total", "page", "per_page"],
        "properties": [
          "total": ["type": "integer", "minimum": 0, "description": "The elements of the whole list."],
          "page": ["type": "integer", "minimum": 1, "description": "offset / limit + 1, rounded down."],
          "per_page": [
            "type": "integer", "minimum": 1, "maximum": .int(Int64(Page.maximum)), "description": "The limit.",
          ],
        ],
      ]
    ),
    ("ErrorCode", .object(Schema.choice(ErrorCode.allCases.map(\.rawValue)).json)),
    (
      "Error",
      [
        "type": "object", "required": ["detail", "code"],
        "properties": .object(
          [
            "detail": ["type": "string", "description": "What happened and what to do."],
            "errors": [
              "type": "array", "description": "The fields that do not fit, and what was expected of each.",
              "items": [
                "type": "object", "required": ["field", "message"],
                "properties": ["field": ["type": "string"], "message": ["type": "string"]],
              ],
            ],
          ].merging(errorMembers) { $1 }),
      ]
    ),
    (
      "ErrorEnvelope",
      [
        "type": "object", "required": ["success", "error"],
        "properties": [
          "success": ["const": false],
          "error": [
            "type": "object", "required": ["code", "message"],
            "properties": .object(
              ["message": ["type": "string", "description": "What happened and what to do."]]
                .merging(errorMembers) { $1 }),
          ],
        ],
      ]
    ),
    (
      "ErrorAnswer",
      ["anyOf": [["$ref": "#/components/schemas/Error"], ["$ref": "#/components/schemas/ErrorEnvelope"]]]
    ),
  ]

  /// What both forms of an error have.
  private static let errorMembers: [String: JSONValue] = [
    "code": ["$ref": "#/components/schemas/ErrorCode"],
    "control_hint": [
      "type": "string", "description": "What to switch on at the printer, with COMMAND_REFUSED where that is known.",
    ],
    "cloud": [
      "type": "object", "description": "The cloud's own words, with CLOUD_ERROR.",
      "required": ["code", "error", "message", "details"],
      "properties": [
        "code": ["type": ["integer", "null"], "description": "The cloud's number."],
        "error": ["type": ["string", "null"], "description": "Its name, or one of ERR_NETWORK and the like."],
        "message": ["type": "string", "description": "The cloud's sentence, or ours where it has none."],
        "details": ["description": "What the cloud says beyond that."],
      ],
    ],
  ]
}
