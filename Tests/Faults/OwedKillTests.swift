import Glibc
import Model
import Simulator
import Store
import TestKit
import Testing
import Wire

/// SIGKILL between a print's record and its message in the outbox: what is written of a print is owed from the same
/// transaction on, so that its end is told, and told once.
///
/// LAYERBERRY_ROUNDS says how often; six times by default.
struct OwedKillTests {
  private static let rounds = getenv("LAYERBERRY_ROUNDS").flatMap { Int(String(cString: $0)) } ?? 6

  /// What is on the disk of a print: that it has ended, and what of it nobody was told yet.
  private struct Kept {
    var hasEnded: Bool
    var owed: Bool
    var messages: Int
  }

  private static func kept(_ id: String, _ database: Store.Connection) throws -> Kept? {
    try database.row(
      """
      SELECT ended_ms IS NOT NULL AS has_ended,
        (SELECT count(*) FROM print_tellings WHERE archive_id = archives.id AND is_told = 0) AS owed,
        (SELECT count(*) FROM notifications WHERE archive_id = archives.id AND event = 'print_complete') AS messages
      FROM archives WHERE subtask_id = ?
      """, [.text(id)]
    ) { (row) throws(SQLiteError) in
      Kept(
        hasEnded: try row.integer("has_ended") != 0, owed: try row.integer("owed") != 0,
        messages: Int(try row.integer("messages")))
    }
  }

  @Test("A print's end is never without its message, wherever the service is killed", .timeLimit(.minutes(3)))
  func killed() async throws {
    let hook = try StandInServer { _ in .answer(200) }
    let folder = try TemporaryFolder()
    let simulation = try await Simulation.start(
      folder: "\(folder.path)/simulator", printers: [PrinterSpecification(model: .p1s)], speed: 30)
    let printer = simulation.printers[0]
    var service = try await ServiceProcess.start(in: folder)
    let client = try await service.client()
    do {
      let added = try client.send("POST", "/api/v1/printers", json: Stage.entry(printer))
      try #require(added.status == 201, "\(added.text)")
      let made = try client.send(
        "POST", "/api/v1/notifications/providers",
        json: [
          "name": "Program", "type": "webhook", "config": ["url": .string(hook.url)], "events": ["print_complete"],
        ])
      try #require(made.status == 201, "\(made.text)")
      var hits = 0
      for round in 1...Self.rounds {
        let id = String(810_000 + round)
        try await eventually(within: 30, "it is connected") { () -> Bool? in
          (try? client.get("/api/v1/printers/1").json?["connected"]) == true ? true : nil
        }
        printer.startPrint(name: "Print \(round)", layers: 20, minutes: 20, id: id)
        let database = try Store.Connection(path: "\(folder.path)/data/layerberry.db", access: .reader)
        try await eventually(within: 30, "it is followed") { try Self.kept(id, database) }
        simulation.setSpeed(3_000)
        // The moment at which the end is on the disk, or as many looks later as there were rounds before.
        var later = (round - 1) / 2
        try await eventually(within: 60, "its end is on the disk") { () -> Bool? in
          // Hundreds of looks without a pause: the window is as short as a write to the disk.
          for _ in 0..<500 where try Self.kept(id, database)?.hasEnded == true {
            later -= 1
            if later < 0 { return true }
          }
          return nil
        }
        service.process.signal(SIGKILL)
        #expect(try await service.process.wait() == 128 + SIGKILL)
        simulation.setSpeed(30)
        let left = try #require(try Self.kept(id, database))
        #expect(
          left.hasEnded && (left.owed || left.messages == 1), "round \(round): an end that nobody will be told of")
        if left.owed, left.messages == 0 { hits += 1 }
        service = try await ServiceProcess.start(in: folder, port: service.port)
        try await eventually(within: 30, "the end of \(id) is told") { () -> Bool? in
          hook.requests.contains { $0.text.contains("\"Print \(round)\"") } ? true : nil
        }
        let after = try #require(try Self.kept(id, database))
        #expect(!after.owed && after.messages == 1, "round \(round): \(after)")
      }
      #expect(try await service.stop() == 0)
      await simulation.stop()
      print("print ends: \(Self.rounds) kills, \(hits) between the record and the message; all told")
    } catch {
      service.process.signal(SIGKILL)
      await simulation.stop()
      throw error
    }
    // At least once; a repetition has the number of its message.
    let numbers = hook.requests.compactMap { $0["x-layerberry-delivery"] }
    #expect(Set(numbers).count == Self.rounds)
  }
}
