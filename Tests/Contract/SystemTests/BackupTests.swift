import Glibc
import Model
import Simulator
import TestKit
import Testing
import Wire

/// `/system/backup`, `/system/restore` and the commands of these names (contract, sections 5 and 8).
@Suite("Backups", .serialized) struct BackupTests {
  private static let passphrase = "correct horse battery staple"
  /// What must be equal, value by value, where a backup was restored.
  private static let places = [
    "/printers", "/printers/1", "/printers/2", "/archives?limit=500", "/archives?deleted=true", "/archives/1",
    "/archives/2",
    "/archives/3", "/archives/3/plates", "/archives/1/photos", "/archives/5", "/archives/export", "/projects",
    "/projects/1", "/queue", "/queue/1", "/queue/2", "/smart-plugs", "/smart-plugs/1", "/notifications/providers",
    "/notifications/history", "/notifications/templates", "/notifications/templates/print_failed", "/settings",
    "/settings?details=true", "/settings/filaments", "/maintenance/types", "/maintenance/status", "/maintenance/log",
    "/statistics", "/api-keys", "/cloud/status", "/cloud/profiles", "/printers/1/timelapses", "/board/relays",
  ]

  /// What rightly differs at a place and below it, and why.
  private static let moving: [(place: String, members: Set<String>)] = [
    // The print goes on, and each service hears of it for itself, and notes that the plate is in use.
    ("/printers", ["current_print", "last_update", "updated_at"]),
    // Asked anew, and nobody answers at the address.
    ("/smart-plugs", ["state", "reachable", "reason"]),
    // Somebody wrote these while the backup was made and after it.
    ("/projects", ["description", "updated_at"]),
    // The use of a key is noted late.
    ("/api-keys", ["last_used_at"]),
  ]

  private static let files = [
    "/archives/1/download", "/archives/3/3mf", "/archives/3/thumbnail", "/archives/1/photos/1",
  ]

  private static let photo: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0] + FileStage.bytes(500) + [0xFF, 0xD9]

  private static func kept(_ client: HTTPClient, _ body: JSONValue?) async throws -> JSONValue {
    let begun = try client.send("POST", "/api/v1/system/backup", json: body)
    guard begun.status == 202, let place = begun.headers["location"] else { throw TestKitError(begun.text) }
    return try await eventually(within: 30, "the backup is made") { () -> JSONValue? in
      let state = try client.get(place).json
      guard state?["state"] != "failed" else { throw TestKitError("\(state ?? .null)") }
      return state?["state"] == "done" ? state : JSONValue?.none
    }
  }

  private static func number(_ backup: JSONValue) throws -> Int64 {
    guard case .int(let id)? = backup["id"] else { throw TestKitError("no number") }
    return id
  }

  private static func form(_ file: [UInt8], _ texts: [String: String]) -> (type: String, body: [UInt8]) {
    var body: [UInt8] = []
    for (name, text) in texts {
      body += Array("--b\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(text)\r\n".utf8)
    }
    body += Array("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"b\"\r\n\r\n".utf8)
    return ("multipart/form-data; boundary=b", body + file + Array("\r\n--b--\r\n".utf8))
  }

  private static func send(_ client: HTTPClient, _ file: [UInt8], _ texts: [String: String] = [:]) throws
    -> HTTPClient.Answer
  {
    let form = form(file, texts)
    return try client.send("POST", "/api/v1/system/restore", body: form.body, headers: ["Content-Type": form.type])
  }

  /// Waits until the service has begun anew with it.
  private static func restored(_ client: HTTPClient) async throws {
    try await eventually(within: 40, "the service runs with what was restored") { () -> Bool? in
      let state = try? client.get("/api/v1/system/restore").json
      guard state?["state"] != "failed" else { throw TestKitError("\(state ?? .null)") }
      return state?["state"] == "done" ? true : nil
    }
  }

  @Test("A backup of a busy service, restored into an empty one: the answers are equal", .timeLimit(.minutes(3)))
  func busyIntoEmpty() async throws {
    try await Stage.play([PrinterSpecification(model: .x1c), PrinterSpecification(model: .p1s)], speed: 20) { stage in
      let client = stage.client
      let first = try stage.add(stage.printers[0])
      let second = try stage.add(stage.printers[1], changing: ["enabled": false])
      try LogAndSupportTests.fill(client)
      for name in ["one.step", "two.step"] {
        _ = try ArchiveTests.upload(client, name, ArchiveTests.step + Array("\(name)\n".utf8))
      }
      _ = try ArchiveTests.upload(client, "box.gcode.3mf", TestProject().bytes)
      _ = try ArchiveTests.upload(client, "thrown-away.step", ArchiveTests.step)
      let photo = try client.send(
        "POST", "/api/v1/archives/1/photos", body: Self.photo, headers: ["Content-Type": "image/jpeg"])
      #expect(photo.status == 201, "\(photo.text)")
      for (method, path, json) in [
        ("POST", "/projects", ["name": "Boxes", "target_count": 3]),
        ("PATCH", "/archives/1", ["notes": "Great", "tags": ["gift"], "project_id": 1]),
        ("PATCH", "/settings", ["currency": "CHF", "archive.keep_days": 30]),
        ("POST", "/settings/filaments", ["name": "PLA black", "type": "PLA", "cost_per_kg": 20]),
        ("POST", "/maintenance/log", ["printer_id": .int(second), "type_id": 1, "notes": "Done"]),
        ("PUT", "/notifications/templates/print_failed", ["title": "Oh", "message": "{printer} failed"]),
        ("DELETE", "/archives/4", nil), ("POST", "/notifications/providers/1/test", nil),
        ("POST", "/maintenance/types", ["name": "Oil", "interval": 3, "unit": "days"]),
        ("POST", "/api-keys", ["name": "narrow", "permissions": ["read"], "printer_ids": [.int(second)]]),
        ("POST", "/queue", ["archive_id": 3, "printer_id": .int(second), "copies": 2]),
        ("POST", "/queue", ["archive_id": 3, "printer_id": .int(second)]), ("POST", "/queue/2/cancel", nil),
      ] as [(String, String, JSONValue?)] {
        let answer = try client.send(method, "/api/v1\(path)", json: json)
        #expect((200...201).contains(answer.status), "\(path): \(answer.text)")
      }
      // Somebody prints, and somebody writes all the time.
      try await stage.status(first, is: "idle")
      stage.printers[0].startPrint(name: "Tower", layers: 400, minutes: 600)
      try await stage.status(first, is: "printing")
      let refused = try client.send("POST", "/api/v1/system/restore", json: ["backup_id": 1])
      #expect(refused.status == 404)
      let writer = Task {
        var count = 0
        while !Task.isCancelled {
          _ = try client.send("PATCH", "/api/v1/projects/1", json: ["description": .string("\(count)")])
          count += 1
          await Task.yield()
        }
        return count
      }
      let backup = try await Self.kept(client, ["passphrase": .string(Self.passphrase)])
      writer.cancel()
      #expect(try await writer.value > 0)
      #expect(backup["sealed"] == true && backup["progress"] == 100)
      let id = try Self.number(backup)
      let file = try client.get("/api/v1/system/backups/\(id)/content")
      #expect(file.status == 200 && file.headers["content-disposition"]?.contains(".sealed") == true)
      let busy = try client.send(
        "POST", "/api/v1/system/restore", json: ["backup_id": .int(id), "passphrase": .string(Self.passphrase)])
      #expect(busy.status == 409 && busy.text.contains("is printing"), "\(busy.text)")

      var before: [String: HTTPClient.Answer] = [:]
      for place in Self.places { before[place] = try client.get("/api/v1\(place)") }
      let files = try Self.files.map { try client.get("/api/v1\($0)").body }

      let empty = try await ServiceProcess.start()
      let stranger = try await empty.client()
      #expect(
        try Self.send(stranger, file.body, ["passphrase": "a wrong passphrase"]).json?["code"] == "INVALID_REQUEST")
      let begun = try Self.send(stranger, file.body, ["passphrase": Self.passphrase])
      #expect(begun.status == 202 && begun.headers["location"] == "/api/v1/system/restore", "\(begun.text)")
      // The keys are those of the backup from now on.
      let moved = HTTPClient(port: empty.port, key: client.key)
      try await Self.restored(moved)
      #expect(try stranger.get("/api/v1/printers").status == 401)
      #expect(try moved.send("POST", "/api/v1/queue/resume", json: ["printer_id": .null]).status == 200)
      try await eventually(within: 30, "the print is followed there, too") { () -> Bool? in
        try moved.get("/api/v1/printers/\(first)").json?["status"] == "printing" ? true : nil
      }
      for place in Self.places {
        let (old, new) = (try #require(before[place]), try moved.get("/api/v1\(place)"))
        #expect(old.status == 200 && new.status == 200, "\(place): \(old.status) \(new.status)")
        guard let known = old.json, let found = new.json else {
          #expect(old.body == new.body, "\(place): \(old.text) \(new.text)")
          continue
        }
        #expect(Self.differences(Self.still(known, at: place), Self.still(found, at: place), at: place) == [])
      }
      #expect(try Self.files.map { try moved.get("/api/v1\($0)").body } == files)
      let printers = try moved.get("/api/v1/printers").json?.array ?? []
      #expect(printers.map { $0["serial_number"] } == stage.printers.map { .string($0.serial.text) })
      #expect(printers.map { $0["enabled"] } == [true, false])
      #expect(try await empty.stop() == 0)
    }
  }

  /// Where two values are not the same, with both.
  private static func differences(_ old: JSONValue, _ new: JSONValue, at place: String) -> [String] {
    switch (old, new) {
    case (.array(let old), .array(let new)) where old.count == new.count:
      return zip(old, new).enumerated().flatMap { differences($1.0, $1.1, at: "\(place).\($0)") }
    case (.object(let old), .object(let new)):
      return Set(old.keys).union(new.keys).sorted().flatMap { name in
        guard let old = old[name], let new = new[name] else { return ["\(place).\(name): only once"] }
        return differences(old, new, at: "\(place).\(name)")
      }
    default: return old == new ? [] : ["\(place): \(old) or \(new)"]
    }
  }

  /// Without what rightly differs.
  private static func still(_ value: JSONValue, at place: String) -> JSONValue {
    switch value {
    case .array(let elements): return .array(elements.map { still($0, at: place) })
    case .object(let members):
      let moving = moving.filter { place.hasPrefix($0.place) }.reduce(into: Set()) { $0.formUnion($1.members) }
      return .object(members.filter { !moving.contains($0.key) }.mapValues { still($0, at: place) })
    default: return value
    }
  }

  @Test("What is no whole backup is a 400, and changes nothing", .timeLimit(.minutes(1)))
  func refused() async throws {
    let service = try await ServiceProcess.start()
    let client = try await service.client()
    _ = try ArchiveTests.upload(client, "one.step")
    let id = try Self.number(try await Self.kept(client, nil))
    let whole = try client.get("/api/v1/system/backups/\(id)/content").body
    let table: [(bytes: [UInt8], words: String)] = [
      (Array("not a backup".utf8), "no backup"), (Array("LBRYSEAL".utf8) + [1] + whole.prefix(200), "sealed"),
      (Array(whole.prefix(100)), "no backup"), (whole.map { $0 ^ 1 }, "no backup"),
    ]
    for (bytes, words) in table {
      let answer = try Self.send(client, bytes)
      #expect(answer.status == 400 && answer.text.contains(words), "\(answer.text)")
    }
    let nothing = try client.send("POST", "/api/v1/system/restore")
    #expect(nothing.status == 415 && nothing.text.contains("backup_id"), "\(nothing.text)")
    for (json, status) in [([:], 400), (["backup_id": "x"], 400), (["backup_id": 7], 404)] as [(JSONValue, Int)] {
      #expect(try client.send("POST", "/api/v1/system/restore", json: json).status == status)
    }
    #expect(try client.send("POST", "/api/v1/system/backup", json: ["passphrase": "short"]).status == 400)
    // Whole at its beginning, and cut or changed further on: found before anything is changed.
    var changed = whole
    changed[whole.count - 3_000] ^= 1
    for bytes in [Array(whole.dropLast(2_000)), changed] {
      #expect(try Self.send(client, bytes).status == 202)
      let state = try await eventually(within: 20, "it is refused") { () -> JSONValue? in
        let state = try client.get("/api/v1/system/restore").json
        return state?["state"] == "failed" ? state : JSONValue?.none
      }
      #expect(state["error"]?.string?.contains("backup is") == true, "\(state)")
    }
    #expect(try client.get("/api/v1/archives").json?["total"] == 1)
    #expect(try client.send("DELETE", "/api/v1/system/backups/\(id)").json == ["deleted": true, "id": .int(id)])
    #expect(try client.get("/api/v1/system/backups/\(id)").status == 404)
    #expect(try client.get("/api/v1/system/backups").json == [])
    #expect(try await service.stop() == 0)
  }

  @Test("Where a restored state cannot be used, the service comes up with what was there", .timeLimit(.minutes(1)))
  func backAgain() async throws {
    let folder = try TemporaryFolder()
    let data = "\(folder.path)/data"
    let before = try await ServiceProcess.start(in: folder)
    let client = try await before.client()
    _ = try ArchiveTests.upload(client, "one.step")
    let file = "\(folder.path)/kept.tar"
    _ = try await before.run(["backup", "--data", data, "--port", String(before.port), "--output", file])
    _ = try ArchiveTests.upload(client, "two.step", ArchiveTests.step + [0x0A])
    #expect(try await before.stop() == 0)
    _ = try await before.run(["restore", "--data", data, file])
    _ = try folder.write(bytes: [UInt8](repeating: 0x5A, count: 40_000), as: "data/layerberry.db", mode: 0o600)
    let after = try await ServiceProcess.start(in: folder)
    #expect(after.process.text.contains("goes back to what was there"))
    #expect(try HTTPClient(port: after.port, key: client.key).get("/api/v1/archives").json?["total"] == 2)
    #expect(try await after.stop() == 0)
  }

  @Test("The commands work beside a running service and without one", .timeLimit(.minutes(2)))
  func commands() async throws {
    let service = try await ServiceProcess.start()
    let client = try await service.client()
    let data = "\(service.folder.path)/data"
    let program = try ChildProcess.built("layerberry")
    func run(_ arguments: [String]) async throws -> (status: Int32, text: String) {
      let child = try ChildProcess(program, arguments)
      return (try await child.wait(within: 60), child.text)
    }
    _ = try ArchiveTests.upload(client, "one.step")
    let file = "\(service.folder.path)/kept.tar"
    let made = try await run(["backup", "--data", data, "--port", String(service.port), "--output", file])
    #expect(made.status == 0 && made.text == "\(file)\n", "\(made.text)")
    #expect(try await run(["backup", "--data", data, "--port", String(service.port), "--output", file]).status == 64)
    _ = try ArchiveTests.upload(client, "two.step", ArchiveTests.step + [0x0A])
    let beside = try await run(["restore", "--data", data, "--port", String(service.port), file])
    #expect(beside.status == 0, "\(beside.text)")
    // The key stays, as the backup has none; what came after the backup is gone.
    #expect(try client.get("/api/v1/archives").json?["total"] == 1)
    #expect(try await service.stop() == 0)

    let slip = "\(service.folder.path)/dtaa"
    let nothing = try await run(["backup", "--data", slip])
    #expect(nothing.status == 64 && nothing.text.contains("nothing to back up"), "\(nothing.text)")
    #expect(access(slip, F_OK) != 0)

    let secret = try service.folder.write("a sentence of my own\n", as: "passphrase", mode: 0o600)
    let sealed = try await run(["backup", "--data", data, "--passphrase-file", secret, "--json"])
    let path = try #require(JSONParser.parse(sealed.text.utf8, limits: .init(bytes: 4096))["path"]?.string)
    let other = "\(service.folder.path)/other"
    #expect(try await run(["restore", "--data", other, path]).status == 65)
    #expect(try await run(["restore", "--data", other, "--passphrase-file", secret, "\(other)/none"]).status == 64)
    let alone = try await run(["restore", "--data", other, "--passphrase-file", secret, path])
    #expect(alone.status == 0, "\(alone.text)")
    let list = try await run(["key", "list", "--data", other, "--json"])
    #expect(list.text.contains("\"name\":\"test\""), "\(list.text)")
    #expect(list.text.contains("\"expires_at\":null") && list.text.contains("\"last_used_at\":"), "\(list.text)")
  }
}
