package import Model

/// The notification providers and the words that they use.
package struct ProviderRepository: Sendable {
  private let database: Database

  package init(_ database: Database) { self.database = database }

  package func all() async throws -> [ProviderRecord] {
    try await database.read { try $0.rows("SELECT * FROM notification_providers ORDER BY id", [], Self.record) }
  }

  /// nil when there are `limit` already.
  package func insert(_ record: ProviderRecord, limit: Int) async throws -> ProviderID? {
    try await database.write { connection in
      let count = try connection.row("SELECT count(*) AS n FROM notification_providers") {
        (row) throws(SQLiteError) in try row.integer("n")
      }
      guard (count ?? 0) < Int64(limit) else { return nil }
      try connection.execute(
        """
        INSERT INTO notification_providers (name, type, is_enabled, config_json, events, printer_ids,
          quiet_start_minute, quiet_end_minute, digest_minute, created_ms, updated_ms)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """, Self.values(record) + [.moment(record.createdAt), .moment(record.updatedAt)])
      return ProviderID(rawValue: connection.lastInsertedRow)
    }
  }

  /// Answers whether it was there.
  package func update(_ record: ProviderRecord) async throws -> Bool {
    try await database.write { connection in
      try connection.execute(
        """
        UPDATE notification_providers SET name = ?, type = ?, is_enabled = ?, config_json = ?, events = ?,
          printer_ids = ?, quiet_start_minute = ?, quiet_end_minute = ?, digest_minute = ?, updated_ms = ?
        WHERE id = ?
        """, Self.values(record) + [.moment(record.updatedAt), .id(record.id)]) > 0
    }
  }

  /// Its messages that wait become dead letters. Answers whether it was there.
  package func delete(_ id: ProviderID, now: Timestamp) async throws -> Bool {
    try await database.write { connection in
      try connection.execute(
        """
        UPDATE notifications SET state = 'failed', error = 'The provider was deleted.', finished_ms = ?
        WHERE provider_id = ? AND finished_ms IS NULL
        """, [.moment(now), .id(id)])
      return try connection.execute("DELETE FROM notification_providers WHERE id = ?", [.id(id)]) > 0
    }
  }

  /// What was said otherwise, by event.
  package func templates() async throws -> [(event: String, title: String, message: String, updatedAt: Timestamp)] {
    try await database.read { connection in
      try connection.rows("SELECT * FROM notification_templates ORDER BY event") { (row) throws(SQLiteError) in
        (
          event: try row.text("event"), title: try row.text("title"), message: try row.text("message"),
          updatedAt: try row.moment("updated_ms")
        )
      }
    }
  }

  package func setTemplate(_ event: NotificationEvent, title: String, message: String, now: Timestamp) async throws {
    try await database.write { connection in
      _ = try connection.execute(
        "INSERT OR REPLACE INTO notification_templates (event, title, message, updated_ms) VALUES (?, ?, ?, ?)",
        [.text(event.rawValue), .text(title), .text(message), .moment(now)])
    }
  }

  package func resetTemplate(_ event: NotificationEvent) async throws {
    try await database.write { connection in
      _ = try connection.execute("DELETE FROM notification_templates WHERE event = ?", [.text(event.rawValue)])
    }
  }

  private static func values(_ record: ProviderRecord) -> [SQLValue] {
    [
      .text(record.name), .text(record.type.rawValue), .flag(record.isEnabled), .text(record.config.exposed),
      .text(record.events.map(\.rawValue).sorted().joined(separator: ",")),
      .text(record.printerIDs.map { ids in ids.sorted().map(\.description).joined(separator: ",") }),
      .integer(record.quietStart), .integer(record.quietEnd), .integer(record.digestMinute),
    ]
  }

  private static func record(_ row: borrowing Row) throws(SQLiteError) -> ProviderRecord {
    let words = try row.text("events").split(separator: ",")
    let numbers = try row.optionalText("printer_ids")?.split(separator: ",").compactMap { Int64($0) }
    let printers = numbers.map { Set($0.map(PrinterID.init(rawValue:))) }
    let type = ProviderType(rawValue: try row.text("type"))
    let isEnabled = try row.flag("is_enabled")
    var record = ProviderRecord(
      id: ProviderID(rawValue: try row.integer("id")), name: try row.text("name"),
      // A type of a later version: it is kept, and nothing is sent by it.
      type: type ?? .webhook, isEnabled: type == nil ? false : isEnabled,
      config: Secret(try row.text("config_json")),
      events: Set(words.compactMap { NotificationEvent(rawValue: String($0)) }), printerIDs: printers,
      createdAt: try row.moment("created_ms"), updatedAt: try row.moment("updated_ms"))
    record.quietStart = try row.optionalInteger("quiet_start_minute").map { Int(clamping: $0) }
    record.quietEnd = try row.optionalInteger("quiet_end_minute").map { Int(clamping: $0) }
    record.digestMinute = try row.optionalInteger("digest_minute").map { Int(clamping: $0) }
    return record
  }
}
