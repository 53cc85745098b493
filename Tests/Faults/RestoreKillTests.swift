import Glibc
import Store
import TestKit
import Testing
import Wire

/// SIGKILL while a backup is being restored: the next start has what was there or what the backup holds, whole, and nothing
/// lies about.
///
/// LAYERBERRY_ROUNDS says how often; six times by default. The moments are spread over the whole of it, from the request to
/// the service that has begun anew, more of them early: most of the time goes into the new start.
struct RestoreKillTests {
  private static let rounds = getenv("LAYERBERRY_ROUNDS").flatMap { Int(String(cString: $0)) } ?? 6
  private static let step = Array("ISO-10303-21;\nHEADER;\nENDSEC;\nDATA;\nENDSEC;\nEND-ISO-10303-21;\n".utf8)

  /// What a person sees of a state.
  private struct State: Equatable {
    var names: [String]
    var files: [[UInt8]]
    var currency: JSONValue
  }

  private static func upload(_ client: HTTPClient, _ name: String, padding: Int) throws {
    let bytes = step + [UInt8](repeating: UInt8(ascii: name == "old" ? "o" : "n"), count: padding)
    let answer = try client.send(
      "POST", "/api/v1/archives?filename=\(name).step", body: bytes,
      headers: ["Content-Type": "application/octet-stream"])
    guard answer.status == 201 else { throw TestKitError("\(answer.status) \(answer.text)") }
  }

  private static func state(_ client: HTTPClient) throws -> State {
    let archives = try #require(client.get("/api/v1/archives").json?["archives"]?.array)
    let files = try archives.map { archive in
      guard case .int(let id)? = archive["id"] else { throw TestKitError("no number") }
      let file = try client.get("/api/v1/archives/\(id)/download")
      guard file.status == 200 else { throw TestKitError("the file of \(id): \(file.status) \(file.text)") }
      return file.body
    }
    return State(
      names: archives.map { $0["name"]?.string ?? "" }, files: files,
      currency: try client.get("/api/v1/settings").json?["currency"] ?? .null)
  }

  private static func backup(_ client: HTTPClient) async throws -> JSONValue {
    let begun = try client.send("POST", "/api/v1/system/backup")
    let place = try #require(begun.headers["location"])
    return try await eventually(within: 30, "the backup is made") { () -> JSONValue? in
      let json = try client.get(place).json
      return json?["state"] == "done" ? json?["id"] : JSONValue?.none
    }
  }

  private static func set(_ client: HTTPClient, currency: String) throws {
    let answer = try client.send("PATCH", "/api/v1/settings", json: ["currency": .string(currency)])
    guard answer.status == 200 else { throw TestKitError(answer.text) }
  }

  @Test("A kill at any moment of a restoring leaves one state or the other", .timeLimit(.minutes(5)))
  func killed() async throws {
    let folder = try TemporaryFolder()
    let port = try ServiceProcess.freePort()
    var service = try await ServiceProcess.start(in: folder, port: port)
    let client = try await service.client()
    // One state, its backup; another one, its backup.
    try Self.upload(client, "old", padding: 3 << 20)
    try Self.set(client, currency: "CHF")
    let states = [try Self.state(client)]
    let backups = [try await Self.backup(client)]
    try Self.upload(client, "new", padding: 3 << 20)
    try Self.set(client, currency: "JPY")
    let all = states + [try Self.state(client)]
    let kept = backups + [try await Self.backup(client)]
    #expect(all[0] != all[1] && all[1].names.count == 2)

    // How long it takes when nobody disturbs it.
    var current = 1
    var length = Duration.zero
    var seen: [Bool] = []
    for round in 0...Self.rounds {
      let wanted = 1 - current
      let begun = ContinuousClock.now
      let answer = try client.send("POST", "/api/v1/system/restore", json: ["backup_id": kept[wanted]])
      try #require(answer.status == 202, "\(answer.text)")
      if round == 0 {
        try await eventually(within: 40, "it is restored") { () -> Bool? in
          (try? client.get("/api/v1/system/restore").json?["state"]) == "done" ? true : nil
        }
        length = ContinuousClock.now - begun
      } else {
        // Somebody watches, and at the drawn moment the power is gone.
        let part = (Double(round) - Double.random(in: 0...1)) / Double(Self.rounds)
        let moment = begun + length * part * part
        while ContinuousClock.now < moment {
          _ = try? client.get("/api/v1/system/restore")
          await Task.yield()
        }
        service.process.signal(SIGKILL)
        #expect(try await service.process.wait() == 128 + SIGKILL)
        service = try await ServiceProcess.start(in: folder, port: port)
      }
      let found = try Self.state(client)
      let index = try #require(all.firstIndex(of: found), "round \(round): half a state: \(found.names)")
      if round > 0 { seen.append(index == wanted) }
      current = index
      // What is left of it goes when the service has proven itself.
      let data = "\(folder.path)/data"
      try await eventually(within: 10, "nothing lies about; there are \(Self.names(data))") { () -> Bool? in
        Self.names(data).contains { $0.hasPrefix("restore") || $0.hasSuffix(".part") } ? nil : true
      }
      #expect(Self.names("\(data)/transfers").isEmpty)
    }
    #expect(try await service.stop() == 0)
    let database = try Store.Connection(path: "\(folder.path)/data/layerberry.db", access: .reader)
    let sound = try database.row("PRAGMA integrity_check") { (row) throws(SQLiteError) in
      try row.text("integrity_check")
    }
    #expect(sound == "ok")
    print("restoring: \(length) undisturbed; \(seen.count) kills, \(seen.count { $0 }) after the decision")
  }

  private static func names(_ folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }
}
