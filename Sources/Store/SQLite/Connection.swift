import CSQLite

/// One connection to a database file, used by one thread at a time: a class without `Sendable`, lent to closures.
///
/// Statements are `StaticString`s, so that no value can become part of one.
package final class Connection {
  package enum Access: Sendable { case writer, reader }

  /// Bytes. A small change writes whole pages twice (journal, then file), and a card lives by what is written:
  /// measured in Documentation/decisions/0005-sqlite.md.
  static let pageSize = 1024
  /// Waiting for another process's write lock, in milliseconds.
  static let busyTimeout: Int32 = 5_000
  /// Prepared statements that are kept. When full, the one unused for longest goes.
  static let statementLimit = 32

  let handle: OpaquePointer
  private let hook: CallHook?
  private var statements: [UnsafePointer<UInt8>: (statement: Statement, lastUse: UInt64)] = [:]
  /// Those that were put together, by their text; as many are kept.
  private var composed: [String: (statement: Statement, lastUse: UInt64)] = [:]
  private var uses: UInt64 = 0
  private var isRelaxed = false

  /// Opens a file that exists. `hook` is for tests only.
  package init(path: String, access: Access, hook: CallHook? = nil) throws(SQLiteError) {
    var opened: OpaquePointer?
    let mode = access == .writer ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY
    // One thread at a time by the owner's care, so SQLite's own mutexes would only cost time.
    let result = sqlite3_open_v2(path, &opened, mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
    guard result == SQLITE_OK, let opened else {
      let error = SQLiteError(connection: opened, code: result)
      sqlite3_close_v2(opened)
      throw error
    }
    handle = opened
    self.hook = hook
    setBusyTimeout(milliseconds: Self.busyTimeout)
    // A damaged or hostile file must not make SQLite run what its schema says; "…" is never a string.
    _ = layerberry_sqlite_switch(opened, SQLITE_DBCONFIG_DEFENSIVE, 1)
    _ = layerberry_sqlite_switch(opened, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)
    _ = layerberry_sqlite_switch(opened, SQLITE_DBCONFIG_DQS_DML, 0)
    _ = layerberry_sqlite_switch(opened, SQLITE_DBCONFIG_DQS_DDL, 0)
    // 16 kB instead of 48: three connections on a small board.
    _ = layerberry_sqlite_lookaside(opened, 256, 64)
  }

  /// How long a call waits for another process's write lock.
  func setBusyTimeout(milliseconds: Int32) { sqlite3_busy_timeout(handle, milliseconds) }

  deinit {
    statements.removeAll()
    composed.removeAll()
    sqlite3_close_v2(handle)
  }

  /// The settings of every connection; the writer's also make the file a WAL database. Not before the file is known
  /// to be ours: this writes to it.
  func configure(_ access: Access, pageSize: Int = Connection.pageSize) throws(SQLiteError) {
    try run(script: "PRAGMA cache_size = -512; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0;")
    guard access == .writer else { return }
    try run(script: "PRAGMA page_size = \(pageSize);")
    let mode = try row("PRAGMA journal_mode = WAL") { (row) throws(SQLiteError) in try row.text("journal_mode") }
    guard mode == "wal" else {
      throw SQLiteError(extendedCode: SQLITE_IOERR, message: "this file system does not carry a write-ahead log")
    }
    // What was answered is on disk; the journal is cut to 1 MiB after a burst and merged every 1,000 pages.
    try run(
      script: """
        PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
        PRAGMA journal_size_limit = 1048576; PRAGMA wal_autocheckpoint = 1000;
        """)
  }

  // MARK: Statements

  /// Runs one statement that gives no rows; answers how many rows it changed.
  @discardableResult
  package func execute(_ sql: StaticString, _ values: [SQLValue] = []) throws(SQLiteError) -> Int {
    try using(sql) { (statement) throws(SQLiteError) in
      try statement.bind(values)
      while try statement.step() {}
    }
    return Int(sqlite3_changes(handle))
  }

  /// All rows, each made into a value.
  ///
  /// Never specialised: the optimiser of Swift 6.3.1 breaks off over it, and one call for a statement costs nothing.
  @_semantics("optimize.sil.specialize.generic.never")
  package func rows<Value>(
    _ sql: StaticString, _ values: [SQLValue] = [], _ make: (borrowing Row) throws(SQLiteError) -> Value
  ) throws(SQLiteError) -> [Value] {
    var found: [Value] = []
    try using(sql) { (statement) throws(SQLiteError) in
      try statement.bind(values)
      while try statement.step() { found.append(try make(Row(statement))) }
    }
    return found
  }

  /// The first row, or nil when there is none.
  ///
  /// Never specialised: the optimiser of Swift 6.3.1 breaks off over it, and one call for a statement costs nothing.
  @_semantics("optimize.sil.specialize.generic.never")
  package func row<Value>(
    _ sql: StaticString, _ values: [SQLValue] = [], _ make: (borrowing Row) throws(SQLiteError) -> Value
  ) throws(SQLiteError) -> Value? {
    var found: Value?
    try using(sql) { (statement) throws(SQLiteError) in
      try statement.bind(values)
      if try statement.step() { found = try make(Row(statement)) }
    }
    return found
  }

  /// All rows of a statement that was put together.
  @_semantics("optimize.sil.specialize.generic.never")
  package func rows<Value>(
    _ sql: SQLText, _ make: (borrowing Row) throws(SQLiteError) -> Value
  ) throws(SQLiteError) -> [Value] {
    var found: [Value] = []
    try using(sql) { (statement) throws(SQLiteError) in
      while try statement.step() { found.append(try make(Row(statement))) }
    }
    return found
  }

  private func using(_ sql: SQLText, _ body: (Statement) throws(SQLiteError) -> Void) throws(SQLiteError) {
    let kept = composed.removeValue(forKey: sql.text)?.statement
    let statement: Statement
    if let kept { statement = kept } else { statement = try prepared(sql.text) }
    defer {
      statement.reset()
      uses += 1
      Self.makeRoom(in: &composed)
      composed[sql.text] = (statement, uses)
    }
    try statement.bind(sql.values)
    try body(statement)
  }

  /// Looks at each row of a statement that was put together, and keeps none.
  func each(_ sql: SQLText, _ body: (borrowing Row) throws(SQLiteError) -> Void) throws(SQLiteError) {
    try using(sql) { (statement) throws(SQLiteError) in
      while try statement.step() { try body(Row(statement)) }
    }
  }

  private func prepared(_ text: String) throws(SQLiteError) -> Statement {
    let characters = Array(text.utf8CString)
    return try Statement(connection: handle, sql: characters, persistent: true, hook: hook)
  }

  private static func makeRoom<Key>(in kept: inout [Key: (statement: Statement, lastUse: UInt64)]) {
    guard kept.count >= statementLimit, let oldest = kept.min(by: { $0.value.lastUse < $1.value.lastUse }) else {
      return
    }
    kept.removeValue(forKey: oldest.key)
  }

  package var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(handle) }

  /// How many prepared statements are kept now.
  var cachedStatements: Int { statements.count }

  /// Lends a prepared statement. While lent it is out of the cache, so the same SQL within its own rows is safe.
  private func using(
    _ sql: StaticString, _ body: (Statement) throws(SQLiteError) -> Void
  ) throws(SQLiteError) {
    let key = sql.utf8Start
    let statement: Statement
    if let kept = statements.removeValue(forKey: key) {
      statement = kept.statement
    } else {
      let text = UnsafeRawPointer(key).assumingMemoryBound(to: CChar.self)
      statement = try Statement(connection: handle, sql: text, persistent: true, hook: hook)
    }
    defer {
      statement.reset()
      uses += 1
      Self.makeRoom(in: &statements)
      statements[key] = (statement, uses)
    }
    try body(statement)
  }

  /// Statements of the schema, one after the other; not for values.
  func run(script: String) throws(SQLiteError) {
    if let code = hook?(.step) { throw SQLiteError(extendedCode: code) }
    let result = sqlite3_exec(handle, script, nil, nil, nil)
    guard result == SQLITE_OK else { throw SQLiteError(connection: handle, code: result) }
  }

  // MARK: Transactions

  /// All of `body` or nothing of it. The write lock is taken at the beginning, so that no later step can lose a race.
  @discardableResult
  package func transaction<Value>(
    _ durability: Durability = .full, _ body: (Connection) throws -> Value
  ) throws -> Value {
    if (durability == .relaxed) != isRelaxed {
      try run(script: durability == .relaxed ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL")
      isRelaxed = durability == .relaxed
    }
    return try between("BEGIN IMMEDIATE", "COMMIT", body)
  }

  /// Several reads of one state of the database.
  package func snapshot<Value>(_ body: (Connection) throws -> Value) throws -> Value {
    try between("BEGIN DEFERRED", "COMMIT", body)
  }

  private func between<Value>(
    _ begin: StaticString, _ end: StaticString, _ body: (Connection) throws -> Value
  ) throws -> Value {
    try execute(begin)
    do {
      let value = try body(self)
      try execute(end)
      return value
    } catch {
      // SQLite may have rolled back by itself (a full disk); a rollback needs no disk and so passes no hook.
      if sqlite3_get_autocommit(handle) == 0 { sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
      throw error
    }
  }
}

/// Whether a change must be on disk before it is answered.
package enum Durability: Sendable {
  /// Synced: survives a power cut once it was answered.
  case full
  /// Written and not synced: a power cut may lose it, never half of it. For telemetry, which is batched.
  case relaxed
}
