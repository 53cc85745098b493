package import Model

/// A photo of a record: of the finished part, or one that somebody added.
package struct PhotoRecord: Hashable, Sendable {
  package var id: PhotoID
  package var archiveID: ArchiveID
  /// Taken by the camera at the end.
  package var isOfFinish: Bool
  /// `image/jpeg` or `image/png`.
  package var mediaType: String
  package var bytes: Int64
  package var file: ContentHash?
  package var createdAt: Timestamp
}

package struct PhotoRepository: Sendable {
  package enum Refusal: Error, Hashable, Sendable {
    case unknownArchive
    case tooMany
  }

  /// Of a record.
  package static let limit = 100

  private let database: Database

  package init(_ database: Database) { self.database = database }

  package func all(of archive: ArchiveID) async throws -> [PhotoRecord] {
    try await database.read {
      try $0.rows("SELECT * FROM photos WHERE archive_id = ? ORDER BY id", [.id(archive)], Self.record)
    }
  }

  package func get(_ id: PhotoID, of archive: ArchiveID) async throws -> PhotoRecord? {
    try await database.read {
      try $0.row("SELECT * FROM photos WHERE id = ? AND archive_id = ?", [.id(id), .id(archive)], Self.record)
    }
  }

  /// - Throws: `Refusal.unknownArchive`, `Refusal.tooMany`
  package func insert(
    _ file: ContentHash, bytes: Int64, mediaType: String, of archive: ArchiveID, now: Timestamp
  ) async throws -> PhotoRecord {
    try await database.write { connection in
      let count = try connection.row("SELECT count(*) AS n FROM photos WHERE archive_id = ?", [.id(archive)]) {
        (row) throws(SQLiteError) in Int(try row.integer("n"))
      }
      guard (count ?? 0) < Self.limit else { throw Refusal.tooMany }
      let made = try connection.execute(
        """
        INSERT INTO photos (archive_id, kind, media_type, bytes, sha256, created_ms)
        SELECT id, 'added', ?, ?, ?, ? FROM archives WHERE id = ? AND deleted_ms IS NULL
        """, [.text(mediaType), .integer(bytes), .blob(file), .moment(now), .id(archive)])
      guard made == 1,
        let photo = try connection.row(
          "SELECT * FROM photos WHERE id = ?", [.integer(connection.lastInsertedRow)], Self.record)
      else { throw Refusal.unknownArchive }
      return photo
    }
  }

  package func delete(_ id: PhotoID) async throws {
    try await database.write { _ = try $0.execute("DELETE FROM photos WHERE id = ?", [.id(id)]) }
  }

  private static func record(_ row: borrowing Row) throws(SQLiteError) -> PhotoRecord {
    PhotoRecord(
      id: PhotoID(rawValue: try row.integer("id")), archiveID: ArchiveID(rawValue: try row.integer("archive_id")),
      isOfFinish: try row.text("kind") == "finish", mediaType: try row.text("media_type"),
      bytes: try row.integer("bytes"),
      file: try row.optionalBlob("sha256").flatMap { ContentHash(digest: $0) },
      createdAt: try row.moment("created_ms"))
  }
}
