import Model
import Store
import Testing

/// What the archive's table keeps by itself: counts, and the words that can be searched for.
@Suite struct ArchiveSchemaTests {
  private func found(_ words: String, _ database: Database) async throws -> [Int64] {
    try await database.read { connection in
      try connection.rows(
        "SELECT rowid AS id FROM archive_words WHERE archive_words MATCH ? ORDER BY rowid", [.text(words)]
      ) { (row) throws(SQLiteError) in try row.integer("id") }
    }
  }

  private func counts(_ database: Database) async throws -> [String: Int64] {
    let rows = try await database.read { connection in
      try connection.rows("SELECT * FROM archive_counts WHERE n <> 0") { (row) throws(SQLiteError) in
        let place = try row.flag("is_deleted") ? "bin" : "list"
        return (
          "\(try row.integer("printer_id")) \(try row.text("status")) \(try row.integer("project_id")) \(place)",
          try row.integer("n")
        )
      }
    }
    return Dictionary(uniqueKeysWithValues: rows)
  }

  private func run(_ database: Database, _ sql: StaticString, _ values: [SQLValue] = []) async throws {
    try await database.write { _ = try $0.execute(sql, values) }
  }

  @Test func wordsFollowWhateverChangesThem() async throws {
    let temporary = try TemporaryFolder()
    let database = try temporary.database()
    try await run(
      database, "INSERT INTO projects (name, description, created_ms, updated_ms) VALUES ('Voron', '', 1, 1)")
    try await run(
      database,
      """
      INSERT INTO archives (name, filename, tags_json, filament_type, created_ms, updated_ms)
      VALUES ('Bénchy', 'boat_v2.3mf', '["gift"]', 'PETG', 1, 1), ('Cube', 'cube.stl', NULL, NULL, 2, 2)
      """)
    for (words, ids) in ["benchy": [1], "boat": [1], "gift": [1], "pet*": [1], "cu*": [2], "\"boat v2\"": [1]] {
      #expect(try await found(words, database) == ids.map(Int64.init), "\(words)")
    }
    try await run(database, "UPDATE archives SET project_id = 1, name = 'Tugboat'")
    #expect(try await found("benchy", database).isEmpty)
    #expect(try await found("voron tugboat", database) == [1, 2])
    try await run(database, "UPDATE projects SET name = 'Rat Rig'")
    #expect(try await found("voron", database).isEmpty)
    #expect(try await found("rig", database) == [1, 2])
    try await run(database, "DELETE FROM projects")
    #expect(try await found("rig", database).isEmpty)
    try await run(database, "UPDATE archives SET deleted_ms = 1, notes = 'binned' WHERE id = 1")
    #expect(try await found("binned", database) == [1])
    try await run(database, "DELETE FROM archives WHERE id = 1")
    #expect(try await found("tugboat", database) == [2])
    try await run(database, "INSERT INTO archive_words (archive_words) VALUES ('integrity-check')")
    try await database.close()
  }

  @Test func countsFollowEveryWayOfARecord() async throws {
    let temporary = try TemporaryFolder()
    let database = try temporary.database()
    let printer = try await PrinterRepository(database).insert(try newPrinter(), now: .start).id
    let prints = PrintRepository(database)
    var print = TrackedPrintRecord(printerID: printer, state: .printing, updatedAt: .start)
    print.file = "/cache/benchy.3mf"
    let id = try await prints.begin(print)
    #expect(try await counts(database) == ["1 printing 0 list": 1])
    #expect(try await found("benchy", database) == [id.rawValue])
    try await prints.end(print, PrintEnding(outcome: .success, endedAt: .start, isTimeKnown: true))
    #expect(try await counts(database) == ["1 success 0 list": 1])
    try await run(database, "UPDATE archives SET deleted_ms = 5")
    #expect(try await counts(database) == ["1 success 0 bin": 1])
    #expect(try await PrinterRepository(database).delete(printer, now: .start))
    #expect(try await counts(database) == ["0 success 0 bin": 1])
    try await run(database, "DELETE FROM archives")
    #expect(try await counts(database).isEmpty)
    try await database.close()
  }

  @Test func aPrintersOwnRunIsFollowedAndInNoList() async throws {
    let temporary = try TemporaryFolder()
    let database = try temporary.database()
    let printer = try await PrinterRepository(database).insert(try newPrinter(), now: .start).id
    let prints = PrintRepository(database)
    var run = TrackedPrintRecord(printerID: printer, state: .printing, updatedAt: .start)
    run.taskName = "calibration"
    try await prints.begin(run)
    #expect(try await found("calibration", database).count == 1)
    run.isSystem = true
    try await prints.follow(run)
    #expect(try await counts(database).isEmpty)
    #expect(try await found("calibration", database).isEmpty)
    try await database.close()
  }

  @Test func recordsFilmsAndPhotosOfAnOlderVersionKeepTheirNumbers() async throws {
    let temporary = try TemporaryFolder()
    let old = try temporary.database(Array(Schema.migrations.prefix(5)))
    try await run(
      old,
      """
      INSERT INTO prints (id, printer_name, task_name, followed_ms, started_ms, ended_ms, is_end_time_known, outcome,
        is_system)
      VALUES (4, 'P', 'Boat', 1000, 1000, 61000, 1, 'success', 0), (7, 'P', 'Cube', 1000, 1000, 61000, 0, 'unknown', 0)
      """)
    try await run(old, "INSERT INTO finish_photos VALUES (4, 9, 62000)")
    try await run(
      old,
      """
      INSERT INTO timelapses (id, printer_name, print_id, is_recording, frames, bytes, begun_ms, updated_ms)
      VALUES (3, 'P', 7, 0, 1, 1, 1, 1), (8, 'P', 7, 0, 1, 1, 1, 1)
      """)
    try await run(old, "DELETE FROM timelapses WHERE id = 8")
    try await old.close()
    let database = try temporary.database()
    let kept = try await database.read { connection in
      try connection.rows(
        "SELECT id, status, ifnull(error, '-') AS error, ifnull(duration_s, -1) AS duration FROM archives ORDER BY id"
      ) { (row) throws(SQLiteError) in
        "\(try row.integer("id")) \(try row.text("status")) \(try row.text("error")) \(try row.integer("duration"))"
      }
    }
    #expect(kept == ["4 success - 60", "7 failed outcome unknown -1"])
    #expect(try await TimelapseRepository(database).get(TimelapseID(rawValue: 3))?.printID == ArchiveID(rawValue: 7))
    #expect(try await found("boat", database) == [4])
    #expect(try await counts(database) == ["0 success 0 list": 1, "0 failed 0 list": 1])
    // A number that was given never comes again.
    try await run(
      database,
      "INSERT INTO timelapses (printer_name, is_recording, frames, bytes, begun_ms, updated_ms) VALUES ('P', 0, 1, 1, 1, 1)"
    )
    #expect(try await TimelapseRepository(database).get(TimelapseID(rawValue: 9)) != nil)
    try await database.close()
  }
}
