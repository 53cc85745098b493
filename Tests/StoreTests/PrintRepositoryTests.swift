import Model
import Store
import Testing

/// One record for a print, and at most one end for a record.
@Suite struct PrintRepositoryTests {
  private struct Kept: Hashable, Sendable {
    var subtask: String?
    var outcome: String?
    var percent: Int64?
    var printer: Int64?
    var isEndTimeKnown: Bool
  }

  private static func records(_ database: Database) async throws -> [Kept] {
    try await database.read { connection in
      try connection.rows("SELECT *, coalesce(error, status) AS outcome FROM archives ORDER BY id") {
        (row) throws(SQLiteError) in
        Kept(
          subtask: try row.optionalText("subtask_id"),
          outcome: try row.optionalText("outcome"),
          percent: try row.optionalInteger("last_percent"), printer: try row.optionalInteger("printer_id"),
          isEndTimeKnown: try row.flag("is_end_time_known"))
      }
    }
  }

  private static func print(_ printer: PrinterID, _ subtask: String, percent: Int? = nil) -> TrackedPrintRecord {
    var print = TrackedPrintRecord(printerID: printer, state: .printing, updatedAt: .start)
    print.subtaskID = subtask
    print.lastPercent = percent
    print.detailsJSON = "{}"
    return print
  }

  private static let success = PrintEnding(outcome: .success, endedAt: .start, isTimeKnown: true)

  private func open() async throws -> (TemporaryFolder, Database, PrinterID) {
    let temporary = try TemporaryFolder()
    let database = try temporary.database()
    return (temporary, database, try await PrinterRepository(database).insert(try newPrinter(), now: .start).id)
  }

  @Test func aPrintHasOneRecordFromItsBeginningToItsEnd() async throws {
    let (temporary, database, printer) = try await open()
    let prints = PrintRepository(database)
    try await prints.begin(Self.print(printer, "1"))
    try await prints.follow(Self.print(printer, "1", percent: 40))
    #expect(try await prints.followed() == [Self.print(printer, "1", percent: 40)])
    try await prints.end(Self.print(printer, "1", percent: 100), Self.success)
    #expect(try await prints.followed().isEmpty)
    #expect(
      try await Self.records(database) == [
        Kept(subtask: "1", outcome: "success", percent: 100, printer: printer.rawValue, isEndTimeKnown: true)
      ])
    try await database.close()
    withExtendedLifetime(temporary) {}
  }

  @Test func whatIsOwedIsWrittenWithTheRecordAndStruckOffOnce() async throws {
    let (temporary, database, printer) = try await open()
    let prints = PrintRepository(database)
    let outbox = OutboxRepository(database)
    let id = try await prints.begin(Self.print(printer, "1"), isOwed: true)
    try await prints.end(Self.print(printer, "1", percent: 100), Self.success, isOwed: true)
    let owed = try await outbox.owedPrints(limit: 9)
    #expect(owed.map(\.archive) == [id, id] && owed.map(\.step) == [.begun, .ended])
    #expect(try await outbox.add([], settling: .print(id, .begun), now: .start))
    #expect(try await !outbox.add([], settling: .print(id, .begun), now: .start))
    #expect(try await outbox.owedPrints(limit: 9).map(\.step) == [.ended])
    // A record that the disk refused has nothing owed, and is told all the same, once.
    let unknown = ArchiveID(rawValue: 77)
    #expect(try await outbox.add([], settling: .print(unknown, .ended), now: .start))
    #expect(try await !outbox.add([], settling: .print(unknown, .ended), now: .start))
    // What is not owed is not told at the next start.
    try await prints.begin(Self.print(printer, "2"))
    #expect(try await outbox.owedPrints(limit: 9).count == 1)
    try await database.close()
    withExtendedLifetime(temporary) {}
  }

  @Test func theSameFileTwiceInARowIsTwoRecords() async throws {
    let (temporary, database, printer) = try await open()
    let prints = PrintRepository(database)
    for _ in 1...2 {
      try await prints.begin(Self.print(printer, "0"))
      try await prints.end(Self.print(printer, "0"), Self.success)
    }
    #expect(try await Self.records(database).map(\.outcome) == ["success", "success"])
    try await database.close()
    withExtendedLifetime(temporary) {}
  }

  @Test func aPrintWhoseEndWasNotWrittenIsClosedByTheNext() async throws {
    let (temporary, database, printer) = try await open()
    let prints = PrintRepository(database)
    try await prints.begin(Self.print(printer, "1"))
    try await prints.begin(Self.print(printer, "2"))
    #expect(try await Self.records(database).map(\.outcome) == ["outcome unknown", "printing"])
    try await prints.abandon(printer, now: .start)
    try await prints.abandon(printer, now: .start.adding(seconds: 9))
    #expect(try await Self.records(database).map(\.outcome) == ["outcome unknown", "outcome unknown"])
    #expect(try await prints.followed().isEmpty)
    try await database.close()
    withExtendedLifetime(temporary) {}
  }

  @Test func aPrintWhoseBeginningWasNotWrittenIsKeptAllTheSame() async throws {
    let (temporary, database, printer) = try await open()
    let prints = PrintRepository(database)
    try await prints.end(Self.print(printer, "1"), Self.success)
    try await prints.follow(Self.print(printer, "2"))
    #expect(try await Self.records(database).map(\.outcome) == ["success", "printing"])
    try await database.close()
    withExtendedLifetime(temporary) {}
  }

  @Test func theRecordOutlivesThePrinterAndIsClosedWithIt() async throws {
    let (temporary, database, printer) = try await open()
    let prints = PrintRepository(database)
    try await prints.begin(Self.print(printer, "1"))
    #expect(try await PrinterRepository(database).delete(printer, now: .start))
    #expect(
      try await Self.records(database) == [
        Kept(subtask: "1", outcome: "outcome unknown", percent: nil, printer: nil, isEndTimeKnown: false)
      ])
    await #expect(throws: PrintRepository.Refusal.unknownPrinter) {
      try await prints.begin(Self.print(printer, "2"))
    }
    await #expect(throws: PrintRepository.Refusal.unknownPrinter) {
      try await prints.end(Self.print(printer, "2"), Self.success)
    }
    #expect(try await Self.records(database).count == 1)
    try await database.close()
    withExtendedLifetime(temporary) {}
  }

  @Test func aPrintThatAnOlderVersionFollowedGoesOnWithARecord() async throws {
    let temporary = try TemporaryFolder()
    let old = try temporary.database(Array(Schema.migrations.prefix(1)))
    // In the words of that version: today's repositories know columns that it lacks.
    try await old.write { connection in
      try connection.execute(
        """
        INSERT INTO printers (id, name, host, serial, access_code, mqtt_port, ftps_port, is_enabled, trust_state,
          is_plate_cleared, created_ms, updated_ms)
        VALUES (1, 'Old', '192.0.2.1', '00M00A3C0510001', '12345678', 8883, 990, 1, 'none', 1, 1000, 1000)
        """)
      try connection.execute(
        "INSERT INTO tracked_prints (printer_id, subtask_id, state, updated_ms) VALUES (1, '7', 'printing', 1000)")
    }
    try await old.close()
    let database = try temporary.database()
    let prints = PrintRepository(database)
    let followed = try #require(try await prints.followed().first)
    #expect(followed.subtaskID == "7" && followed.followedAt == Timestamp(seconds: 1))
    try await prints.end(followed, Self.success)
    #expect(try await Self.records(database).map(\.outcome) == ["success"])
    try await database.close()
  }
}
