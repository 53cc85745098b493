import Model

/// The rows of the vault's files.
///
/// Whatever uses a file has a column that `REFERENCES stored_files (sha256)`, with an index: then the database itself
/// knows whether a file may go.
struct StoredFileRepository: Sendable {
  private let database: Database

  init(_ database: Database) { self.database = database }

  /// Bytes of a file; nil when it is not known.
  func bytes(of hash: ContentHash) async throws -> Int64? {
    try await database.read { connection in
      try connection.row("SELECT bytes FROM stored_files WHERE sha256 = ?", [.blob(hash.bytes)]) {
        (row) throws(SQLiteError) in try row.integer("bytes")
      }
    }
  }

  /// All whose hash begins with this byte.
  func all(first: UInt8) async throws -> [ContentHash: Int64] {
    let next: SQLValue = first == 255 ? .blob([UInt8](repeating: 255, count: 33)) : .blob([first + 1])
    return try await database.read { connection in
      let rows = try connection.rows(
        "SELECT sha256, bytes FROM stored_files WHERE sha256 >= ? AND sha256 < ?", [.blob([first]), next]
      ) { (row) throws(SQLiteError) in (try row.blob("sha256"), try row.integer("bytes")) }
      return Dictionary(
        rows.compactMap { digest, bytes in ContentHash(digest: digest).map { ($0, bytes) } }, uniquingKeysWith: { $1 })
    }
  }

  func insert(_ hash: ContentHash, bytes: Int64, now: Timestamp) async throws {
    try await database.write { connection in
      _ = try connection.execute(
        "INSERT OR IGNORE INTO stored_files (sha256, bytes, created_ms) VALUES (?, ?, ?)",
        [.blob(hash.bytes), .integer(bytes), .moment(now)])
    }
  }

  /// Deletes the row unless a record uses the file; answers whether it is gone.
  func deleteUnused(_ hash: ContentHash) async throws -> Bool {
    try await database.write { connection in
      do throws(SQLiteError) {
        try connection.execute("DELETE FROM stored_files WHERE sha256 = ?", [.blob(hash.bytes)])
        return true
      } catch {
        guard error.isForeignKeyViolation else { throw error }
        return false
      }
    }
  }

  func totals() async throws -> (files: Int, bytes: Int64) {
    try await database.read { connection in
      let found = try connection.row("SELECT count(*) AS n, coalesce(sum(bytes), 0) AS bytes FROM stored_files") {
        (row) throws(SQLiteError) in (try row.integer("n"), try row.integer("bytes"))
      }
      return (Int(found?.0 ?? 0), found?.1 ?? 0)
    }
  }
}
