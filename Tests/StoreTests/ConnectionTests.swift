import Model
import Synchronization
import Testing

@testable import Store

@Suite struct ConnectionTests {
  @Test func givesBackWhatWasBound() throws {
    let temporary = try TemporaryFolder()
    let connection = try empty(temporary)
    try connection.execute("CREATE TABLE t (i INTEGER, r REAL, t TEXT, b BLOB, n TEXT) STRICT")
    try connection.execute(
      "INSERT INTO t VALUES (?, ?, ?, ?, ?)",
      [.integer(Int64.max), .real(0.25), .text("Düse\u{0}🖨"), .blob([0, 1, 255]), .null])
    try connection.execute("INSERT INTO t VALUES (0, 0.0, ?, ?, ?)", ["", .blob([]), "x"])
    let rows = try connection.rows("SELECT * FROM t") { (row) throws(SQLiteError) in
      (try row.integer("i"), try row.real("r"), try row.text("t"), try row.blob("b"), try row.optionalText("n"))
    }
    #expect(rows[0] == (Int64.max, 0.25, "Düse\u{0}🖨", [0, 1, 255], nil))
    #expect(rows[1] == (0, 0, "", [], "x"))
  }

  @Test func refusesTheWrongNumberOfValuesAndTheWrongType() throws {
    let temporary = try TemporaryFolder()
    let connection = try empty(temporary)
    try connection.execute("CREATE TABLE t (i INTEGER) STRICT")
    #expect(throws: SQLiteError.self) { try connection.execute("INSERT INTO t VALUES (?)") }
    #expect(throws: SQLiteError.self) { try connection.execute("INSERT INTO t VALUES (?)", ["text"]) }
    try connection.execute("INSERT INTO t VALUES (NULL)")
    #expect(throws: SQLiteError.self) {
      try connection.rows("SELECT i FROM t") { (row) throws(SQLiteError) in try row.integer("i") }
    }
  }

  @Test func errorsHoldNoValues() throws {
    let temporary = try TemporaryFolder()
    let connection = try empty(temporary)
    try connection.execute("CREATE TABLE t (s TEXT UNIQUE) STRICT")
    try connection.execute("INSERT INTO t VALUES (?)", ["hunter2"])
    let error = #expect(throws: SQLiteError.self) { try connection.execute("INSERT INTO t VALUES (?)", ["hunter2"]) }
    #expect(error?.isUniqueViolation == true)
    #expect(error?.description.contains("hunter2") == false)
  }

  @Test func keepsABoundedNumberOfStatements() throws {
    let temporary = try TemporaryFolder()
    let connection = try empty(temporary)
    try connection.execute("CREATE TABLE t (i INTEGER) STRICT")
    // Used within its own rows, a statement is prepared again rather than disturbed.
    try connection.execute("INSERT INTO t VALUES (1), (2)")
    #expect(try nested(connection, depth: 50) == 1)
    #expect(connection.cachedStatements <= Connection.statementLimit)
  }

  private func nested(_ connection: Connection, depth: Int) throws(SQLiteError) -> Int64 {
    guard depth > 0 else { return 1 }
    return try connection.row("SELECT i FROM t ORDER BY i") { (row) throws(SQLiteError) in
      let value = try row.integer("i")
      let inner = try nested(connection, depth: depth - 1)
      return value * inner
    } ?? 0
  }

  @Test func readsGoOnDuringAWrite() async throws {
    let temporary = try TemporaryFolder()
    let database = try temporary.database()
    let settings = SettingsRepository(database)
    try await settings.set(["a": "1"], now: .start)
    let isRead = Atomic(false)
    async let written: Void = database.write { connection in
      try connection.execute("UPDATE settings SET value_json = '2'")
      // The write is held open until the read is done, or for as long as a read could ever take.
      let deadline = ContinuousClock.now + .seconds(10)
      while !isRead.load(ordering: .acquiring), ContinuousClock.now < deadline {}
    }
    #expect(try await settings.all() == ["a": "1"])
    isRead.store(true, ordering: .releasing)
    try await written
    #expect(try await settings.all() == ["a": "2"])
    try await database.close()
    await #expect(throws: StoreFailure.self) { try await settings.all() }
  }

  @Test func anotherProcessHoldingTheLockIsBusy() async throws {
    let temporary = try TemporaryFolder()
    let database = try temporary.database()
    let other = try Connection(path: database.folder.database, access: .writer)
    let impatient = try Connection(path: database.folder.database, access: .writer)
    impatient.setBusyTimeout(milliseconds: 20)
    try other.execute("BEGIN IMMEDIATE")
    let error = #expect(throws: SQLiteError.self) {
      try impatient.transaction { try $0.execute("DELETE FROM settings") }
    }
    let told = error?.failure(database: "db", backups: "backups")
    #expect(told?.kind == .busy)
    try other.execute("ROLLBACK")
    try impatient.transaction { try $0.execute("DELETE FROM settings") }
    try await database.close()
  }

  private func empty(_ temporary: TemporaryFolder) throws -> Connection {
    let path = temporary.path + "/test.db"
    Files.write(path, [])
    let connection = try Connection(path: path, access: .writer)
    try connection.configure(.writer)
    return connection
  }
}
