import CSQLite
import Glibc

/// What SQLite answered. Its message names tables, columns and constraints, never values: those are bound, not written.
package struct SQLiteError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The primary result code, such as `SQLITE_FULL`.
  package var code: Int32
  package var extendedCode: Int32
  /// The errno of the failing system call; 0 where none failed.
  package var systemError: Int32
  package var message: String

  package init(extendedCode: Int32, systemError: Int32 = 0, message: String? = nil) {
    code = extendedCode & 0xFF
    self.extendedCode = extendedCode
    self.systemError = systemError
    self.message = message ?? String(cString: sqlite3_errstr(extendedCode))
  }

  init(connection: OpaquePointer?, code: Int32) {
    let failed = code & 0xFF == SQLITE_IOERR || code & 0xFF == SQLITE_CANTOPEN
    self.init(
      extendedCode: code, systemError: failed ? sqlite3_system_errno(connection) : 0,
      message: connection.flatMap(sqlite3_errmsg).map { String(cString: $0) })
  }

  package var description: String { "SQLite \(extendedCode): \(message)" }

  var isUniqueViolation: Bool {
    extendedCode == SQLITE_CONSTRAINT | (8 << 8)  // SQLITE_CONSTRAINT_UNIQUE, a macro that Swift does not see
  }

  var isForeignKeyViolation: Bool {
    extendedCode == SQLITE_CONSTRAINT | (3 << 8)  // SQLITE_CONSTRAINT_FOREIGNKEY
  }

  /// The same as a failure of the store, with what to do.
  func failure(database path: String, backups: String) -> StoreFailure {
    let system = SystemError(number: systemError)
    switch code {
    case SQLITE_FULL:
      return Self.full(path)
    case SQLITE_IOERR, SQLITE_CANTOPEN:
      if systemError != 0, system.kind == .diskFull { return Self.full(path) }
      if code == SQLITE_CANTOPEN || (systemError != 0 && system.kind == .notWritable) {
        let why = systemError == 0 ? "" : ": \(system.words)"
        return StoreFailure(.notWritable, "The database \(path) cannot be opened\(why). Look at its owner and mode.")
      }
      let why = systemError == 0 ? message : system.words
      return StoreFailure(.io, "The disk failed at the database \(path): \(why). Nothing of the last change was kept.")
    case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH:
      return StoreFailure(.notWritable, "The database \(path) cannot be written. Look at its owner and mode.")
    case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_MISMATCH, SQLITE_FORMAT:
      return Self.damaged(path, backups: backups, what: message)
    case SQLITE_BUSY, SQLITE_LOCKED:
      return StoreFailure(.busy, "Another process held the database \(path) for more than 5 s. Try again.")
    case SQLITE_CONSTRAINT:
      return StoreFailure(.rule, "The database refused a change: \(message). Nothing was written.")
    default:
      return StoreFailure(.io, "The database \(path) failed: \(message). Nothing of the last change was kept.")
    }
  }

  static func damaged(_ path: String, backups: String, what: String) -> StoreFailure {
    StoreFailure(
      .damaged,
      "The database \(path) is damaged (\(what)). Nothing was changed. "
        + "To start from a copy, if \(backups) has one, put it in the place of this file, and remove the files beside it "
        + "that end in -wal and -shm.")
  }

  private static func full(_ path: String) -> StoreFailure {
    StoreFailure(
      .diskFull, "The disk that holds \(path) is full. Free some space; nothing of the last change was kept.")
  }
}
