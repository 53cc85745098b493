import TestKit
import Testing
import Wire

/// The log of a busy run: one line a request, bounded, and nothing in it that lets anybody in.
struct AccessLogTests {
  @Test("No key, password, cookie or pairing is in the log, whatever is asked and at whatever level")
  func secretsStayOut() async throws {
    let service = try await ServiceProcess.start(arguments: ["--log-level", "trace"])
    let admin = try await service.client()
    let first = try SignInTests.firstPassword(service)
    var browser = SignInTests.Browser(port: service.port)
    let next = "the next password 4711"
    _ = try browser.signIn("wrong password 0815")
    #expect(try browser.signIn(first).status == 200)
    let change: JSONValue = ["current": .string(first), "new": .string(next)]
    #expect(try browser.send("PUT", "/auth/password", json: change).status == 200)
    let key = try #require(admin.key)
    let made = try admin.send("POST", "/api/v1/api-keys", json: ["name": "new", "permissions": ["read"]])
    let other = try #require(made.json?["key"]?.string)
    _ = try WebSocketClient(port: service.port, key: key)
    #expect(throws: TestKitError.self) { try WebSocketClient(port: service.port, key: "lb_wrongkey0815") }
    _ = try admin.get("/api/v1/printers?api_key=\(other)&api%5fkey=\(other)&password=\(other)")
    _ = try admin.get("/api/v1/printers", headers: ["Authorization": "Bearer \(other)"])
    let pairing = try admin.send("POST", "/api/v1/pairing", json: ["name": "tablet"])
    let id = try #require(pairing.json?["id"]?.string)
    for path in ["/api/v1/pairing/\(id)", "/api/v1/pairing/\(id)/", "/api/v1/pairing/\(id)/x"] {
      _ = try admin.get(path)
    }
    for bytes in ["{\"password\":\"\(next)\"", "\(next)", "[\"\(next)\"]"] {
      let answer = try admin.send(
        "POST", "/api/v1/auth/login", body: Array(bytes.utf8), headers: ["Content-Type": "application/json"])
      #expect(answer.status == 400 && !answer.text.contains(next))
    }
    #expect(try await service.stop() == 0)
    let log = service.process.text.split(separator: "\n").filter { !$0.hasPrefix("first password: ") }
      .joined(separator: "\n")
    let cookie = String(try #require(browser.cookie).dropFirst("layerberry_session=".count))
    for secret in [key, other, first, next, cookie, id, "wrong password 0815", "lb_wrongkey0815"] {
      #expect(!log.contains(secret), "\(secret.prefix(6))…")
    }
    #expect(
      log.contains("access: POST /api/v1/auth/login 401") && log.contains("access: GET /api/v1/ws?api_key=••• 101"))
  }

  @Test("Plain reading is told at debug, changes and refusals at info, and a flood is cut short")
  func levels() async throws {
    let service = try await ServiceProcess.start()
    let client = try await service.client()
    for _ in 0..<3 { _ = try client.get("/api/v1/printers") }
    for level in ["error", "info"] {
      _ = try client.send("PATCH", "/api/v1/settings", json: ["log.level": .string(level)])
      _ = try HTTPClient(port: service.port).get("/api/v1/printers?at=\(level)")
    }
    for _ in 0..<200 { _ = try HTTPClient(port: service.port).get("/api/v1/printers?refused=1") }
    #expect(try await service.stop() == 0)
    let lines = service.process.text.split(separator: "\n").filter { $0.contains("access: ") }
    #expect(lines.contains { $0.contains("?at=info 401") } && !lines.contains { $0.contains("?at=error") })
    #expect(!lines.contains { $0.contains("GET /api/v1/printers 200") })
    let refused = lines.filter { $0.contains("GET /api/v1/printers?refused=1 401") }
    // A minute may turn while the requests run.
    #expect((100...200).contains(refused.count) && refused.count < 200 || lines.contains { $0.contains("left out") })
  }
}
