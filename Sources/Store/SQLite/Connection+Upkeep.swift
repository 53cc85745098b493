import CSQLite
import Glibc

/// What a check found.
enum SoundnessCheck: Hashable {
  case sound
  /// The time was up before the end; what was seen was sound.
  case unfinished
  case damaged(String)
}

extension Connection {
  func userVersion() throws(SQLiteError) -> Int {
    try row("PRAGMA user_version") { (row) throws(SQLiteError) in Int(try row.integer("user_version")) } ?? 0
  }

  func applicationID() throws(SQLiteError) -> Int64 {
    try row("PRAGMA application_id") { (row) throws(SQLiteError) in try row.integer("application_id") } ?? 0
  }

  func hasTables() throws(SQLiteError) -> Bool {
    try row("SELECT 1 AS one FROM sqlite_schema LIMIT 1") { (_) throws(SQLiteError) in true } ?? false
  }

  /// Changes when another connection has committed; compare only with earlier answers of the same connection.
  func dataVersion() throws(SQLiteError) -> Int64 {
    try row("PRAGMA data_version") { (row) throws(SQLiteError) in try row.integer("data_version") } ?? 0
  }

  /// Looks through the whole file, for at most `limit`.
  func checkSoundness(limit: Duration) throws(SQLiteError) -> SoundnessCheck {
    let deadline = UnsafeMutablePointer<ContinuousClock.Instant>.allocate(capacity: 1)
    deadline.initialize(to: .now + limit)
    defer { deadline.deallocate() }
    sqlite3_progress_handler(
      handle, 10_000,
      { context in
        guard let deadline = context?.assumingMemoryBound(to: ContinuousClock.Instant.self) else { return 0 }
        return ContinuousClock.now > deadline.pointee ? 1 : 0
      }, deadline)
    defer { sqlite3_progress_handler(handle, 0, nil, nil) }
    do {
      let words = try row("PRAGMA quick_check(1)") { (row) throws(SQLiteError) in try row.text("quick_check") }
      return words == "ok" ? .sound : .damaged(words ?? "the check gave no answer")
    } catch {
      switch error.code {
      case SQLITE_INTERRUPT: return .unfinished
      case SQLITE_CORRUPT, SQLITE_NOTADB: return .damaged(error.message)
      default: throw error
      }
    }
  }

  /// Merges the journal into the database without waiting for readers; answers how many pages the journal held.
  @discardableResult
  func checkpoint() throws(SQLiteError) -> Int {
    var pages: Int32 = 0
    let result = sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_PASSIVE, &pages, nil)
    guard result == SQLITE_OK || result == SQLITE_BUSY else {
      throw SQLiteError(connection: handle, code: result)
    }
    return Int(max(pages, 0))
  }

  /// Merges the journal and empties it, before a close.
  func truncateJournal() throws(SQLiteError) {
    let result = sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
    guard result == SQLITE_OK || result == SQLITE_BUSY else {
      throw SQLiteError(connection: handle, code: result)
    }
  }

  /// Copies the database to an empty file that exists, in one go: the copy is one state, and is synced.
  func copy(to path: String) throws(SQLiteError) {
    let target = try Connection(path: path, access: .writer)
    guard let backup = sqlite3_backup_init(target.handle, "main", handle, "main") else {
      throw SQLiteError(connection: target.handle, code: sqlite3_extended_errcode(target.handle))
    }
    sqlite3_backup_step(backup, -1)
    let result = sqlite3_backup_finish(backup)
    guard result == SQLITE_OK else { throw SQLiteError(connection: target.handle, code: result) }
  }
}
