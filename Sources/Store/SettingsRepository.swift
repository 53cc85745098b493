package import Model

/// The settings that differ from their defaults: a name and a value as JSON text. What a name means is the caller's.
package struct SettingsRepository: Sendable {
  private let database: Database

  package init(_ database: Database) { self.database = database }

  package func all() async throws -> [String: String] {
    let pairs = try await database.read { connection in
      try connection.rows("SELECT name, value_json FROM settings") { (row) throws(SQLiteError) in
        (try row.text("name"), try row.text("value_json"))
      }
    }
    return Dictionary(pairs, uniquingKeysWith: { $1 })
  }

  /// All or nothing.
  package func set(_ values: [String: String], now: Timestamp) async throws {
    try await database.write { connection in
      for (name, value) in values {
        try connection.execute(
          """
          INSERT INTO settings (name, value_json, updated_ms) VALUES (?, ?, ?)
          ON CONFLICT (name) DO UPDATE SET value_json = excluded.value_json, updated_ms = excluded.updated_ms
          """, [.text(name), .text(value), .moment(now)])
      }
    }
  }

  /// Back to the defaults.
  package func remove(_ names: Set<String>) async throws {
    try await database.write { connection in
      for name in names { try connection.execute("DELETE FROM settings WHERE name = ?", [.text(name)]) }
    }
  }
}
