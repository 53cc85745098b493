package import Model

/// What goes from the archive by itself: by age, from the bin, for room.
package struct RetentionRepository: Sendable {
  /// Records in one transaction.
  private static let batch = 100

  private let database: Database

  package init(_ database: Database) { self.database = database }

  /// Records made before then go to the bin, but not what is printing or still to be printed; answers how many.
  package func discard(before moment: Timestamp, now: Timestamp) async throws -> Int {
    try await database.write { connection in
      try connection.execute(
        """
        UPDATE archives SET deleted_ms = ?1, updated_ms = ?1
        WHERE deleted_ms IS NULL AND is_system = 0 AND created_ms < ?2 AND status IS NOT 'printing'
          AND id NOT IN (SELECT archive_id FROM queue_items WHERE archive_id IS NOT NULL
            AND status IN ('pending', 'dispatching'))
        """, [.moment(now), .moment(moment)])
    }
  }

  /// Records that went to the bin before then are gone for good, the oldest first, some at a time. What something else
  /// still needs stays.
  /// - Returns: how many, and the files that they used; 0 when there are no more.
  package func empty(before moment: Timestamp) async throws -> (records: Int, files: Set<ContentHash>) {
    try await database.write { connection in
      let ids = try connection.rows(
        "SELECT id FROM archives WHERE deleted_ms < ? ORDER BY deleted_ms LIMIT ?",
        [.moment(moment), .integer(Self.batch)]
      ) { (row) throws(SQLiteError) in ArchiveID(rawValue: try row.integer("id")) }
      var records = 0
      var files: Set<ContentHash> = []
      for id in ids {
        let used = try Self.files(of: id, connection)
        do throws(SQLiteError) {
          try connection.execute("DELETE FROM archives WHERE id = ?", [.id(id)])
        } catch {
          guard error.isForeignKeyViolation else { throw error }
          continue
        }
        records += 1
        files.formUnion(used)
      }
      return (records, files)
    }
  }

  /// The file whose last print is the longest ago leaves its records, which say so; nil when there is none to take. One
  /// that is being printed, or that an item of the queue will print, stays.
  package func dropFile(saying reason: String, now: Timestamp) async throws -> (file: ContentHash, bytes: Int64)? {
    try await database.write { connection in
      let oldest = try connection.row(
        """
        SELECT file_sha256, bytes FROM archives JOIN stored_files ON sha256 = file_sha256
        GROUP BY file_sha256
        HAVING max(status IS 'printing' OR archives.id IN (SELECT archive_id FROM queue_items
          WHERE archive_id IS NOT NULL AND status IN ('pending', 'dispatching'))) = 0
        ORDER BY max(archives.created_ms) LIMIT 1
        """
      ) { (row) throws(SQLiteError) in (try row.blob("file_sha256"), try row.integer("bytes")) }
      guard let (digest, bytes) = oldest, let hash = ContentHash(digest: digest) else { return nil }
      try connection.execute(
        "UPDATE archives SET file_sha256 = NULL, file_error = ?, updated_ms = ? WHERE file_sha256 = ?",
        [.text(reason), .moment(now), .blob(digest)])
      return (hash, bytes)
    }
  }

  /// The disk has lost these files: their records say so.
  package func forget(_ files: Set<ContentHash>, saying reason: String, now: Timestamp) async throws {
    try await database.write { connection in
      for hash in files {
        try connection.execute(
          "UPDATE archives SET file_sha256 = NULL, file_error = ?, updated_ms = ? WHERE file_sha256 = ?",
          [.text(reason), .moment(now), .blob(hash.bytes)])
        try connection.execute("DELETE FROM photos WHERE sha256 = ?", [.blob(hash.bytes)])
      }
    }
  }

  /// Files of the vault that no record uses.
  package func unusedFiles() async throws -> [ContentHash] {
    try await database.read { connection in
      try connection.rows(
        """
        SELECT sha256 FROM stored_files AS f
        WHERE NOT EXISTS (SELECT 1 FROM archives WHERE file_sha256 = f.sha256)
          AND NOT EXISTS (SELECT 1 FROM photos WHERE photos.sha256 = f.sha256)
        """
      ) { (row) throws(SQLiteError) in try row.blob("sha256") }
      .compactMap { ContentHash(digest: $0) }
    }
  }

  private static func files(of id: ArchiveID, _ connection: Connection) throws(SQLiteError) -> Set<ContentHash> {
    let digests = try connection.rows(
      """
      SELECT file_sha256 AS digest FROM archives WHERE id = ?1 AND file_sha256 IS NOT NULL
      UNION SELECT sha256 FROM photos WHERE archive_id = ?1 AND sha256 IS NOT NULL
      """, [.id(id)]
    ) { (row) throws(SQLiteError) in try row.blob("digest") }
    return Set(digests.compactMap { ContentHash(digest: $0) })
  }
}
