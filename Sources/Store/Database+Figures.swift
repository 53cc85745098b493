import Glibc

extension Database {
  /// Throws when the database cannot be read.
  package func probe() async throws {
    _ = try await read { connection in
      try connection.row("SELECT id FROM printers LIMIT 1", []) { (row) throws(SQLiteError) in try row.integer("id") }
    }
  }
}

extension DataFolder {
  /// Bytes of the database with its journal.
  package var databaseBytes: Int64 {
    ["", "-wal", "-shm"].reduce(0) { sum, suffix in
      var facts = stat()
      return stat(database + suffix, &facts) == 0 ? sum + Int64(facts.st_size) : sum
    }
  }
}
