package import Model

/// The board's one password (contract, section 3).
package struct PasswordRepository: Sendable {
  package struct Record: Hashable, Sendable {
    package let hash: PasswordHash
    /// Made by the first start, and not changed since.
    package let isFirst: Bool
  }

  private let database: Database

  package init(_ database: Database) { self.database = database }

  package func get() async throws -> Record? {
    try await database.read { connection in
      try connection.row("SELECT * FROM password") { (row) throws(SQLiteError) in
        Record(
          hash: PasswordHash(
            salt: try row.blob("salt"), digest: try row.blob("digest"),
            cost: PasswordHash.Cost(
              cost: UInt64(clamping: try row.integer("cost")),
              blockSize: UInt64(clamping: try row.integer("block_size")),
              parallelism: UInt64(clamping: try row.integer("parallelism")))),
          isFirst: try row.flag("is_first"))
      }
    }
  }

  /// Sets the password and ends all sessions but one, together.
  ///
  /// - Parameter old: where given, the password that this one takes the place of; false when it is another one by now.
  @discardableResult
  package func set(
    _ hash: PasswordHash, replacing old: PasswordHash? = nil, isFirst: Bool, keeping session: SessionID?, now: Timestamp
  ) async throws -> Bool {
    try await database.write { connection in
      if let old {
        let isThere = try connection.row("SELECT id FROM password WHERE digest = ?", [.blob(old.digest)]) {
          (row) throws(SQLiteError) in try row.integer("id")
        }
        guard isThere != nil else { return false }
      }
      try connection.execute(
        """
        INSERT INTO password (id, salt, digest, cost, block_size, parallelism, is_first, updated_ms)
        VALUES (1, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET salt = excluded.salt, digest = excluded.digest, cost = excluded.cost,
          block_size = excluded.block_size, parallelism = excluded.parallelism, is_first = excluded.is_first,
          updated_ms = excluded.updated_ms
        """,
        [
          .blob(hash.salt), .blob(hash.digest), .integer(Int64(clamping: hash.cost.cost)),
          .integer(Int64(clamping: hash.cost.blockSize)), .integer(Int64(clamping: hash.cost.parallelism)),
          .flag(isFirst), .moment(now),
        ])
      try connection.execute("DELETE FROM sessions WHERE id IS NOT ?", [session.map { .id($0) } ?? .null])
      return true
    }
  }
}
