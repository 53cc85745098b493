import Model
import Wire

/// Which columns hold secrets, and how a copy of the database loses them, or gets them back from the one that it replaces.
///
/// `Tests/StoreTests` walks through the schema: a column that looks like a secret must be named here, or be known to be none.
enum KeptSecrets {
  /// Tables and columns that hold secrets.
  static let columns: Set<String> = [
    "printers.access_code", "printers.pin_sha256_hex", "printers.camera_url", "api_keys.key_sha256",
    "api_keys.permissions", "api_key_printers.key_id", "password.salt", "password.digest", "sessions.token_sha256",
    "smart_plugs.username", "smart_plugs.password", "smart_plugs.token", "smart_plugs.address",
    "notification_providers.config_json", "cloud_account.token_sealed",
  ]

  /// The members of a provider's config that are secrets; `Tests/ServiceTests` holds this against what the API hides.
  static let configMembers: Set<String> = [
    "secret", "token", "user_key", "webhook_url", "password", "device_key",
  ]

  /// What stands where an access code was, as the column cannot be empty; such a printer is switched off.
  static let noCode = "-"

  /// Sessions are in no backup: whoever was signed in signs in again.
  static func forgetSessions(_ connection: Connection) throws { try connection.execute("DELETE FROM sessions") }

  /// Takes all secrets out, so that no byte of them stays in the file.
  ///
  /// - Parameter settings: the names of those that are secrets.
  static func strip(_ connection: Connection, settings: [String]) throws {
    try connection.run(script: "PRAGMA secure_delete = ON; PRAGMA foreign_keys = OFF;")
    try connection.transaction { connection in
      try connection.execute(
        """
        UPDATE printers SET access_code = ?, pin_sha256_hex = NULL, is_enabled = 0,
          trust_state = CASE trust_state WHEN 'verified' THEN 'verified' ELSE 'none' END
        """, [.text(noCode)])
      try connection.execute("UPDATE smart_plugs SET username = NULL, password = NULL, token = NULL")
      try connection.execute("UPDATE cloud_account SET token_sealed = NULL")
      try connection.execute("DELETE FROM api_key_printers")
      try connection.execute("DELETE FROM api_keys")
      try connection.execute("DELETE FROM password")
      try connection.execute(
        "DELETE FROM settings WHERE name IN (SELECT value FROM json_each(?))", [.text(CompactJSON.text(settings))])
      try addresses(connection)
      try configs(connection)
    }
    try connection.run(script: "VACUUM;")
  }

  private static func addresses(_ connection: Connection) throws {
    let cameras = try connection.rows(
      "SELECT id, camera_url AS url FROM printers WHERE camera_url LIKE '%@%'", [], pair)
    for (id, url) in cameras {
      try connection.execute(
        "UPDATE printers SET camera_url = ? WHERE id = ?", [.text(withoutUser(url)), .integer(id)])
    }
    let plugs = try connection.rows("SELECT id, address AS url FROM smart_plugs WHERE address LIKE '%@%'", [], pair)
    for (id, url) in plugs {
      try connection.execute(
        "UPDATE smart_plugs SET address = ? WHERE id = ?", [.text(withoutUser(url)), .integer(id)])
    }
  }

  private static func configs(_ connection: Connection) throws {
    let rows = try connection.rows("SELECT id, config_json AS url FROM notification_providers", [], pair)
    for (id, config) in rows {
      let members = (try? JSONParser.parse(config.utf8, limits: .init(bytes: 1 << 16)))?.object ?? [:]
      let kept = members.filter { !configMembers.contains($0.key) }.mapValues { value in
        value.string.map { .string(withoutUser($0)) } ?? value
      }
      guard kept != members else { continue }
      var json = JSONWriter()
      json.write(.object(kept))
      try connection.execute(
        "UPDATE notification_providers SET config_json = ?, is_enabled = 0 WHERE id = ?",
        [.text(String(decoding: json.bytes, as: UTF8.self)), .integer(id)])
    }
  }

  private static func pair(_ row: borrowing Row) throws(SQLiteError) -> (Int64, String) {
    (try row.integer("id"), try row.text("url"))
  }

  /// `http://user:password@host/` without what stands before the host; a mail address is left as it is.
  static func withoutUser(_ url: String) -> String {
    let marks = Array("://".utf8)
    let bytes = Array(url.utf8)
    guard let start = bytes.indices.first(where: { bytes[$0...].starts(with: marks) }) else { return url }
    let rest = bytes[(start + marks.count)...]
    let authority = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
    guard let at = authority.lastIndex(of: UInt8(ascii: "@")) else { return url }
    return String(decoding: bytes[..<(start + marks.count)] + bytes[(at + 1)...], as: UTF8.self)
  }

  /// Gives a copy without secrets those of the database that it replaces: its password, keys and sessions, and what belongs
  /// to the same printers, plugs and providers.
  ///
  /// - Parameters:
  ///   - path: a database of the same schema.
  ///   - settings: the names of those that are secrets.
  static func carry(from path: String, into connection: Connection, settings: [String]) throws {
    try connection.execute("ATTACH ? AS old", [.text(path)])
    try connection.transaction { connection in
      try connection.execute(
        """
        UPDATE printers SET access_code = old.access_code, pin_sha256_hex = old.pin_sha256_hex,
          trust_state = old.trust_state, is_enabled = old.is_enabled, camera_url = old.camera_url
        FROM old.printers AS old WHERE old.serial = printers.serial
        """)
      try connection.execute(
        """
        UPDATE smart_plugs SET username = old.username, password = old.password, token = old.token, address = old.address
        FROM old.smart_plugs AS old WHERE old.id = smart_plugs.id AND old.type = smart_plugs.type
          AND old.name = smart_plugs.name
        """)
      try connection.execute(
        """
        UPDATE notification_providers SET config_json = old.config_json, is_enabled = old.is_enabled
        FROM old.notification_providers AS old WHERE old.id = notification_providers.id
          AND old.type = notification_providers.type AND old.name = notification_providers.name
        """)
      // The token is sealed by this board's own key file.
      try connection.execute("DELETE FROM cloud_account")
      try connection.execute("INSERT INTO cloud_account SELECT * FROM old.cloud_account")
      try connection.execute("INSERT OR REPLACE INTO password SELECT * FROM old.password")
      try connection.execute(
        """
        INSERT OR REPLACE INTO settings SELECT * FROM old.settings
        WHERE name IN (SELECT value FROM json_each(?))
        """, [.text(CompactJSON.text(settings))])
      try connection.execute("INSERT OR IGNORE INTO sessions SELECT * FROM old.sessions")
      try connection.execute("INSERT OR IGNORE INTO api_keys SELECT * FROM old.api_keys")
      // A key for some printers keeps those that are the same ones.
      try connection.execute(
        """
        INSERT OR IGNORE INTO api_key_printers SELECT allowed.key_id, allowed.printer_id
        FROM old.api_key_printers AS allowed JOIN old.printers AS old ON old.id = allowed.printer_id
        JOIN printers ON printers.id = old.id AND printers.serial = old.serial
        """)
    }
    try connection.execute("DETACH old")
  }
}
