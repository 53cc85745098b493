package import Model

/// The photo of a print's finished part: one of the pictures of its record.
package struct FinishPhotoRepository: Sendable {
  private let database: Database

  package init(_ database: Database) { self.database = database }

  /// The file of this print's photo.
  package func file(of print: ArchiveID) async throws -> ContentHash? {
    try await database.read { connection in
      try connection.row("SELECT sha256 FROM photos WHERE archive_id = ? AND kind = 'finish'", [.id(print)]) {
        (row) throws(SQLiteError) in try row.optionalBlob("sha256")
      }?.flatMap { ContentHash(digest: $0) }
    }
  }

  /// - Returns: the file of the photo that was there before.
  package func set(_ print: ArchiveID, _ file: StoredFile, taken: Timestamp) async throws -> ContentHash? {
    let before = try await self.file(of: print)
    try await database.write { connection in
      _ = try connection.execute(
        """
        INSERT INTO photos (archive_id, kind, media_type, bytes, sha256, created_ms)
          VALUES (?, 'finish', 'image/jpeg', ?, ?, ?)
        ON CONFLICT (archive_id) WHERE kind = 'finish'
          DO UPDATE SET bytes = excluded.bytes, sha256 = excluded.sha256, created_ms = excluded.created_ms
        """,
        [.id(print), .integer(file.bytes), .blob(file.hash.bytes), .moment(taken)])
    }
    return before == file.hash ? nil : before
  }
}
