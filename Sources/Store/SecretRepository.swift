package import Model
import Wire

/// All secrets that are kept as they are, since they must be sent: so that what leaves the board can be held against them.
package struct SecretRepository: Sendable {
  private let database: Database
  private let settings: [String]

  /// - Parameter settings: the names of those that are secrets.
  package init(_ database: Database, settings: [String]) {
    self.database = database
    self.settings = settings
  }

  package func all() async throws -> [Secret] {
    try await database.read { connection in
      let texts = try Self.columns.flatMap { sql in
        try connection.rows(sql) { (row) throws(SQLiteError) in try row.optionalText("secret") }
      }
      let configs = try connection.rows("SELECT config_json FROM notification_providers") {
        (row) throws(SQLiteError) in try row.text("config_json")
      }
      let settings = try connection.rows(
        "SELECT value_json FROM settings WHERE name IN (SELECT value FROM json_each(?))",
        [.text(CompactJSON.text(self.settings))]
      ) { (row) throws(SQLiteError) in
        (try? JSONParser.parse(try row.text("value_json").utf8, limits: .init(bytes: 1 << 16)))?.string
      }
      return (texts.compactMap { $0 } + settings.compactMap { $0 } + configs.flatMap(Self.texts)).map { Secret($0) }
    }
  }

  private static let columns: [StaticString] = [
    "SELECT access_code AS secret FROM printers", "SELECT camera_url AS secret FROM printers",
    "SELECT username AS secret FROM smart_plugs", "SELECT password AS secret FROM smart_plugs",
    "SELECT token AS secret FROM smart_plugs",
  ]

  /// Every text of a provider's config: which of them are secrets is another part's knowledge.
  private static func texts(_ config: String) -> [String] {
    let members = (try? JSONParser.parse(config.utf8, limits: .init(bytes: 1 << 16)))?.object ?? [:]
    return members.values.compactMap(\.string)
  }
}
