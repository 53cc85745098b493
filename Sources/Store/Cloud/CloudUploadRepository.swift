package import Model

/// The files that went to the cloud, or are on their way there.
package struct CloudUploadRepository: Sendable {
  /// Uploads that are remembered; older ones go once they have ended.
  package static let kept = 200

  private let database: Database

  package init(_ database: Database) { self.database = database }

  package func get(_ id: Int64) async throws -> CloudUploadRecord? {
    try await database.read { try Self.find(id, $0) }
  }

  /// - Throws: `StoreFailure` `.rule` where the archive's record is gone.
  package func insert(
    _ archive: ArchiveID, filename: String, bytes: Int64, now: Timestamp
  ) async throws -> CloudUploadRecord {
    try await database.write { connection in
      try connection.execute(
        """
        INSERT INTO cloud_uploads (archive_id, filename, state, bytes, created_ms, updated_ms)
        VALUES (?, ?, 'requested', ?, ?, ?)
        """, [.id(archive), .text(filename), .integer(bytes), .moment(now), .moment(now)])
      let id = connection.lastInsertedRow
      try connection.execute(
        "DELETE FROM cloud_uploads WHERE id <= ? AND state IN ('done', 'failed')", [.integer(id - Int64(Self.kept))])
      guard let record = try Self.find(id, connection) else {
        throw StoreFailure(.damaged, "A row that was just written is not there.")
      }
      return record
    }
  }

  package func update(_ record: CloudUploadRecord) async throws {
    try await database.write { connection in
      _ = try connection.execute(
        """
        UPDATE cloud_uploads SET state = ?, sent_bytes = ?, file_id = ?, error = ?, updated_ms = ? WHERE id = ?
        """,
        [
          .text(record.state.rawValue), .integer(record.sentBytes), .text(record.fileID), .text(record.error),
          .moment(record.updatedAt), .integer(record.id),
        ])
    }
  }

  /// What was under way when the service ended is not taken up again: half a file is none.
  package func failUnfinished(_ sentence: String, now: Timestamp) async throws {
    try await database.write { connection in
      _ = try connection.execute(
        "UPDATE cloud_uploads SET state = 'failed', error = ?, updated_ms = ? WHERE state NOT IN ('done', 'failed')",
        [.text(sentence), .moment(now)])
    }
  }

  private static func find(_ id: Int64, _ connection: Connection) throws(SQLiteError) -> CloudUploadRecord? {
    try connection.row("SELECT * FROM cloud_uploads WHERE id = ?", [.integer(id)]) { (row) throws(SQLiteError) in
      CloudUploadRecord(
        id: try row.integer("id"), archiveID: try row.optionalInteger("archive_id").map(ArchiveID.init(rawValue:)),
        filename: try row.text("filename"),
        state: CloudUploadRecord.State(rawValue: try row.text("state")) ?? .failed,
        bytes: try row.integer("bytes"), sentBytes: try row.integer("sent_bytes"),
        fileID: try row.optionalText("file_id"), error: try row.optionalText("error"),
        createdAt: try row.moment("created_ms"), updatedAt: try row.moment("updated_ms"))
    }
  }
}
