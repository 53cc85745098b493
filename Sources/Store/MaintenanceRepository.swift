package import Model

/// What has to be done to printers, what was done, and how long they have printed.
package struct MaintenanceRepository: Sendable {
  private let database: Database

  package init(_ database: Database) { self.database = database }

  package func types() async throws -> [MaintenanceType] {
    try await database.read { try $0.rows("SELECT * FROM maintenance_types ORDER BY id", [], Self.type) }
  }

  /// nil when there are `limit` already.
  package func insert(_ type: MaintenanceType, limit: Int) async throws -> MaintenanceTypeID? {
    try await database.write { connection in
      let count = try connection.row("SELECT count(*) AS n FROM maintenance_types") { (row) throws(SQLiteError) in
        try row.integer("n")
      }
      guard (count ?? 0) < Int64(limit) else { return nil }
      try connection.execute(
        """
        INSERT INTO maintenance_types (name, description, interval, unit, models, is_enabled, is_builtin, created_ms,
          updated_ms)
        VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?)
        """, Self.values(type) + [.moment(type.createdAt), .moment(type.updatedAt)])
      return MaintenanceTypeID(rawValue: connection.lastInsertedRow)
    }
  }

  /// Answers whether it was there. What was told as due may be told again.
  package func update(_ type: MaintenanceType) async throws -> Bool {
    try await database.write { connection in
      try connection.execute("DELETE FROM maintenance_told WHERE type_id = ?", [.id(type.id)])
      return try connection.execute(
        """
        UPDATE maintenance_types SET name = ?, description = ?, interval = ?, unit = ?, models = ?, is_enabled = ?,
          updated_ms = ?
        WHERE id = ?
        """, Self.values(type) + [.moment(type.updatedAt), .id(type.id)]) > 0
    }
  }

  /// With all that was done of it. Answers whether it was there.
  package func delete(_ id: MaintenanceTypeID) async throws -> Bool {
    try await database.write { connection in
      try connection.execute("DELETE FROM maintenance_types WHERE id = ? AND is_builtin = 0", [.id(id)]) > 0
    }
  }

  /// Seconds that each printer has printed.
  package func printed() async throws -> [PrinterID: Int64] {
    let rows = try await database.read { connection in
      try connection.rows("SELECT * FROM printer_wear") { (row) throws(SQLiteError) in
        (PrinterID(rawValue: try row.integer("printer_id")), try row.integer("printed_s"))
      }
    }
    return Dictionary(rows, uniquingKeysWith: { first, _ in first })
  }

  /// When each thing was done last to each printer.
  package func standings() async throws -> [MaintenanceStanding] {
    try await database.read { connection in
      try connection.rows(
        """
        SELECT printer_id, type_id, max(done_ms) AS done_ms, printed_s FROM maintenance_log
        GROUP BY printer_id, type_id
        """
      ) { (row) throws(SQLiteError) in
        MaintenanceStanding(
          printerID: PrinterID(rawValue: try row.integer("printer_id")),
          typeID: MaintenanceTypeID(rawValue: try row.integer("type_id")), doneAt: try row.moment("done_ms"),
          printedThen: try row.integer("printed_s"))
      }
    }
  }

  /// Writes down that something was done. What the printer has printed since counts from there; nil when printer or type is
  /// gone.
  package func log(
    _ printer: PrinterID, _ type: MaintenanceTypeID, notes: String, doneAt: Timestamp, now: Timestamp
  ) async throws -> MaintenanceEntry? {
    try await database.write { connection in
      let made = try connection.execute(
        """
        INSERT INTO maintenance_log (printer_id, type_id, notes, done_ms, printed_s, created_ms)
        SELECT printers.id, maintenance_types.id, ?1, ?2,
          max(0, coalesce((SELECT printed_s FROM printer_wear WHERE printer_id = ?4), 0)
            - coalesce((SELECT sum(duration_s) FROM archives
              WHERE printer_id = ?4 AND ended_ms > ?2 AND duration_s > 0 AND is_system = 0), 0)), ?3
        FROM printers, maintenance_types WHERE printers.id = ?4 AND maintenance_types.id = ?5
        """, [.text(notes), .moment(doneAt), .moment(now), .id(printer), .id(type)])
      guard made == 1 else { return nil }
      let id = connection.lastInsertedRow
      try connection.execute(
        "DELETE FROM maintenance_told WHERE printer_id = ? AND type_id = ?", [.id(printer), .id(type)])
      return try connection.row(
        """
        SELECT maintenance_log.*, maintenance_types.name AS type_name FROM maintenance_log
        JOIN maintenance_types ON maintenance_types.id = type_id WHERE maintenance_log.id = ?
        """, [.integer(id)], Self.entry)
    }
  }

  /// The newest first.
  package func entries() async throws -> [MaintenanceEntry] {
    try await database.read { connection in
      try connection.rows(
        """
        SELECT maintenance_log.*, maintenance_types.name AS type_name FROM maintenance_log
        JOIN maintenance_types ON maintenance_types.id = type_id ORDER BY done_ms DESC, maintenance_log.id DESC
        LIMIT 5000
        """, [], Self.entry)
    }
  }

  /// What was told as due since it was done.
  package func told() async throws -> Set<Telling> {
    let rows = try await database.read { connection in
      try connection.rows("SELECT printer_id, type_id FROM maintenance_told") { (row) throws(SQLiteError) in
        Telling.maintenance(
          PrinterID(rawValue: try row.integer("printer_id")), MaintenanceTypeID(rawValue: try row.integer("type_id")))
      }
    }
    return Set(rows)
  }

  private static func values(_ type: MaintenanceType) -> [SQLValue] {
    [
      .text(type.name), .text(type.note), .integer(type.interval), .text(type.unit.rawValue),
      .text(type.models.map { $0.map(\.rawValue).sorted().joined(separator: ",") }), .flag(type.isEnabled),
    ]
  }

  private static func type(_ row: borrowing Row) throws(SQLiteError) -> MaintenanceType {
    let models = try row.optionalText("models").map { text in
      Set(text.split(separator: ",").compactMap { PrinterModel(rawValue: String($0)) })
    }
    return MaintenanceType(
      id: MaintenanceTypeID(rawValue: try row.integer("id")), name: try row.text("name"),
      note: try row.text("description"), interval: Int(clamping: try row.integer("interval")),
      unit: MaintenanceType.Unit(rawValue: try row.text("unit")) ?? .days, models: models,
      isBuiltIn: try row.flag("is_builtin"), isEnabled: try row.flag("is_enabled"),
      createdAt: try row.moment("created_ms"), updatedAt: try row.moment("updated_ms"))
  }

  private static func entry(_ row: borrowing Row) throws(SQLiteError) -> MaintenanceEntry {
    MaintenanceEntry(
      id: try row.integer("id"), printerID: PrinterID(rawValue: try row.integer("printer_id")),
      typeID: MaintenanceTypeID(rawValue: try row.integer("type_id")), typeName: try row.text("type_name"),
      notes: try row.text("notes"), doneAt: try row.moment("done_ms"), createdAt: try row.moment("created_ms"))
  }
}
