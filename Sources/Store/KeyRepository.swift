package import Model

/// The API keys that are kept (contract, section 3).
package struct KeyRepository: Sendable {
  package enum Refusal: Error, Hashable, Sendable {
    /// A key for some printers cannot hold `admin`.
    case adminOfSomePrinters
    /// It names a printer that does not exist.
    case unknownPrinter
    case notFound
  }

  private let database: Database

  package init(_ database: Database) { self.database = database }

  package func all() async throws -> [KeyRecord] {
    try await database.read { connection in
      let links = try connection.rows("SELECT key_id, printer_id FROM api_key_printers") { (row) throws(SQLiteError) in
        (KeyID(rawValue: try row.integer("key_id")), PrinterID(rawValue: try row.integer("printer_id")))
      }
      let printers = Dictionary(grouping: links, by: \.0).mapValues { Set($0.map(\.1)) }
      return try connection.rows("SELECT * FROM api_keys ORDER BY id") { (row) throws(SQLiteError) in
        try Self.record(row) { (id) throws(SQLiteError) in printers[id] ?? [] }
      }
    }
  }

  /// The key with this SHA-256; whether it has expired is the caller's to judge, who knows the time.
  package func find(hash: [UInt8]) async throws -> KeyRecord? {
    try await database.read { connection in
      try connection.row("SELECT * FROM api_keys WHERE key_sha256 = ?", [.blob(hash)]) { (row) throws(SQLiteError) in
        try Self.record(row) { (id) throws(SQLiteError) in try Self.printers(of: id, connection) }
      }
    }
  }

  /// Makes a key. Its text is in the answer and nowhere else.
  ///
  /// - Throws: `Refusal.adminOfSomePrinters`, `Refusal.unknownPrinter`
  package func insert(_ grant: KeyGrant, now: Timestamp) async throws -> (record: KeyRecord, key: APIKey) {
    try Self.check(grant)
    let key = try APIKey.random()
    let record = try await database.write { connection in
      try connection.execute(
        """
        INSERT INTO api_keys (name, key_sha256, permissions, has_all_printers, expires_ms, created_ms, updated_ms)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        [
          .text(grant.name), .blob(key.hash), Self.text(grant.permissions), .flag(grant.printerIDs == nil),
          .moment(grant.expiresAt), .moment(now), .moment(now),
        ])
      let id = KeyID(rawValue: connection.lastInsertedRow)
      try Self.link(id, grant.printerIDs, connection)
      return try Self.existing(id, connection)
    }
    return (record, key)
  }

  /// - Throws: `Refusal.adminOfSomePrinters`, `Refusal.unknownPrinter`, `Refusal.notFound`
  package func update(_ id: KeyID, _ grant: KeyGrant, now: Timestamp) async throws -> KeyRecord {
    try Self.check(grant)
    return try await database.write { connection in
      let changed = try connection.execute(
        """
        UPDATE api_keys SET name = ?, permissions = ?, has_all_printers = ?, expires_ms = ?, updated_ms = ?
        WHERE id = ?
        """,
        [
          .text(grant.name), Self.text(grant.permissions), .flag(grant.printerIDs == nil), .moment(grant.expiresAt),
          .moment(now), .id(id),
        ])
      guard changed > 0 else { throw Refusal.notFound }
      try connection.execute("DELETE FROM api_key_printers WHERE key_id = ?", [.id(id)])
      try Self.link(id, grant.printerIDs, connection)
      return try Self.existing(id, connection)
    }
  }

  /// Answers whether it was there.
  package func delete(_ id: KeyID) async throws -> Bool {
    try await database.write { try $0.execute("DELETE FROM api_keys WHERE id = ?", [.id(id)]) > 0 }
  }

  /// Writes a batch of `KeyUses`, without waiting for a sync. Keys that are gone are passed over.
  package func touch(_ uses: [KeyID: Timestamp]) async throws {
    guard !uses.isEmpty else { return }
    try await database.write(.relaxed) { connection in
      for (id, moment) in uses {
        try connection.execute("UPDATE api_keys SET last_used_ms = ? WHERE id = ?", [.moment(moment), .id(id)])
      }
    }
  }

  private static func check(_ grant: KeyGrant) throws(Refusal) {
    if grant.printerIDs != nil, grant.permissions.contains(.admin) { throw .adminOfSomePrinters }
  }

  private static func link(_ id: KeyID, _ printers: Set<PrinterID>?, _ connection: Connection) throws {
    for printer in (printers ?? []).sorted() {
      do {
        try connection.execute(
          "INSERT INTO api_key_printers (key_id, printer_id) VALUES (?, ?)", [.id(id), .id(printer)])
      } catch {
        guard error.isForeignKeyViolation else { throw error }
        throw Refusal.unknownPrinter
      }
    }
  }

  private static func existing(_ id: KeyID, _ connection: Connection) throws -> KeyRecord {
    let found = try connection.row("SELECT * FROM api_keys WHERE id = ?", [.id(id)]) { (row) throws(SQLiteError) in
      try record(row) { (id) throws(SQLiteError) in try printers(of: id, connection) }
    }
    guard let found else { throw Refusal.notFound }
    return found
  }

  private static func printers(of id: KeyID, _ connection: Connection) throws(SQLiteError) -> Set<PrinterID> {
    Set(
      try connection.rows("SELECT printer_id FROM api_key_printers WHERE key_id = ?", [.id(id)]) {
        (row) throws(SQLiteError) in PrinterID(rawValue: try row.integer("printer_id"))
      })
  }

  private static func record(
    _ row: borrowing Row, printers: (KeyID) throws(SQLiteError) -> Set<PrinterID>
  ) throws(SQLiteError) -> KeyRecord {
    let id = KeyID(rawValue: try row.integer("id"))
    return KeyRecord(
      id: id, name: try row.text("name"), permissions: permissions(try row.text("permissions")),
      printerIDs: try row.flag("has_all_printers") ? nil : try printers(id),
      expiresAt: try row.optionalMoment("expires_ms"), lastUsedAt: try row.optionalMoment("last_used_ms"),
      createdAt: try row.moment("created_ms"), updatedAt: try row.moment("updated_ms"))
  }

  /// A comma between each two, in their own order.
  private static func text(_ permissions: Set<Permission>) -> SQLValue {
    .text(permissions.sorted().map(\.rawValue).joined(separator: ","))
  }

  /// A name that is not known grants nothing.
  private static func permissions(_ text: String) -> Set<Permission> {
    Set(text.split(separator: ",").compactMap { Permission(rawValue: String($0)) })
  }
}
