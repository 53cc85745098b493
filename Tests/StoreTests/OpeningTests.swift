import Glibc
import Model
import Store
import Testing

@Suite struct OpeningTests {
  /// One more than the program has.
  static let next = Migration(
    number: Schema.migrations.count + 1,
    script: "ALTER TABLE settings ADD COLUMN origin TEXT; CREATE TABLE extra (id INTEGER) STRICT;")

  @Test func makesADatabaseThatNobodyElseMayRead() async throws {
    let temporary = try TemporaryFolder()
    let database = try temporary.database()
    #expect(database.opening.isNew)
    #expect(database.opening.sentences == ["A new database was made (version \(Schema.migrations.count))."])
    for suffix in ["", "-wal", "-shm"] { #expect(Files.mode(database.folder.database + suffix) == 0o600) }
    try await database.close()
    #expect(
      Files.names(temporary.path) == [
        "backups", "fetches", "files", "layerberry.db", "lock", "timelapses", "trust",
      ])
  }

  @Test func keepsForeignKeysAndTheLogOn() async throws {
    let temporary = try TemporaryFolder()
    let database = try temporary.database()
    let found = try await database.write { connection in
      try [
        connection.row("PRAGMA foreign_keys") { (row) throws(SQLiteError) in try row.integer("foreign_keys") },
        connection.row("PRAGMA synchronous") { (row) throws(SQLiteError) in try row.integer("synchronous") },
      ]
    }
    #expect(found == [1, 2])
    try await database.close()
  }

  @Test func copiesBeforeItMigratesAndKeepsThreeCopies() async throws {
    let temporary = try TemporaryFolder()
    let first = try temporary.database()
    _ = try await PrinterRepository(first).insert(try newPrinter(), now: .start)
    try await first.close()
    for old in 1...3 { Files.write(first.folder.backups + "/before-migration-\(old)-version-1.db", [1]) }

    let second = try temporary.database(Schema.migrations + [Self.next])
    #expect(second.opening.versionFound == Schema.migrations.count)
    #expect(second.opening.version == Schema.migrations.count + 1)
    #expect(try await PrinterRepository(second).all().count == 1)
    let copy = try #require(second.opening.copy)
    #expect(Files.mode(copy) == 0o600)
    #expect(Files.names(second.folder.backups).count == 3)
    try await second.close()

    let restored = try TemporaryFolder()
    Files.write(restored.path + "/layerberry.db", Files.read(copy))
    let old = try restored.database()
    #expect(old.opening.version == Schema.migrations.count)
    #expect(try await PrinterRepository(old).all().count == 1)
    try await old.close()
  }

  @Test func keepsTheOldSchemaWhenAMigrationFails() async throws {
    let temporary = try TemporaryFolder()
    try await temporary.database().close()
    let broken = Migration(
      number: Schema.migrations.count + 1,
      script: "CREATE TABLE half (id INTEGER) STRICT; CREATE TABLE printers (id);")
    #expect(failure { _ = try temporary.database(Schema.migrations + [broken]) } != nil)
    let again = try temporary.database()
    #expect(again.opening.versionFound == Schema.migrations.count)
    try await again.close()
  }

  @Test func refusesANewerVersionAndLeavesItAlone() async throws {
    let temporary = try TemporaryFolder()
    let newer = try temporary.database(Schema.migrations + [Self.next])
    try await newer.close()
    let before = Files.read(newer.folder.database)
    let refused = try #require(failure { _ = try temporary.database() })
    #expect(refused.kind == .newerVersion)
    #expect(refused.message.contains("its number is \(Schema.migrations.count + 1)"))
    #expect(Files.read(newer.folder.database) == before)
  }

  @Test func refusesTheDatabaseOfAnotherProgram() throws {
    let temporary = try TemporaryFolder()
    let path = temporary.path + "/layerberry.db"
    Files.write(path, [])
    let foreign = try Connection(path: path, access: .writer)
    try foreign.execute("CREATE TABLE theirs (id INTEGER)")
    #expect(failure { _ = try temporary.database() }?.kind == .foreign)
  }

  /// The header, the schema, and pages in the middle.
  @Test(arguments: [0, 110, 5_000]) func refusesADamagedFile(offset: Int) async throws {
    let temporary = try TemporaryFolder()
    let database = try temporary.database()
    for number in 1...60 { _ = try await PrinterRepository(database).insert(try newPrinter(number), now: .start) }
    try await database.close()
    let path = database.folder.database
    Files.write(path, [UInt8](repeating: 0xA5, count: 3_000), at: offset, cut: false)
    let damaged = Files.read(path)
    let refused = try #require(failure { _ = try temporary.database() })
    #expect(refused.kind == .damaged)
    #expect(refused.message.contains("start from a copy"))
    #expect(Files.read(path) == damaged)
  }

  @Test func aToolOpensItBesideTheService() async throws {
    let temporary = try TemporaryFolder()
    let service = try temporary.database()
    let before = try await service.changeCounter()
    _ = try await PrinterRepository(service).insert(try newPrinter(1), now: .start)
    #expect(try await service.changeCounter() == before)
    let tool = try Database.open(service.folder, role: .tool, now: .start)
    let made = try await KeyRepository(tool).insert(KeyGrant(name: "script", permissions: [.read]), now: .start)
    try await tool.close()
    #expect(try await service.changeCounter() != before)
    #expect(try await KeyRepository(service).find(hash: made.key.hash) == made.record)
    try await service.close()
  }

  @Test func aToolDoesNotMigrateUnderAService() async throws {
    let temporary = try TemporaryFolder()
    let service = try temporary.database()
    let refused = failure {
      _ = try Database.open(
        service.folder, role: .tool, now: .start, migrations: Schema.migrations + [Self.next])
    }
    #expect(refused?.kind == .inUse)
    try await service.close()
  }
}
