import TestKit
import Testing
import Wire

/// The service describes itself (contract, section 7).
struct OpenAPITests {
  @Test("The document is at both places, for anybody, the same as the command prints, and never enveloped")
  func theDocumentIsServed() async throws {
    let service = try await ServiceProcess.start()
    let nobody = HTTPClient(port: service.port)
    let printed = try JSONParser.parse(
      try await service.run(["openapi"]).utf8, limits: .init(bytes: 8 << 20, depth: 64))
    for path in ["/openapi.json", "/api/v1/openapi.json", "/openapi.json?format=envelope"] {
      let answer = try nobody.get(path)
      #expect(answer.status == 200 && answer.headers["content-type"] == "application/json")
      #expect(answer.headers["content-length"] == String(answer.body.count))
      #expect(try JSONParser.parse(answer.body, limits: .init(bytes: 8 << 20, depth: 64)) == printed)
      let tag = try #require(answer.headers["etag"])
      #expect(try nobody.get(path, headers: ["If-None-Match": "\"other\", \(tag)"]).status == 304)
      let packed = try nobody.get(path, headers: ["Accept-Encoding": "gzip"])
      #expect(packed.headers["content-encoding"] == "gzip" && packed.body.count < answer.body.count / 5)
      #expect(packed.headers["vary"]?.contains("Accept-Encoding") == true)
      let head = try nobody.send("HEAD", path)
      #expect(head.body.isEmpty && head.headers["content-length"] == answer.headers["content-length"])
    }
    #expect(try await service.stop() == 0)
  }

  @Test("Every operation says all of itself")
  func everyOperationIsComplete() async throws {
    let document = try await Self.document()
    #expect(document["openapi"] == "3.1.0")
    let paths = try #require(document["paths"]?.object)
    #expect(paths["/api/v1/printers"]?["get"]?["operationId"] == "list_printers")
    #expect(paths["/api/v1/printers/{id}/status"]?["get"]?["operationId"] == "get_printer_status")
    var ids: Set<String> = []
    for (path, item) in paths {
      for (verb, operation) in try #require(item.object) {
        let what = "\(verb) \(path)"
        let id = try #require(operation["operationId"]?.string, "\(what)")
        #expect(ids.insert(id).inserted, "\(what)")
        #expect(operation["summary"]?.string?.isEmpty == false, "\(what)")
        #expect(operation["tags"]?.array?.count == 1, "\(what)")
        #expect(operation["x-permission"] != nil && operation["x-rate-class"] != nil, "\(what)")
        let isOpen = operation["x-permission"] == .null
        #expect(operation["security"]?.array?.isEmpty == isOpen, "\(what)")
        for parameter in operation["parameters"]?.array ?? [] where parameter["$ref"] == nil {
          #expect(parameter["schema"] != nil && parameter["example"] != nil, "\(what)")
          #expect(parameter["description"]?.string?.isEmpty == false, "\(what)")
        }
        let answers = try #require(operation["responses"]?.object)
        let isForAll = operation["x-permission"] == "identity"
        let guarded = ["400", "401", "421", "500", "503"] + (isForAll ? [] : ["403"])
        for status in isOpen ? ["400", "500"] : guarded {
          #expect(answers[status] != nil, "\(what) \(status)")
        }
        if let json = answers["200"]?["content"]?["application/json"], json["examples"] != nil {
          #expect(json["examples"]?["bare"] != nil && json["examples"]?["envelope"] != nil, "\(what)")
          #expect(json["schema"]?["anyOf"]?.array?.count == 2, "\(what)")
        }
      }
    }
  }

  @Test("Every reference in the document leads somewhere")
  func referencesAreThere() async throws {
    let document = try await Self.document()
    var missing: Set<String> = []
    func follow(_ json: JSONValue) {
      if let reference = json["$ref"]?.string {
        let place = reference.split(separator: "/").dropFirst().reduce(Optional(document)) { $0?[String($1)] }
        if place == nil { missing.insert(reference) }
      }
      for member in json.object?.values.map({ $0 }) ?? [] { follow(member) }
      for element in json.array ?? [] { follow(element) }
    }
    follow(document)
    #expect(missing.isEmpty)
  }

  @Test("Swagger UI and ReDoc are here for anybody, or a page that says how to get them; nothing comes from elsewhere")
  func documentationPages() async throws {
    let service = try await ServiceProcess.start()
    let nobody = HTTPClient(port: service.port)
    for (path, tool) in [("/docs", "swagger-ui-bundle.js"), ("/redoc", "redoc.standalone.js")] {
      let page = try nobody.get(path)
      #expect(page.status == 200 && page.headers["content-type"] == "text/html; charset=utf-8")
      let policy = try #require(page.headers["content-security-policy"])
      for word in ["default-src 'none'", "script-src 'self';", "connect-src 'self'", "frame-ancestors 'none'"] {
        #expect(policy.contains(word), "\(path)")
      }
      #expect(try nobody.get("\(path)/").body == page.body)
      #expect(!page.text.contains("http"), "\(path)")
      let packed = try nobody.get("/assets/docs/\(tool)", headers: ["Accept-Encoding": "gzip"])
      guard packed.status == 200 else {
        #expect(page.text.contains("Scripts/build"), "\(path)")
        continue
      }
      #expect(page.text.contains(tool) && packed.headers["content-encoding"] == "gzip")
      let plain = try nobody.get("/assets/docs/\(tool)")
      #expect(plain.headers["content-encoding"] == nil && plain.body.count > packed.body.count * 2)
      #expect(plain.headers["content-length"] == String(plain.body.count))
      let tag = try #require(plain.headers["etag"])
      #expect(try nobody.get("/assets/docs/\(tool)", headers: ["If-None-Match": tag]).status == 304)
    }
    #expect(try await service.stop() == 0)
  }

  private static func document() async throws -> JSONValue {
    let child = try ChildProcess(try ChildProcess.built("layerberry"), ["openapi"])
    #expect(try await child.wait(within: 30) == 0)
    return try JSONParser.parse(child.text.utf8, limits: .init(bytes: 8 << 20, depth: 64))
  }
}
