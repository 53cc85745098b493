import TestKit
import Testing
import Wire

/// Both formats of every answer, and what all answers carry (contract, section 1).
struct PresentationTests {
  private static func withPrinters(_ count: Int, _ body: (HTTPClient) throws -> Void) async throws {
    let service = try await ServiceProcess.start()
    let client = try await service.client()
    for number in 1...count {
      let answer = try client.send(
        "POST", "/api/v1/printers",
        json: [
          "name": .string("Printer \(number)"), "ip_address": "192.0.2.1", "enabled": false,
          "serial_number": .string("01P00A00000000\(number)"), "access_code": "12345678",
        ])
      try #require(answer.status == 201)
    }
    try body(client)
    #expect(try await service.stop() == 0)
  }

  private static let envelope = ["X-Response-Format": "envelope"]

  @Test(
    "A value is bare by default, and in an envelope where the header or the query asks; the header's word counts first")
  func formatsOfAValue() async throws {
    try await Self.withPrinters(1) { client in
      let path = "/api/v1/printers/1"
      let bare = try client.get(path)
      #expect(bare.json?["id"] == 1 && bare.json?["success"] == nil)
      let inEnvelope: JSONValue = ["success": true, "data": bare.json ?? .null]
      #expect(try client.get(path, headers: Self.envelope).json == inEnvelope)
      #expect(try client.get("\(path)?format=envelope").json == inEnvelope)
      #expect(try client.get("\(path)?format=bare", headers: Self.envelope).json == inEnvelope)
      #expect(try client.get("\(path)?format=envelope", headers: ["X-Response-Format": "bare"]).json == bare.json)
      #expect(try client.get("\(path)?format=nonsense", headers: ["X-Response-Format": "bare"]).status == 400)
      #expect(try client.get("\(path)?format=nonsense", headers: Self.envelope).json?["code"] == "INVALID_REQUEST")
      let created = try client.send(
        "POST", "/api/v1/printers?format=envelope",
        json: [
          "name": "New", "ip_address": "192.0.2.1", "serial_number": "01P00A000000099", "access_code": "1",
          "enabled": false,
        ])
      #expect(created.status == 201 && created.headers["location"] == "/api/v1/printers/2")
      #expect(created.json?["success"] == true && created.json?["data"]?["name"] == "New")
    }
  }

  @Test("A list is a bare array with its figures in headers, or has its pagination in the envelope")
  func formatsOfAList() async throws {
    try await Self.withPrinters(5) { client in
      let path = "/api/v1/printers"
      let all = try client.get(path)
      #expect(all.json?.array?.count == 5)
      #expect(all.headers["x-total-count"] == "5")
      let whole = "<\(path)?limit=500&offset=0>"
      #expect(all.headers["link"] == "\(whole); rel=\"first\", \(whole); rel=\"last\"")
      let part = try client.get("\(path)?limit=2&offset=2")
      #expect(part.json?.array?.map { $0["id"] ?? .null } == [3, 4])
      #expect(part.headers["x-total-count"] == "5")
      #expect(
        part.headers["link"] == """
          <\(path)?limit=2&offset=0>; rel="first", <\(path)?limit=2&offset=0>; rel="prev", \
          <\(path)?limit=2&offset=4>; rel="next", <\(path)?limit=2&offset=4>; rel="last"
          """)
      let filtered = try client.get("\(path)?limit=2&format=bare&x=%2F")
      #expect(
        filtered.headers["link"]?.contains("<\(path)?format=bare&x=%2F&limit=2&offset=2>; rel=\"next\"") == true)
      let page = try client.get("\(path)?page=2&per_page=2")
      #expect(page.json == part.json && page.headers["link"] == part.headers["link"])
      #expect(try client.get("\(path)?offset=9").json == [])
      let enveloped = try client.get("\(path)?limit=2&offset=3", headers: Self.envelope)
      #expect(enveloped.json?["success"] == true && enveloped.json?["data"]?.array?.count == 2)
      // The page of an offset between two pages is rounded down.
      #expect(enveloped.json?["pagination"] == ["total": 5, "page": 2, "per_page": 2])
    }
  }

  @Test("An error is shown in the format that was asked for; a wrong format in bare form")
  func formatsOfAnError() async throws {
    try await Self.withPrinters(1) { client in
      let path = "/api/v1/printers/77"
      let bare = try client.get(path)
      #expect(bare.status == 404 && bare.json?["code"] == "PRINTER_NOT_FOUND" && bare.json?["success"] == nil)
      let enveloped = try client.get(path, headers: Self.envelope)
      #expect(enveloped.status == 404)
      #expect(
        enveloped.json == [
          "success": false,
          "error": ["code": "PRINTER_NOT_FOUND", "message": bare.json?["detail"] ?? .null],
        ])
      let nobody = HTTPClient(port: client.port)
      #expect(try nobody.get("/api/v1/printers?format=envelope").json?["error"]?["code"] == "UNAUTHORIZED")
      #expect(try client.get("/api/v1/nothing?format=envelope").json?["error"]?["code"] == "NOT_FOUND")
      let wrong = try client.get("/api/v1/printers", headers: ["X-Response-Format": "yaml"])
      #expect(wrong.status == 400 && wrong.json?["detail"]?.string?.contains("X-Response-Format") == true)
    }
  }

  @Test("What is refused at its head is shown as it was asked for, and counts")
  func earlyRefusals() async throws {
    let service = try await ServiceProcess.start(hasRateLimits: true)
    func answer(_ line: String, _ fields: String = "") throws -> HTTPClient.Answer {
      let connection = try Connection(port: service.port)
      let host = fields.contains("Host:") ? "" : "Host: localhost\r\n"
      try connection.write(Array("\(line) HTTP/1.1\r\n\(host)\(fields)Connection: close\r\n\r\n".utf8))
      return try HTTPClient.parse(try connection.readAll())
    }
    let long = "/api/v1/printers?x=" + String(repeating: "a", count: 9000)
    let host = "Host: evil.example\r\n"
    for (line, fields, status, code) in [
      ("GET /api/v1/%zz", "", 400, "INVALID_REQUEST"), ("GET \(long)", "", 414, "INVALID_REQUEST"),
      ("GET /api/v1/printers", host, 421, "FORBIDDEN"), ("BREW /api/v1/printers", "", 405, "METHOD_NOT_ALLOWED"),
      ("TRACE /api/v1/printers", "", 405, "METHOD_NOT_ALLOWED"), ("BREW /api/v1/nothing", "", 404, "NOT_FOUND"),
      ("POST /api/v1/printers", "Transfer-Encoding: gzip\r\n", 501, "METHOD_NOT_ALLOWED"),
    ] {
      let bare = try answer(line, fields)
      #expect(bare.status == status && bare.json?["code"]?.string == code, "\(line.prefix(40)): \(bare.text)")
      #expect(bare.headers["x-ratelimit-limit"] != nil, "\(line.prefix(40))")
      let asked = try answer(line, fields + "X-Response-Format: envelope\r\n")
      #expect(asked.status == status && asked.json?["success"] == false, "\(line.prefix(40)): \(asked.text)")
      #expect(asked.json?["error"]?["code"]?.string == code, "\(line.prefix(40))")
      if status == 405 {
        #expect(bare.headers["allow"] == "GET, HEAD, POST, OPTIONS")
        #expect(bare.json?["detail"]?.string?.hasSuffix("not \(line.prefix { $0 != " " }).") == true, "\(bare.text)")
      }
    }
    #expect(try answer("GET /api/v1/%zz?format=envelope").json?["success"] == false)
    #expect(try answer("GET /%zz").headers["x-ratelimit-limit"] == nil)
    #expect(try answer("HEAD /api/v1/%zz").body.isEmpty)
    #expect(try await service.stop() == 0)
  }

  @Test("The setting chooses where nobody asks, and a file can pin it")
  func theSettingChooses() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("[settings]\napi.default_format = envelope\n", as: "layerberry.conf")
    let service = try await ServiceProcess.start(in: folder, arguments: ["--config", file])
    let client = try await service.client()
    #expect(try client.get("/api/v1/printers").json?["success"] == true)
    #expect(try client.get("/api/v1/printers?format=bare").json == [])
    #expect(try client.get("/api/v1/printers", headers: ["X-Response-Format": "bare"]).json == [])
    #expect(try await service.stop() == 0)
  }

  @Test("Every answer carries its length, Vary and the safety headers")
  func headersOfEveryAnswer() async throws {
    try await Self.withPrinters(1) { client in
      let nobody = HTTPClient(port: client.port)
      let answers = [
        try client.get("/api/v1/printers"), try client.get("/api/v1/printers/1/status"), try client.get("/health"),
        try client.get("/nothing"), try nobody.get("/api/v1/printers"), try client.send("DELETE", "/api/v1/printers"),
        try client.send("DELETE", "/api/v1/printers/1"),
      ]
      for answer in answers {
        #expect(answer.headers["content-type"] == "application/json")
        #expect(answer.headers["content-length"] == String(answer.body.count))
        #expect(answer.headers["transfer-encoding"] == nil)
        #expect(answer.headers["vary"]?.contains("X-Response-Format") == true)
        #expect(answer.headers["x-content-type-options"] == "nosniff")
        #expect(answer.headers["referrer-policy"] == "no-referrer")
        #expect(answer.headers["cross-origin-resource-policy"] == "same-origin")
      }
    }
  }

  @Test("A trailing slash is the same resource; HEAD and OPTIONS work where GET does")
  func slashHeadAndOptions() async throws {
    try await Self.withPrinters(1) { client in
      for path in [
        "/api/v1/printers", "/api/v1/printers/1", "/api/v1/printers/1/status", "/api/v1/system/info", "/health",
      ] {
        let answer = try client.get(path)
        let slashed = try client.get("\(path)/")
        #expect(slashed.status == 200, "\(path)/")
        if !path.hasSuffix("info") { #expect(slashed.json == answer.json, "\(path)/") }
        let head = try client.send("HEAD", path)
        #expect(head.status == 200 && head.body.isEmpty, "HEAD \(path)")
        if !path.hasSuffix("info") {
          #expect(head.headers["content-length"] == answer.headers["content-length"], "HEAD \(path)")
        }
        #expect(head.headers["x-total-count"] == answer.headers["x-total-count"], "HEAD \(path)")
        let options = try HTTPClient(port: client.port).send("OPTIONS", path)
        #expect(options.status == 204 && options.body.isEmpty, "OPTIONS \(path)")
        #expect(options.headers["allow"]?.contains("GET") == true, "OPTIONS \(path)")
      }
      #expect(try HTTPClient(port: client.port).send("HEAD", "/api/v1/printers").status == 401)
      // A path that is one resource has nothing of another that has a parameter there.
      let named = try client.send("OPTIONS", "/api/v1/printers/discover")
      #expect(named.headers["allow"] == "GET, HEAD, OPTIONS")
      #expect(try client.send("DELETE", "/api/v1/printers/discover").status == 405)
    }
  }

  @Test("Old and small clients are answered: HTTP/1.0, no Host port, an empty JSON body where none is due")
  func oldClients() async throws {
    try await Self.withPrinters(1) { client in
      let connection = try Connection(port: client.port)
      try connection.write(Array("GET /health HTTP/1.0\r\n\r\n".utf8))
      let old = String(decoding: try connection.readAll(), as: UTF8.self)
      #expect(old.hasPrefix("HTTP/1.") && old.contains(" 200 ") && old.hasSuffix("}"))
      let plain = try Connection(port: client.port)
      try plain.write(
        Array("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8))
      #expect(String(decoding: try plain.readAll(), as: UTF8.self).hasPrefix("HTTP/1.1 200"))
      let empty = try client.send(
        "POST", "/api/v1/printers/1/disconnect", body: [], headers: ["Content-Type": "application/json"])
      #expect(empty.status == 200)
    }
  }
}
