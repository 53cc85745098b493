import TestKit
import Testing
import Wire

/// Every operation against everybody who may ask, generated from what the service says of itself, and a list by hand of
/// what matters most (contract, section 3).
struct PermissionTests {
  private static let permissions = ["read", "queue", "control", "manage", "admin"]

  /// What the contract says, in its own words: not what the program says of itself.
  private static let sensitive: [(method: String, path: String, permission: String)] = [
    ("GET", "/api-keys", "admin"), ("POST", "/api-keys", "admin"), ("PATCH", "/api-keys/{id}", "admin"),
    ("DELETE", "/api-keys/{id}", "admin"), ("GET", "/printers/discover", "admin"), ("POST", "/printers", "admin"),
    ("PATCH", "/printers/{id}", "admin"), ("PUT", "/printers/{id}", "admin"), ("DELETE", "/printers/{id}", "admin"),
    ("POST", "/printers/{id}/trust", "admin"), ("PUT", "/settings", "admin"), ("PATCH", "/settings", "admin"),
    ("POST", "/board/buttons/{name}", "admin"), ("POST", "/printers/{id}/files", "manage"),
    ("DELETE", "/printers/{id}/files", "manage"), ("POST", "/printers/{id}/stop", "control"),
    ("POST", "/printers/{id}/gcode", "control"), ("POST", "/printers/{id}/temperature", "control"),
    ("POST", "/printers/{id}/print", "control"), ("POST", "/printers/{id}/connect", "control"),
    ("POST", "/printers/{id}/command", "control"), ("GET", "/printers", "read"), ("GET", "/printers/{id}", "read"),
    ("GET", "/printers/{id}/files/content", "read"), ("GET", "/system/info", "read"), ("GET", "/ws", "read"),
    ("GET", "/settings", "read"), ("POST", "/auth/logout", "session"), ("PUT", "/auth/password", "session"),
    ("GET", "/auth/me", "identity"), ("GET", "/smart-plugs", "read"), ("POST", "/smart-plugs", "admin"),
    ("PATCH", "/smart-plugs/{id}", "admin"), ("DELETE", "/smart-plugs/{id}", "admin"),
    ("POST", "/smart-plugs/{id}/on", "control"), ("POST", "/smart-plugs/{id}/off", "control"),
    ("POST", "/smart-plugs/{id}/toggle", "control"),
    ("GET", "/system/logs", "admin"), ("GET", "/system/support-bundle", "admin"), ("POST", "/system/backup", "admin"),
    ("POST", "/system/restore", "admin"), ("GET", "/system/backups/{id}/content", "admin"),
    ("GET", "/updates/check", "read"), ("GET", "/updates/status", "read"), ("POST", "/updates/apply", "admin"),
    ("GET", "/cloud/devices", "admin"), ("POST", "/cloud/login", "admin"), ("POST", "/cloud/logout", "admin"),
    ("POST", "/cloud/sync", "admin"), ("POST", "/cloud/templates", "admin"), ("POST", "/cloud/uploads", "admin"),
    ("GET", "/cloud/status", "read"), ("GET", "/cloud/tasks", "read"), ("GET", "/cloud/profiles", "read"),
  ]

  /// What needs no authentication, and nothing else does (contract, section 3).
  private static let free: Set<String> = [
    "GET /health", "GET /", "GET /docs", "GET /redoc", "GET /openapi.json", "POST /auth/login", "POST /pairing",
    "GET /pairing/{id}",
  ]

  private struct Described: Sendable {
    let method: String
    /// Below `/api/v1`, with its parameters' names; from the root where it does not lie there.
    let path: String
    let isAPI: Bool
    /// A permission, `session`, `identity`, or nil for everybody.
    let access: String?

    var name: String { "\(method) \(path)" }

    /// With the printer 1 where there is one, and what does not exist for all else.
    func target(id: String = "999999") -> String {
      let parts = path.split(separator: "/").map { part in
        part.hasPrefix("{") ? (part == "{id}" ? id : "9") : String(part)
      }
      return "\(isAPI ? "/api/v1" : "")/\(parts.joined(separator: "/"))?wait=0&path=/x"
    }
  }

  private func described(_ client: HTTPClient) throws -> [Described] {
    let document = try #require(client.get("/openapi.json").json)
    var all: [Described] = []
    for (path, item) in try #require(document["paths"]?.object) {
      for (method, operation) in item.object ?? [:] {
        guard let access = operation["x-permission"] else { continue }
        let isAPI = path.hasPrefix("/api/v1/")
        all.append(
          Described(
            method: method.uppercased(), path: isAPI ? String(path.dropFirst("/api/v1".count)) : path, isAPI: isAPI,
            access: access.string))
      }
    }
    return all.sorted { $0.name < $1.name }
  }

  @Test("What matters most needs what the contract says, and nothing else is free")
  func byHand() async throws {
    let service = try await ServiceProcess.start()
    let all = try described(try await service.client())
    for (method, path, permission) in Self.sensitive {
      let found = all.first { $0.method == method && $0.path == path }
      #expect(found?.access == permission, "\(method) \(path)")
    }
    for operation in all where operation.access == nil {
      #expect(Self.free.contains(operation.name) || operation.path.hasPrefix("/assets/"), "\(operation.name)")
    }
    #expect(try await service.stop() == 0)
  }

  @Test("Every operation lets in whom it declares, and nobody else", .timeLimit(.minutes(5)))
  func matrix() async throws {
    let service = try await ServiceProcess.start()
    let admin = try await service.client()
    let all = try described(admin)
    #expect(all.count > 50)
    func key(_ permissions: [String], _ more: [String: JSONValue] = [:]) throws -> HTTPClient {
      let grant = more.merging(["name": "matrix", "permissions": .array(permissions.map(JSONValue.string))]) { $1 }
      let made = try admin.send("POST", "/api/v1/api-keys", json: .object(grant))
      return HTTPClient(port: service.port, key: try #require(made.json?["key"]?.string))
    }
    for number in 1...2 {
      let added = try admin.send(
        "POST", "/api/v1/printers",
        json: [
          "name": "Printer", "ip_address": "192.0.2.1", "enabled": false, "access_code": "12345678",
          "serial_number": .string("01P00A00000000\(number)"),
        ])
      #expect(added.status == 201)
    }
    let only = Dictionary(uniqueKeysWithValues: try Self.permissions.map { ($0, try key([$0])) })
    let allBut = Dictionary(
      uniqueKeysWithValues: try Self.permissions.map { left in (left, try key(Self.permissions.filter { $0 != left })) }
    )
    let nobody = HTTPClient(port: service.port)
    let wrong = HTTPClient(port: service.port, key: "lb_" + String(repeating: "A", count: 43))
    let expired = try key(Self.permissions, ["expires_at": "2026-01-02T00:00:00Z"])
    let foreign = try key(Self.permissions.filter { $0 != "admin" }, ["printer_ids": [2]])
    var browser = SignInTests.Browser(port: service.port)
    let password = try SignInTests.firstPassword(service)
    _ = try browser.signIn(password)

    func status(_ operation: Described, _ client: HTTPClient, id: String = "999999", cookie: String? = nil) throws
      -> Int
    {
      let body = operation.method == "GET" ? [] : Array("[]".utf8)
      var headers = operation.method == "GET" ? [:] : ["Content-Type": "application/json"]
      if let cookie { headers["Cookie"] = cookie }
      return try client.send(operation.method, operation.target(id: id), body: body, headers: headers).status
    }
    func expect(_ operation: Described, _ client: HTTPClient, _ expected: Int?, _ who: String) throws {
      let found = try status(operation, client)
      let fits = expected.map { found == $0 } ?? ![401, 403].contains(found)
      #expect(fits, "\(operation.name) by \(who): \(found)")
    }
    for operation in all where operation.access != nil {
      try expect(operation, nobody, 401, "nobody")
      try expect(operation, wrong, 401, "a wrong key")
      try expect(operation, expired, 401, "an expired key")
      for (permission, client) in only {
        let expected: Int? =
          switch operation.access {
          case permission, "identity": nil
          default: 403
          }
        try expect(operation, client, expected, "a key with \(permission) only")
      }
      if let needed = operation.access, let client = allBut[needed] {
        try expect(operation, client, 403, "a key with all but \(needed)")
      }
      let path = operation.path
      if path.hasPrefix("/printers/{id}") {
        // It is as if there were no such printer; a body that is none may be refused before.
        let found = try status(operation, foreign, id: "1")
        let missing = try status(operation, foreign)
        let fits = operation.access == "admin" ? found == 403 : [404, 400].contains(found) && found == missing
        #expect(fits, "\(operation.name) by a key for another printer: \(found)")
      }
      if path != "/auth/logout" {
        let found = try status(operation, nobody, cookie: browser.cookie)
        #expect(![401, 403].contains(found), "\(operation.name) by a signed-in person: \(found)")
      }
    }
    for operation in all where operation.access == nil {
      try expect(operation, nobody, nil, "nobody")
      try expect(operation, wrong, nil, "a wrong key")
    }
    #expect(try admin.send("PATCH", "/api/v1/settings", json: ["auth.mode": "open"]).status == 200)
    for operation in all where operation.access != nil {
      let needsSomebody = operation.access == "admin" || operation.access == "session"
      try expect(operation, nobody, needsSomebody ? 401 : nil, "nobody in open mode")
    }
    #expect(try await service.stop() == 0)
  }
}
