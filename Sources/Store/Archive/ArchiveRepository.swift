package import Model

/// The archive: what was printed, and files that were not (contract, section 5).
///
/// What a printer is printing is written by `PrintRepository`; a printer's own runs are none of the archive's.
package struct ArchiveRepository: Sendable {
  package enum Refusal: Error, Hashable, Sendable {
    case notFound
    case unknownProject
    /// It is being printed.
    case isPrinting
    /// Items of the queue will print it.
    case isAwaited
  }

  let database: Database

  package init(_ database: Database) { self.database = database }

  // MARK: Reading

  package var generation: Int { database.generation }

  package func get(_ id: ArchiveID) async throws -> ArchiveRecord? {
    try await database.read { try Self.find(id, $0) }
  }

  /// How many there are, and a part of them; of one state of the database.
  package func list(
    _ filter: ArchiveFilter, limit: Int, offset: Int
  ) async throws -> (total: Int, records: [ArchiveRecord]) {
    let query = ArchiveQuery(filter)
    guard !query.isEmpty else { return (0, []) }
    return try await database.read { connection in
      let query = try query.knowing(connection)
      let counts = try connection.rows(query.count) { (row) throws(SQLiteError) in Int(try row.integer("n")) }
      let total = counts.first ?? 0
      guard total > offset else { return (total, []) }
      return (
        total,
        try connection.rows(query.page(limit: limit, offset: offset, of: total)) { (row) throws(SQLiteError) in
          try ArchiveRecord(row)
        }
      )
    }
  }

  package func count(_ filter: ArchiveFilter) async throws -> Int {
    let query = ArchiveQuery(filter)
    guard !query.isEmpty else { return 0 }
    return try await database.read { connection in
      try connection.rows(try query.knowing(connection).count) { (row) throws(SQLiteError) in Int(try row.integer("n"))
      }.first ?? 0
    }
  }

  /// The part of a list after this record, or from its beginning: a list that changes meanwhile has none twice.
  package func page(
    _ filter: ArchiveFilter, after last: ArchiveRecord?, limit: Int
  ) async throws -> [ArchiveRecord] {
    let query = ArchiveQuery(filter)
    guard !query.isEmpty else { return [] }
    return try await database.read { connection in
      try connection.rows(query.page(limit: limit, after: last.map(query.place))) { (row) throws(SQLiteError) in
        try ArchiveRecord(row)
      }
    }
  }

  /// The other records with the same file, the newest first; at most 500.
  package func duplicates(of record: ArchiveRecord) async throws -> [ArchiveRecord] {
    guard let file = record.file else { return [] }
    return try await database.read { connection in
      try connection.rows(
        """
        SELECT archives.*, projects.name AS project_name
        FROM archives INDEXED BY archives_by_file LEFT JOIN projects ON projects.id = project_id
        WHERE file_sha256 = ? AND archives.id <> ? AND deleted_ms IS NULL AND is_system = 0
        ORDER BY archives.created_ms DESC, archives.id DESC LIMIT 500
        """, [.blob(file), .id(record.id)]
      ) { (row) throws(SQLiteError) in try ArchiveRecord(row) }
    }
  }

  // MARK: Making

  /// A file that somebody brought; nobody has printed it.
  package func insert(_ file: ArchiveFileRecord, name: String?, now: Timestamp) async throws -> ArchiveRecord {
    try await database.write { connection in
      try connection.execute(
        "INSERT INTO archives (name, created_ms, updated_ms) VALUES (?, ?, ?)",
        [.text(name), .moment(now), .moment(now)])
      let id = ArchiveID(rawValue: connection.lastInsertedRow)
      try Self.set(file, of: id, now: now, connection)
      return try Self.existing(id, connection)
    }
  }

  private static func set(
    _ file: ArchiveFileRecord, of id: ArchiveID, now: Timestamp, _ connection: Connection
  ) throws(SQLiteError) {
    try connection.execute(
      """
      UPDATE archives SET file_sha256 = ?, filename = ?, file_kind = ?, estimated_s = ?, estimated_g = ?,
        sliced_model = ?, nozzle_mm = ?, bed_type = ?, total_layers = coalesce(?, total_layers), filament_type = ?,
        filaments_json = ?, plates_json = ?, updated_ms = ?
      WHERE id = ?
      """,
      [
        .blob(file.hash), .text(file.filename), .text(file.kind), .integer(file.seconds),
        .real(file.grams), .text(file.slicedModel), .real(file.nozzle), .text(file.bedType),
        .integer(file.layers), .text(file.filamentType), .text(CompactJSON.text(file.filaments)),
        .text(CompactJSON.text(file.plates)), .moment(now), .id(id),
      ])
    try ArchiveCost.refresh(id, connection)
  }

  // MARK: Changing

  /// - Throws: `Refusal.notFound`, `Refusal.unknownProject`
  package func update(_ id: ArchiveID, _ changes: ArchiveChanges, now: Timestamp) async throws -> ArchiveRecord {
    try await database.write { connection in
      _ = try Self.existing(id, connection, isDeleted: false)
      if let name = changes.name {
        try Self.set("UPDATE archives SET name = ? WHERE id = ?", .text(name), id, connection)
      }
      if let notes = changes.notes {
        try Self.set("UPDATE archives SET notes = ? WHERE id = ?", .text(notes), id, connection)
      }
      if let tags = changes.tags {
        try Self.set("UPDATE archives SET tags_json = ? WHERE id = ?", .text(CompactJSON.text(tags)), id, connection)
      }
      if let cost = changes.cost {
        try Self.set("UPDATE archives SET cost_override = ? WHERE id = ?", .real(cost), id, connection)
      }
      if let project = changes.project {
        do {
          try Self.set("UPDATE archives SET project_id = ? WHERE id = ?", .id(project), id, connection)
        } catch let error as SQLiteError where error.isForeignKeyViolation {
          throw Refusal.unknownProject
        }
      }
      try Self.set("UPDATE archives SET updated_ms = ? WHERE id = ?", .moment(now), id, connection)
      return try Self.existing(id, connection)
    }
  }

  /// Into the bin.
  ///
  /// - Throws: `Refusal.notFound`, `Refusal.isPrinting`, `Refusal.isAwaited`
  package func delete(_ id: ArchiveID, now: Timestamp) async throws -> ArchiveRecord {
    try await database.write { connection in
      guard try Self.existing(id, connection, isDeleted: false).status != .printing else { throw Refusal.isPrinting }
      guard try !QueueRepository.needs(id, connection) else { throw Refusal.isAwaited }
      try Self.set("UPDATE archives SET deleted_ms = ? WHERE id = ?", .moment(now), id, connection)
      return try Self.existing(id, connection)
    }
  }

  /// Out of the bin.
  ///
  /// - Throws: `Refusal.notFound`
  package func undelete(_ id: ArchiveID, now: Timestamp) async throws -> ArchiveRecord {
    try await database.write { connection in
      _ = try Self.existing(id, connection, isDeleted: true)
      try connection.execute(
        "UPDATE archives SET deleted_ms = NULL, updated_ms = ? WHERE id = ?", [.moment(now), .id(id)])
      return try Self.existing(id, connection)
    }
  }

  private static func set(
    _ sql: StaticString, _ value: SQLValue, _ id: ArchiveID, _ connection: Connection
  ) throws(SQLiteError) { try connection.execute(sql, [value, .id(id)]) }

  // MARK: Rows

  static func find(_ id: ArchiveID, _ connection: Connection) throws(SQLiteError) -> ArchiveRecord? {
    try connection.row(
      """
      SELECT archives.*, projects.name AS project_name FROM archives LEFT JOIN projects ON projects.id = project_id
      WHERE archives.id = ? AND is_system = 0
      """, [.id(id)]
    ) { (row) throws(SQLiteError) in try ArchiveRecord(row) }
  }

  static func existing(_ id: ArchiveID, _ connection: Connection, isDeleted: Bool? = nil) throws -> ArchiveRecord {
    guard let record = try find(id, connection), isDeleted == nil || isDeleted == (record.deletedAt != nil) else {
      throw Refusal.notFound
    }
    return record
  }
}
