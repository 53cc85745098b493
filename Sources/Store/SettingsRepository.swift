package import Model

/// The settings that differ from their defaults: a name and a value as JSON text. What a name means is the caller's.
package struct SettingsRepository: Sendable {
  private let database: Database

  package init(_ database: Database) { self.database = database }

  package func all() async throws -> [String: String] {
    try await database.read { try Self.all($0) }
  }

  /// All or nothing; nil goes back to the default.
  ///
  /// - Parameter number: counts the changes in the order in which they are made.
  /// - Returns: all settings after this change, and its number.
  package func change(
    _ values: [String: String?], now: Timestamp, number: @Sendable () -> Int
  ) async throws -> (all: [String: String], number: Int) {
    try await database.write { connection in
      for (name, value) in values {
        guard let value else {
          try connection.execute("DELETE FROM settings WHERE name = ?", [.text(name)])
          continue
        }
        try connection.execute(
          """
          INSERT INTO settings (name, value_json, updated_ms) VALUES (?, ?, ?)
          ON CONFLICT (name) DO UPDATE SET value_json = excluded.value_json, updated_ms = excluded.updated_ms
          """, [.text(name), .text(value), .moment(now)])
      }
      return (try Self.all(connection), number())
    }
  }

  private static func all(_ connection: Connection) throws -> [String: String] {
    let pairs = try connection.rows("SELECT name, value_json FROM settings") { (row) throws(SQLiteError) in
      (try row.text("name"), try row.text("value_json"))
    }
    return Dictionary(pairs, uniquingKeysWith: { $1 })
  }
}
