import TestKit
import Testing
import Wire

/// `/settings` (contract, section 5).
struct SettingsTests {
  @Test("They read flat; with details each says its type, range, default, sentence and whether it is pinned")
  func reading() async throws {
    let service = try await ServiceProcess.start()
    let client = try await service.client("read")
    let flat = try client.get("/api/v1/settings")
    #expect(flat.status == 200 && flat.json?["auth.mode"] == "required" && flat.json?["api.cors_origins"] == [])
    let details = try #require(client.get("/api/v1/settings?details=true").json?.object)
    #expect(Set(details.keys) == Set(flat.json?.object?.keys.map { $0 } ?? []))
    for (name, detail) in details {
      for field in ["value", "type", "range", "default", "description", "pinned"] {
        #expect(detail[field] != nil, "\(name) \(field)")
      }
      #expect(detail["pinned"] == .bool(name.hasPrefix("rate_limit.")), "\(name)")
    }
    #expect(details["auth.mode"]?["range"] == ["required", "open"])
    #expect(details["http.connections_per_address"]?["range"] == [1, 4096])
    #expect(try client.get("/api/v1/settings?details=perhaps").status == 400)
    let envelope = try client.get("/api/v1/settings?format=envelope").json
    #expect(envelope?["data"]?["auth.mode"] == "required")
    #expect(try await service.stop() == 0)
  }

  @Test(
    "A change is all or nothing, is kept over a kill, and null goes back to the default", arguments: ["PUT", "PATCH"])
  func changing(method: String) async throws {
    let service = try await ServiceProcess.start()
    let client = try await service.client()
    func change(_ json: JSONValue) throws -> HTTPClient.Answer {
      try client.send(method, "/api/v1/settings", json: json)
    }
    let made = try change(["api.default_format": "envelope", "api.allowed_hosts": ["a.example"]])
    #expect(made.status == 200)
    let seen = try client.get("/api/v1/settings").json?["data"]
    #expect(seen?["api.default_format"] == "envelope" && seen?["log.level"] == "info")
    for (bad, named) in [
      (["api.default_format": "bare", "no.such": 1], "no.such"),
      (["log.level": "loud", "api.default_format": "bare"], "log.level"),
      (["http.connections_per_address": "5"], "http.connections_per_address"), (["auth.mode": true], "auth.mode"),
      (["http.connections_per_address": 0], "http.connections_per_address"),
      (["gcode.allow_all": 1], "gcode.allow_all"),
      (["api.cors_origins": ["*"]], "api.cors_origins"), (["api.allowed_hosts": "a.example"], "api.allowed_hosts"),
      (["api.trusted_proxies": [5]], "api.trusted_proxies"), (["": 1], "is no setting"),
    ] as [(JSONValue, String)] {
      let refused = try change(bad)
      #expect(refused.status == 400 && refused.text.contains(named), "\(bad): \(refused.text)")
    }
    #expect(try change(["rate_limit.read": 50, "api.default_format": "bare"]).status == 409)
    #expect(try client.get("/api/v1/settings").json?["data"]?["api.default_format"] == "envelope")
    service.process.signal(9)
    _ = try await service.process.wait()
    let next = try await ServiceProcess.start(in: service.folder, port: service.port)
    #expect(try client.get("/api/v1/settings").json?["data"]?["api.allowed_hosts"] == ["a.example"])
    #expect(try change(["api.default_format": .null, "rate_limit.read": 0]).status == 200)
    #expect(try client.get("/api/v1/settings").json?["api.default_format"] == "bare")
    #expect(try change([:]).status == 200)
    #expect(try client.send(method, "/api/v1/settings", json: []).status == 400)
    #expect(try await next.stop() == 0)
  }

  @Test("In the open mode nobody needs a key but for what is for admin; a wrong key is refused all the same")
  func openMode() async throws {
    let service = try await ServiceProcess.start()
    let admin = try await service.client()
    let nobody = HTTPClient(port: service.port)
    #expect(try nobody.get("/api/v1/printers").status == 401)
    #expect(try admin.send("PATCH", "/api/v1/settings", json: ["auth.mode": "open"]).status == 200)
    #expect(try nobody.get("/api/v1/printers").status == 200)
    #expect(try nobody.get("/api/v1/auth/me").json?["kind"] == "open")
    #expect(try nobody.send("POST", "/api/v1/printers/1/pause").status == 404)
    let socket = try WebSocketClient(port: service.port, cookie: nil)
    for (method, path) in [
      ("GET", "/api-keys"), ("POST", "/printers"), ("PATCH", "/settings"), ("POST", "/board/buttons/main"),
      ("GET", "/printers/discover"), ("POST", "/auth/logout"), ("PUT", "/auth/password"),
    ] { #expect(try nobody.send(method, "/api/v1\(path)").status == 401, "\(method) \(path)") }
    #expect(try HTTPClient(port: service.port, key: "lb_wrong").get("/api/v1/printers").status == 401)
    #expect(
      try HTTPClient(port: service.port, key: try await service.key("control")).get("/api/v1/printers").status == 403)
    #expect(try admin.send("PATCH", "/api/v1/settings", json: ["auth.mode": "required"]).status == 200)
    #expect(try socket.closeCode() == 1008)
    #expect(try nobody.get("/api/v1/printers").status == 401)
    #expect(try await service.stop() == 0)
  }
}
