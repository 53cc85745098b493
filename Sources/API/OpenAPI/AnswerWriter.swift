import Model
import Wire

/// Writes what an operation may answer.
struct AnswerWriter {
  let operation: Operation
  let example: Example

  func write(to json: inout JSONWriter) {
    writeSuccess(to: &json)
    for (status, codes) in operation.declaredErrors where !operation.answer.alsoAt.contains(status) {
      json.key(text: String(status))
      if codes.count == 1 {
        json.write(["$ref": .string("#/components/responses/\(Self.name(of: codes[0], at: status))")])
      } else {
        Self.write(codes, at: status, to: &json)
      }
    }
  }

  private func writeSuccess(to json: inout JSONWriter) {
    let answer = operation.answer
    switch answer.form {
    case .value(let type): writeValue(type.schema, bare: type.schema, isList: false, to: &json)
    case .list(let type, let name):
      let list = Schema.array(type.schema, maximum: Page.maximum)
      let bare = name.map { name in
        Schema.object([.init("total", .integer(0...Int64.max), isRequired: true), .init(name, list, isRequired: true)])
      }
      writeValue(list, bare: bare ?? list, isList: true, to: &json)
    case .webSocket:
      json.key("101")
      json.write(["description": "The WebSocket is open."])
    case .document(let mediaType):
      json.key(text: String(answer.status))
      json.write([
        "description": .string(meaning(of: answer.status)), "headers": headers([.etag]),
        "content": .object([mediaType: ["schema": [:]]]),
      ])
    case .file:
      for (status, extra) in [(200, []), (206, [Header.contentRange])] {
        json.key(text: String(status))
        json.write([
          "description": .string(meaning(of: status)),
          "headers": headers([.etag, .contentDisposition, .acceptRanges] + extra),
          "content": ["application/octet-stream": ["schema": [:]]],
        ])
      }
      json.key("416")
      Self.write([.invalidRequest], at: 416, to: &json)
    }
    if CommonParameter.ifNoneMatch.applies(to: operation) {
      json.key("304")
      json.write(["description": .string(meaning(of: 304)), "headers": headers([.etag])])
    }
  }

  private func writeValue(_ schema: Schema, bare: Schema, isList: Bool, to json: inout JSONWriter) {
    for status in [operation.answer.status] + operation.answer.alsoAt {
      json.key(text: String(status))
      json.beginObject()
      json.key("description")
      json.write(meaning(of: status))
      var names: [Header] = operation.verb == .get && status < 300 ? [.etag] : []
      if status == 201 || status == 202 { names.append(.location) }
      if isList { names += [.totalCount, .link] }
      json.key("headers")
      json.write(headers(names))
      json.key("content")
      json.beginObject()
      json.key("application/json")
      json.beginObject()
      json.key("schema")
      json.write(Self.bothForms(schema, bare: bare, isList: isList, orError: status >= 400))
      json.key("examples")
      json.beginObject()
      json.key("bare")
      json.beginObject()
      json.key("value")
      example.write(bare, to: &json)
      json.endObject()
      json.key("envelope")
      json.beginObject()
      json.key("value")
      writeEnvelope(schema, isList: isList, to: &json)
      json.endObject()
      json.endObject()
      json.endObject()
      json.endObject()
      json.endObject()
    }
  }

  private func writeEnvelope(_ schema: Schema, isList: Bool, to json: inout JSONWriter) {
    json.beginObject()
    json.key("success")
    json.write(true)
    json.key("data")
    example.write(schema, to: &json)
    if isList {
      json.key("pagination")
      json.write(["total": 1, "page": 1, "per_page": 50])
    }
    json.endObject()
  }

  /// The bare form first.
  private static func bothForms(_ schema: Schema, bare: Schema, isList: Bool, orError: Bool) -> JSONValue {
    var envelope: [String: JSONValue] = ["success": ["const": true], "data": .object(schema.json)]
    if isList { envelope["pagination"] = ["$ref": "#/components/schemas/Pagination"] }
    let required = envelope.keys.sorted().map { JSONValue.string($0) }
    var forms: [JSONValue] = [
      .object(bare.json),
      ["type": "object", "title": "Envelope", "required": .array(required), "properties": .object(envelope)],
    ]
    if orError { forms.append(["$ref": "#/components/schemas/ErrorAnswer"]) }
    return ["anyOf": .array(forms)]
  }

  private func headers(_ names: [Header]) -> JSONValue {
    let all = names + (operation.rate == nil ? [] : Header.ofRateLimit)
    return .object(Dictionary(all.map { ($0.name, $0.reference) }, uniquingKeysWith: { first, _ in first }))
  }

  // MARK: Errors

  static func name(of code: ErrorCode, at status: Int) -> String {
    status == code.status ? code.rawValue : "\(code.rawValue)_\(status)"
  }

  static func write(_ codes: [ErrorCode], at status: Int, to json: inout JSONWriter) {
    var headers: [Header] = Header.ofRateLimit
    if status == 429 || status == 503 { headers.append(.retryAfter) }
    if status == 401 { headers.append(.authenticate) }
    if status == 416 { headers.append(.contentRange) }
    var examples: [String: JSONValue] = [:]
    for code in codes {
      examples[code.rawValue] = ["$ref": .string("#/components/examples/\(code.rawValue)")]
      examples["\(code.rawValue) in an envelope"] = [
        "$ref": .string("#/components/examples/\(code.rawValue)_ENVELOPE")
      ]
    }
    json.write([
      "description": .string(meaning(of: status)), "x-codes": .array(codes.map { .string($0.rawValue) }),
      "headers": .object(Dictionary(headers.map { ($0.name, $0.reference) }, uniquingKeysWith: { first, _ in first })),
      "content": [
        "application/json": [
          "schema": ["$ref": "#/components/schemas/ErrorAnswer"], "examples": .object(examples),
        ]
      ],
    ])
  }
}
