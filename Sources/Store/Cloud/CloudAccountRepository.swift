import Model

/// The one account of the cloud.
package struct CloudAccountRepository: Sendable {
  private let database: Database

  package init(_ database: Database) { self.database = database }

  package var folder: DataFolder { database.folder }

  package func get() async throws -> CloudAccountRecord? {
    try await database.read { connection in
      try connection.row("SELECT * FROM cloud_account WHERE id = 1") { (row) throws(SQLiteError) in
        var record = CloudAccountRecord(
          region: try row.text("region"), base: try row.text("base"), account: try row.text("account"),
          signedInAt: try row.moment("signed_in_ms"), expiresAt: try row.moment("expires_ms"))
        record.userID = try row.optionalText("user_id")
        record.userName = try row.optionalText("user_name")
        record.token = try row.optionalBlob("token_sealed")
        record.syncedAt = try row.optionalMoment("synced_ms")
        record.lastMessage = try row.optionalText("last_message")
        return record
      }
    }
  }

  /// In place of the one before.
  package func put(_ record: CloudAccountRecord) async throws {
    try await database.write { connection in
      try Self.put(record, connection)
    }
  }

  static func put(_ record: CloudAccountRecord, _ connection: Connection) throws(SQLiteError) {
    _ = try connection.execute(
      """
      INSERT OR REPLACE INTO cloud_account (id, region, base, account, user_id, user_name, token_sealed, signed_in_ms,
        expires_ms, synced_ms, last_message)
      VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .text(record.region), .text(record.base), .text(record.account), .text(record.userID), .text(record.userName),
        record.token.map { .blob($0) } ?? .null, .moment(record.signedInAt), .moment(record.expiresAt),
        .moment(record.syncedAt), .text(record.lastMessage),
      ])
  }

  /// Signed out: the account goes, and with it what only it could see.
  package func erase() async throws {
    try await database.write { connection in
      _ = try connection.execute("DELETE FROM cloud_account")
      _ = try connection.execute("DELETE FROM cloud_profiles")
    }
  }
}
