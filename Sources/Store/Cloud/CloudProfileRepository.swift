package import Model

/// The profiles of the slicer as the last sync has seen them, so that they are there without the cloud.
package struct CloudProfileRepository: Sendable {
  /// What a sync has changed.
  package struct Changes: Hashable, Sendable {
    package var added = 0
    package var changed = 0
    package var removed = 0

    package init(added: Int = 0, changed: Int = 0, removed: Int = 0) {
      self.added = added
      self.changed = changed
      self.removed = removed
    }
  }

  private let database: Database

  package init(_ database: Database) { self.database = database }

  package func list(
    type: CloudProfileType?, limit: Int, offset: Int
  ) async throws -> (total: Int, profiles: [CloudProfile]) {
    let word = SQLValue.text(type?.rawValue)
    return try await database.read { connection in
      let total = try connection.row(
        "SELECT count(*) AS n FROM cloud_profiles WHERE ?1 IS NULL OR type = ?1", [word]
      ) { (row) throws(SQLiteError) in try row.integer("n") }
      return (
        Int(total ?? 0),
        try connection.rows(
          "SELECT * FROM cloud_profiles WHERE ?1 IS NULL OR type = ?1 ORDER BY type, name, id LIMIT ?2 OFFSET ?3",
          [word, .integer(limit), .integer(offset)]
        ) { (row) throws(SQLiteError) in try Self.profile(row) }
      )
    }
  }

  package func count() async throws -> Int { try await list(type: nil, limit: 0, offset: 0).total }

  package func get(_ id: String) async throws -> CloudProfileRecord? {
    try await database.read { connection in
      try connection.row("SELECT * FROM cloud_profiles WHERE id = ?", [.text(id)]) { (row) throws(SQLiteError) in
        CloudProfileRecord(profile: try Self.profile(row), settings: try row.optionalText("settings_json"))
      }
    }
  }

  /// Those whose settings are here, by number, with the version and time that they are of.
  package func known() async throws -> [String: (profile: CloudProfile, hasSettings: Bool)] {
    try await database.read { connection in
      let rows = try connection.rows(
        "SELECT id, name, type, base_id, version, updated_ms, is_own, settings_json IS NOT NULL AS has FROM cloud_profiles"
      ) { (row) throws(SQLiteError) in (profile: try Self.profile(row), hasSettings: try row.flag("has")) }
      return Dictionary(rows.map { ($0.profile.id, $0) }, uniquingKeysWith: { $1 })
    }
  }

  /// Makes what is kept equal to a list, all or nothing, and notes in the account's row when that was. Settings of profiles
  /// that have not changed stay.
  package func replace(
    _ records: [CloudProfileRecord], account: CloudAccountRecord
  ) async throws -> Changes {
    try await database.write { connection in
      let old = try connection.rows("SELECT * FROM cloud_profiles") { (row) throws(SQLiteError) in
        CloudProfileRecord(profile: try Self.profile(row), settings: try row.optionalText("settings_json"))
      }
      var rest = Dictionary(old.map { ($0.profile.id, $0) }, uniquingKeysWith: { $1 })
      var changes = Changes()
      for record in records {
        let before = rest.removeValue(forKey: record.profile.id)
        if let before {
          if before.profile == record.profile {
            guard let settings = record.settings, settings != before.settings else { continue }
            if before.settings != nil { changes.changed += 1 }
          } else {
            changes.changed += 1
          }
        } else {
          changes.added += 1
        }
        try Self.put(record, connection)
      }
      for id in rest.keys {
        _ = try connection.execute("DELETE FROM cloud_profiles WHERE id = ?", [.text(id)])
        changes.removed += 1
      }
      try CloudAccountRepository.put(account, connection)
      return changes
    }
  }

  package func put(_ record: CloudProfileRecord) async throws {
    try await database.write { connection in try Self.put(record, connection) }
  }

  private static func put(_ record: CloudProfileRecord, _ connection: Connection) throws(SQLiteError) {
    let profile = record.profile
    _ = try connection.execute(
      """
      INSERT OR REPLACE INTO cloud_profiles (id, name, type, base_id, version, updated_ms, is_own, settings_json)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .text(profile.id), .text(profile.name), .text(profile.type.rawValue), .text(profile.baseID),
        .text(profile.version), .moment(profile.updatedAt), .flag(profile.isOwn), .text(record.settings),
      ])
  }

  private static func profile(_ row: borrowing Row) throws(SQLiteError) -> CloudProfile {
    var profile = CloudProfile(
      id: try row.text("id"), name: try row.text("name"),
      type: CloudProfileType(rawValue: try row.text("type")) ?? .print, isOwn: try row.flag("is_own"))
    profile.baseID = try row.optionalText("base_id")
    profile.version = try row.optionalText("version")
    profile.updatedAt = try row.optionalMoment("updated_ms")
    return profile
  }
}
