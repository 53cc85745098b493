import HTTPServer
import Wire

/// The OpenAPI 3.1 document of these operations (contract, section 7): everything in it comes from their declarations.
package struct OpenAPIDocument {
  private let operations: [Operation]
  private let version: String
  private let catalogue: ObjectCatalogue

  /// - Parameter operations: those outside of the API, which browsers show, are left out.
  package init(operations: [Operation], version: String) {
    let operations = operations.filter { $0.base == .api }
    self.operations = operations
    self.version = version
    catalogue = ObjectCatalogue(operations)
  }

  package var bytes: [UInt8] {
    var json = JSONWriter(reserving: 1 << 19)
    json.beginObject()
    json.key("openapi")
    json.write("3.1.0")
    json.key("info")
    json.write(["title": "Layerberry", "version": .string(version), "description": .string(Self.introduction)])
    json.key("servers")
    json.write([["url": "/", "description": "The service that this document comes from."]])
    json.key("tags")
    json.beginArray()
    for topic in Topic.allCases where operations.contains(where: { $0.topic == topic }) {
      json.write(["name": .string(topic.rawValue), "description": .string(topic.note)])
    }
    json.endArray()
    json.key("paths")
    writePaths(to: &json)
    json.key("components")
    ComponentWriter(catalogue: catalogue, operations: operations).write(to: &json)
    json.endObject()
    return json.bytes
  }

  private func writePaths(to json: inout JSONWriter) {
    var paths: [String] = []
    var entries: [String: [(operation: Operation, id: String)]] = [:]
    func add(_ path: String, _ operation: Operation, _ id: String) {
      if entries[path] == nil { paths.append(path) }
      entries[path, default: []].append((operation, id))
    }
    for operation in operations {
      add(apiBase + operation.path, operation, operation.id)
      for alias in operation.aliases { add(alias, operation, "\(operation.id)_at_root") }
    }
    let writer = OperationWriter(catalogue: catalogue)
    json.beginObject()
    for path in paths {
      json.key(text: path)
      json.beginObject()
      for (operation, id) in entries[path] ?? [] {
        json.key(text: operation.verb.rawValue.lowercased())
        writer.write(operation, id: id, to: &json)
      }
      json.endObject()
    }
    json.endObject()
  }

  private static let introduction = """
    A small appliance for Bambu Lab printers.

    **Keys.** Send an API key as `X-API-Key` or as a bearer token. Each operation needs exactly one permission \
    (`x-permission`), and none implies another; a person who has signed in has all of them. `session` is for a signed-in \
    person only, `identity` for whoever has a key or session.

    **Formats.** An answer comes bare, or in an envelope `{"success", "data"}` where the header \
    `X-Response-Format: envelope` or the query `format=envelope` asks for it; the header counts before the query, and the \
    query before the setting `api.default_format`. Lists have their figures in the headers `X-Total-Count` and `Link`, or \
    in the envelope's `pagination`.

    **Limits.** Each operation counts on a class (`x-rate-class`); the headers `X-RateLimit-*` say how much is left.

    **Unchanged things.** Answers to `GET` have an `ETag`; `If-None-Match` gives 304. `HEAD` works wherever `GET` does.
    """
}
