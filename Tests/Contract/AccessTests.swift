import Model
import TestKit
import Testing
import Wire

/// Who gets in: nothing is served without a key, and each operation asks for exactly one permission.
struct AccessTests {
  private static let everything = ["read", "queue", "control", "manage", "admin"]

  private static let operations: [(method: String, path: String, permission: String)] = [
    ("GET", "/printers", "read"),
    ("POST", "/printers", "admin"),
    ("GET", "/printers/1", "read"),
    ("PATCH", "/printers/1", "admin"),
    ("PUT", "/printers/1", "admin"),
    ("GET", "/printers/1/status", "read"),
    ("POST", "/printers/1/connect", "control"),
    ("POST", "/printers/1/disconnect", "control"),
    ("POST", "/printers/1/refresh-status", "control"),
    ("POST", "/printers/1/trust", "admin"),
    ("GET", "/api-keys", "admin"),
    ("POST", "/api-keys", "admin"),
    ("GET", "/api-keys/999", "admin"),
    ("PATCH", "/api-keys/999", "admin"),
    ("PUT", "/api-keys/999", "admin"),
    ("DELETE", "/api-keys/999", "admin"),
    ("GET", "/system/info", "read"),
    ("GET", "/ws", "read"),
    ("DELETE", "/printers/1", "admin"),
  ]

  @Test("Every operation but health asks for a key with its one permission")
  func everyOperationAsksForItsPermission() async throws {
    let service = try await ServiceProcess.start()
    let admin = try await service.client("admin")
    try Self.addPrinter(admin, 1)
    var clients: [String: (with: HTTPClient, without: HTTPClient)] = [:]
    for permission in Self.everything {
      clients[permission] = (
        with: try Self.client(admin, [permission]),
        without: try Self.client(admin, Self.everything.filter { $0 != permission })
      )
    }
    for (method, path, permission) in Self.operations {
      let what = "\(method) \(path)"
      let path = "/api/v1\(path)"
      var nobody = HTTPClient(port: service.port)
      try expect(nobody, method, path, 401, "UNAUTHORIZED", what)
      nobody.key = "lb_" + String(repeating: "A", count: 43)
      try expect(nobody, method, path, 401, "UNAUTHORIZED", "\(what) with an unknown key")
      nobody.key = ""
      try expect(nobody, method, path, 401, "UNAUTHORIZED", "\(what) with an empty key")
      let client = try #require(clients[permission])
      try expect(client.without, method, path, 403, "FORBIDDEN", "\(what) without \(permission)")
      let status = try client.with.send(method, path).status
      #expect(![401, 403].contains(status), "\(what) with \(permission): \(status)")
    }
    for path in ["/health", "/api/v1/health"] {
      #expect(try HTTPClient(port: service.port).get(path).status == 200)
    }
    #expect(try await service.stop() == 0)
  }

  private func expect(
    _ client: HTTPClient, _ method: String, _ path: String, _ status: Int, _ code: String, _ what: String
  ) throws {
    let answer = try client.send(method, path)
    #expect(answer.status == status, "\(what)")
    #expect(answer.json?["code"]?.string == code, "\(what)")
    if status == 401 { #expect(answer.headers["www-authenticate"] != nil, "\(what)") }
  }

  @Test("A key comes in X-API-Key or as a bearer token; in the query on the WebSocket only")
  func waysToPresentAKey() async throws {
    let service = try await ServiceProcess.start()
    let key = try await service.key("read")
    let client = HTTPClient(port: service.port)
    let path = "/api/v1/printers"
    #expect(try client.get(path, headers: ["X-API-Key": key]).status == 200)
    #expect(try client.get(path, headers: ["Authorization": "Bearer \(key)"]).status == 200)
    #expect(try client.get(path, headers: ["authorization": "bearer \(key)"]).status == 200)
    #expect(try client.get(path, headers: ["Authorization": "Basic \(key)"]).status == 401)
    #expect(try client.get("\(path)?api_key=\(key)").status == 401)
    _ = try WebSocketClient(port: service.port, key: key)
    #expect(throws: TestKitError.self) { try WebSocketClient(port: service.port, key: "lb_wrong") }
    #expect(try await service.stop() == 0)
  }

  @Test("To a key with printers of its own the others do not exist")
  func foreignPrintersDoNotExist() async throws {
    let service = try await ServiceProcess.start()
    let admin = try await service.client()
    for number in 1...3 { try Self.addPrinter(admin, number) }
    let some = try Self.client(admin, ["read", "control"], printers: [1, 3])
    let none = try Self.client(admin, ["read", "control"], printers: [])
    let list = try some.get("/api/v1/printers")
    #expect(list.json?.array?.map { $0["id"] ?? .null } == [1, 3])
    #expect(list.headers["x-total-count"] == "2")
    #expect(try none.get("/api/v1/printers").json == [])
    let ways = [
      ("GET", ""), ("GET", "/status"), ("POST", "/connect"), ("POST", "/disconnect"), ("POST", "/refresh-status"),
    ]
    for (method, tail) in ways {
      let foreign = try some.send(method, "/api/v1/printers/2\(tail)")
      let missing = try some.send(method, "/api/v1/printers/4\(tail)")
      #expect(foreign.status == 404 && foreign.json?["code"] == "PRINTER_NOT_FOUND", "\(method) \(tail)")
      #expect(foreign.text.split(separator: "2") == missing.text.split(separator: "4"), "\(method) \(tail)")
    }
    #expect(try some.get("/api/v1/printers/3/status").status == 200)
    let socket = try WebSocketClient(port: service.port, key: some.key ?? "")
    var seen: [JSONValue] = []
    try socket.send(["type": "ping"])
    _ = try socket.next { message in
      if message["type"] == "printer_state" { seen.append(message["printer_id"] ?? .null) }
      return message["type"] == "pong"
    }
    #expect(seen == [1, 3])
    // A change of a printer that does not exist for it is not told either.
    for id in [2, 3] { _ = try admin.send("PATCH", "/api/v1/printers/\(id)", json: ["name": "Renamed"]) }
    let told = try socket.next { $0["type"] == "printer_state" }
    #expect(told["printer_id"] == 3)
    let mixed = try admin.send(
      "POST", "/api/v1/api-keys", json: ["name": "mixed", "permissions": ["admin"], "printer_ids": [1]])
    #expect(mixed.status == 400 && mixed.text.contains("permissions"))
    #expect(try await service.stop() == 0)
  }

  @Test("A key that the command makes or deletes is heeded within a second, by open WebSockets too")
  func commandsAreHeeded() async throws {
    let service = try await ServiceProcess.start()
    let admin = try await service.client()
    let made = HTTPClient(port: service.port, key: try await service.key("read"))
    #expect(try made.get("/api/v1/printers").status == 200)
    let socket = try WebSocketClient(port: service.port, key: made.key ?? "")
    let keys = try #require(admin.get("/api/v1/api-keys").json?.array)
    let ids = keys.compactMap { $0["id"]?.number }.map { Int64($0) }
    let id = try #require(ids.max())
    let clock = ContinuousClock()
    let deletedAt = clock.now
    _ = try await service.run(["key", "delete", "--data", "\(service.folder.path)/data", String(id)])
    #expect(try socket.closeCode() == 1008)
    let closedAfter = clock.now - deletedAt
    // The command itself takes its time on a busy machine; the second counts from its end.
    #expect(closedAfter < .seconds(5), "closed after \(closedAfter)")
    try await eventually(within: 2, "the deleted key is refused") {
      try made.get("/api/v1/printers").status == 401 ? true : nil
    }
    #expect(try await service.stop() == 0)
  }

  @Test(
    "A key that is deleted, narrowed or over closes its WebSockets with 1008",
    arguments: ["DELETE", "PATCH", "permission", "expiry"])
  func endedKeysCloseWhatTheyOpened(how: String) async throws {
    let service = try await ServiceProcess.start()
    let admin = try await service.client()
    try Self.addPrinter(admin, 1)
    var grant: [String: JSONValue] = ["name": "viewer", "permissions": ["read", "queue"]]
    if how == "expiry" { grant["expires_at"] = .string(try Self.time(admin, plus: 3)) }
    let answer = try admin.send("POST", "/api/v1/api-keys", json: .object(grant))
    let key = try #require(answer.json?["key"]?.string)
    let path = try #require(answer.headers["location"])
    let client = HTTPClient(port: service.port, key: key)
    #expect(try client.get("/api/v1/printers").status == 200)
    let socket = try WebSocketClient(port: service.port, key: key)
    switch how {
    case "DELETE": #expect(try admin.send("DELETE", path).status == 200)
    case "PATCH": #expect(try admin.send("PATCH", path, json: ["printer_ids": []]).status == 200)
    case "permission":
      // One that the WebSocket does not need.
      #expect(try admin.send("PATCH", path, json: ["permissions": ["read"]]).status == 200)
    default: break
    }
    #expect(try socket.closeCode() == 1008)
    let after = try client.get("/api/v1/printers")
    #expect(after.status == (["PATCH", "permission"].contains(how) ? 200 : 401))
    if how == "PATCH" { #expect(after.json == []) }
    #expect(try await service.stop() == 0)
  }

  @Test("The key itself is in the answer to its making and nowhere else")
  func theKeyIsShownOnce() async throws {
    let service = try await ServiceProcess.start()
    let admin = try await service.client()
    let made = try admin.send(
      "POST", "/api/v1/api-keys", json: ["name": "script", "permissions": ["read", "control"]])
    #expect(made.status == 201)
    let key = try #require(made.json?["key"]?.string)
    #expect(key.hasPrefix("lb_") && key.count >= 46)
    let path = try #require(made.headers["location"])
    let changed = try admin.send("PATCH", path, json: ["name": "other script"])
    #expect(changed.json?["name"] == "other script" && changed.json?["permissions"] == ["read", "control"])
    for answer in [try admin.get(path), try admin.get("/api/v1/api-keys"), changed, try admin.send("DELETE", path)] {
      #expect(answer.status == 200 && !answer.text.contains(key))
    }
    #expect(try admin.get(path).status == 404)
    #expect(!service.process.text.contains(key))
    #expect(try await service.stop() == 0)
  }

  // MARK: Helpers

  private static func addPrinter(_ client: HTTPClient, _ number: Int) throws {
    let answer = try client.send(
      "POST", "/api/v1/printers",
      json: [
        "name": .string("Printer \(number)"), "ip_address": "192.0.2.1", "enabled": false,
        "serial_number": .string("01P00A00000000\(number)"), "access_code": "12345678",
      ])
    try #require(answer.status == 201)
  }

  private static func client(
    _ admin: HTTPClient, _ permissions: [String], printers: [Int64]? = nil
  ) throws -> HTTPClient {
    var grant: [String: JSONValue] = ["name": "test", "permissions": .array(permissions.map(JSONValue.string))]
    if let printers { grant["printer_ids"] = .array(printers.map(JSONValue.int)) }
    let key = try #require(admin.send("POST", "/api/v1/api-keys", json: .object(grant)).json?["key"]?.string)
    return HTTPClient(port: admin.port, key: key)
  }

  /// The service's own time, a little later.
  private static func time(_ client: HTTPClient, plus seconds: Int) throws -> String {
    let now = try #require(client.get("/api/v1/system/info").json?["time"]?.string)
    return try #require(Timestamp(iso8601: now)).adding(seconds: Double(seconds)).description
  }
}
