import HTTPServer
import Model
import Rules
import Wire

/// Writes one operation of the document.
struct OperationWriter {
  let catalogue: ObjectCatalogue

  private var example: Example { Example(catalogue: catalogue) }

  /// - Parameter id: its name at this path.
  func write(_ operation: Operation, id: String, to json: inout JSONWriter) {
    json.beginObject()
    json.key("operationId")
    json.write(id)
    json.key("tags")
    json.write([.string(operation.topic.rawValue)])
    json.key("summary")
    json.write(operation.summary)
    if !operation.details.isEmpty {
      json.key("description")
      json.write(operation.details)
    }
    json.key("x-permission")
    switch operation.access {
    case .permission(let permission): json.write(permission.rawValue)
    case .session: json.write("session")
    case .identity: json.write("identity")
    case .anyone: json.null()
    }
    json.key("x-rate-class")
    if let rate = operation.rate { json.write(rate.rawValue) } else { json.null() }
    json.key("security")
    json.write(SecurityScheme.requirements(of: operation))
    json.key("parameters")
    writeParameters(of: operation, to: &json)
    if let body = operation.body {
      json.key("requestBody")
      write(body, to: &json)
    }
    json.key("responses")
    json.beginObject()
    AnswerWriter(operation: operation, example: example).write(to: &json)
    json.endObject()
    json.endObject()
  }

  private func writeParameters(of operation: Operation, to json: inout JSONWriter) {
    json.beginArray()
    for parameter in operation.parameters {
      json.beginObject()
      json.key("name")
      json.write(parameter.name)
      json.key("in")
      json.write(parameter.place.rawValue)
      json.key("required")
      json.write(parameter.isRequired)
      json.key("description")
      json.write(parameter.note)
      json.key("schema")
      json.write(.object(parameter.schema.json))
      json.key("example")
      example.write(parameter.schema, own: parameter.example, to: &json)
      json.endObject()
    }
    for common in CommonParameter.allCases where common.applies(to: operation) {
      json.write(["$ref": .string("#/components/parameters/\(common.rawValue)")])
    }
    json.endArray()
  }

  private func write(_ body: BodyDeclaration, to json: inout JSONWriter) {
    json.beginObject()
    json.key("required")
    json.write(body.isRequired)
    json.key("content")
    json.beginObject()
    switch body.form {
    case .json: writeJSON(body, to: &json)
    case .file(let part): Self.writeFile(part, [], to: &json)
    case .jsonOrFile(let part, let texts):
      writeJSON(body, to: &json)
      Self.writeFile(part, texts, to: &json)
    }
    json.endObject()
    json.endObject()
  }

  private func writeJSON(_ body: BodyDeclaration, to json: inout JSONWriter) {
    json.key("application/json")
    json.beginObject()
    json.key("schema")
    json.write(["$ref": .string("#/components/schemas/\(body.name)")])
    json.key("example")
    if let object = catalogue.objects[body.name] {
      example.write(object, to: &json)
    } else {
      json.write(body.example)
    }
    json.endObject()
  }

  private static func writeFile(_ part: String, _ texts: [FormText], to json: inout JSONWriter) {
    var properties: [String: JSONValue] = [
      part: [
        "type": "string", "minLength": 1, "contentMediaType": "application/octet-stream", "description": "The file.",
      ]
    ]
    for text in texts {
      properties[text.name] = .object(text.schema.json.merging(["description": .string(text.note)]) { $1 })
    }
    json.key("multipart/form-data")
    json.write(["schema": ["type": "object", "required": [.string(part)], "properties": .object(properties)]])
    json.key("application/octet-stream")
    json.write(["schema": [:]])
  }
}

/// Parameters that many operations have without saying so.
enum CommonParameter: String, CaseIterable {
  case responseFormat = "ResponseFormat"
  case format = "Format"
  case ifNoneMatch = "IfNoneMatch"
  case range = "Range"
  case ifRange = "IfRange"

  func applies(to operation: Operation) -> Bool {
    switch (self, operation.answer.form) {
    case (.responseFormat, _): true
    case (.format, _): !operation.hasOwnFormat
    case (.ifNoneMatch, .webSocket): false
    case (.ifNoneMatch, _): operation.verb == .get
    case (.range, .file), (.ifRange, .file): true
    case (.range, _), (.ifRange, _): false
    }
  }

  var json: JSONValue {
    switch self {
    case .responseFormat:
      Self.header(
        "X-Response-Format", "How the answer is shown; it counts before the query.", Self.formats, "bare")
    case .format:
      [
        "name": "format", "in": "query", "required": false, "schema": Self.formats, "example": "bare",
        "description": "How the answer is shown, where no header says it.",
      ]
    case .ifNoneMatch:
      Self.header(
        "If-None-Match", "ETags of answers that are there already, or `*`: 304 where one of them still holds.",
        ["type": "string"], "W/\"9f86d081884c7d65\"")
    case .range:
      Self.header(
        "Range", "One part of the file, in bytes from 0; anything else is answered whole.", ["type": "string"],
        "bytes=0-1023")
    case .ifRange:
      Self.header(
        "If-Range", "The ETag of the part that is there already: the whole comes where it no longer holds.",
        ["type": "string"], "\"9f86d081884c7d65\"")
    }
  }

  private static let formats: JSONValue = .object(Schema.choice(ReplyFormat.allCases.map(\.rawValue)).json)

  private static func header(_ name: String, _ note: String, _ schema: JSONValue, _ example: String) -> JSONValue {
    [
      "name": .string(name), "in": "header", "required": false, "description": .string(note), "schema": schema,
      "example": .string(example),
    ]
  }
}

/// The ways to say who calls (contract, section 3).
enum SecurityScheme: String, CaseIterable {
  case header = "APIKey"
  case bearer = "Bearer"
  case query = "APIKeyInQuery"
  case session = "Session"

  var json: JSONValue {
    switch self {
    case .header:
      ["type": "apiKey", "in": "header", "name": "X-API-Key", "description": "An API key; it begins with `lb_`."]
    case .bearer: ["type": "http", "scheme": "bearer", "description": "The same key as a bearer token."]
    case .query:
      [
        "type": "apiKey", "in": "query", "name": "api_key",
        "description": "The same key where a browser can set no header: pictures, streams and the WebSocket only.",
      ]
    case .session:
      [
        "type": "apiKey", "in": "cookie", "name": .string(Credentials.cookie),
        "description": "A signed-in browser: `POST /auth/login` sets the cookie.",
      ]
    }
  }

  static func requirements(of operation: Operation) -> JSONValue {
    let schemes: [SecurityScheme] =
      switch operation.access {
      case .anyone: []
      case .session: [.session]
      case .permission, .identity: allCases.filter { $0 != .query || operation.takesKeyInQuery }
      }
    return .array(schemes.map { .object([$0.rawValue: []]) })
  }
}
