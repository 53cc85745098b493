package import Model

/// Which prints have a photo of the finished part; the picture itself is a file with the print's number.
package struct FinishPhotoRepository: Sendable {
  private let database: Database

  package init(_ database: Database) { self.database = database }

  /// Of every print that has one.
  package func prints() async throws -> Set<ArchiveID> {
    Set(
      try await database.read { connection in
        try connection.rows("SELECT archive_id FROM photos WHERE kind = 'finish'") { (row) throws(SQLiteError) in
          ArchiveID(rawValue: try row.integer("archive_id"))
        }
      })
  }

  /// When the photo of this print was taken.
  package func taken(of print: ArchiveID) async throws -> Timestamp? {
    try await database.read { connection in
      try connection.row("SELECT created_ms FROM photos WHERE archive_id = ? AND kind = 'finish'", [.id(print)]) {
        (row) throws(SQLiteError) in try row.moment("created_ms")
      }
    }
  }

  package func set(_ print: ArchiveID, bytes: Int, taken: Timestamp) async throws {
    try await database.write { connection in
      _ = try connection.execute(
        """
        INSERT INTO photos (archive_id, kind, media_type, bytes, created_ms) VALUES (?, 'finish', 'image/jpeg', ?, ?)
        ON CONFLICT (archive_id) WHERE kind = 'finish'
          DO UPDATE SET bytes = excluded.bytes, created_ms = excluded.created_ms
        """,
        [.id(print), .integer(bytes), .moment(taken)])
    }
  }

  package func remove(_ print: ArchiveID) async throws {
    try await database.write { connection in
      _ = try connection.execute("DELETE FROM photos WHERE archive_id = ? AND kind = 'finish'", [.id(print)])
    }
  }
}
