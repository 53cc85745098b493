package import Model

/// A signed-in browser's cookie: 256 random bits in base64url. Kept as a hash only.
package struct SessionToken: Hashable, Sendable {
  package let secret: Secret

  package init(_ text: String) { secret = Secret(text) }

  package static func random() throws(StoreFailure) -> SessionToken {
    SessionToken(RandomText.base64URL(try RandomText.bytes(32)))
  }

  package var hash: [UInt8] { Digest.sha256(secret.exposed) }
}

package struct SessionRecord: Hashable, Sendable {
  package let id: SessionID
  package let tokenHash: [UInt8]
  package let createdAt: Timestamp
  package var lastUsedAt: Timestamp
}

/// The sessions of signed-in browsers (contract, section 3).
package struct SessionRepository: Sendable {
  /// Browsers that are signed in at once; for one more, the one that was used longest ago goes.
  package static let limit = 256

  private let database: Database

  package init(_ database: Database) { self.database = database }

  package func all() async throws -> [SessionRecord] {
    try await database.read { connection in
      try connection.rows("SELECT * FROM sessions ORDER BY id") { (row) throws(SQLiteError) in
        SessionRecord(
          id: SessionID(rawValue: try row.integer("id")), tokenHash: try row.blob("token_sha256"),
          createdAt: try row.moment("created_ms"), lastUsedAt: try row.moment("last_used_ms"))
      }
    }
  }

  /// Keeps a session that was granted for this password; nil when the password is another one by now.
  package func insert(
    _ token: SessionToken, under password: PasswordHash, now: Timestamp
  ) async throws -> SessionID? {
    let hash = token.hash
    return try await database.write { connection in
      try connection.execute(
        """
        DELETE FROM sessions WHERE id NOT IN (SELECT id FROM sessions ORDER BY last_used_ms DESC, id DESC LIMIT ?)
        """, [.integer(Int64(Self.limit - 1))])
      let made = try connection.execute(
        """
        INSERT INTO sessions (token_sha256, created_ms, last_used_ms)
        SELECT ?, ?, ? FROM password WHERE digest = ?
        """, [.blob(hash), .moment(now), .moment(now), .blob(password.digest)])
      return made > 0 ? SessionID(rawValue: connection.lastInsertedRow) : nil
    }
  }

  package func delete(_ id: SessionID) async throws {
    try await database.write { try $0.execute("DELETE FROM sessions WHERE id = ?", [.id(id)]) }
  }

  /// Writes when sessions were used, without waiting for a sync, and removes those that have ended.
  package func touch(_ uses: [SessionID: Timestamp], removing ended: [SessionID]) async throws {
    guard !uses.isEmpty || !ended.isEmpty else { return }
    try await database.write(.relaxed) { connection in
      for (id, moment) in uses {
        try connection.execute("UPDATE sessions SET last_used_ms = ? WHERE id = ?", [.moment(moment), .id(id)])
      }
      for id in ended { try connection.execute("DELETE FROM sessions WHERE id = ?", [.id(id)]) }
    }
  }
}
