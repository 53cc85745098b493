package import Model

/// A print as an export of ours has it.
package struct ImportedPrint: Hashable, Sendable {
  package var name: String
  package var filename: String?
  package var status: ArchiveStatus?
  package var error: String?
  package var printerName: String?
  package var projectName: String?
  package var notes: String?
  package var tags: [String] = []
  package var filamentType: String?
  /// Grams.
  package var filamentUsed: Double?
  package var cost: Double?
  /// kWh.
  package var energy: Double?
  package var energyCost: Double?
  package var layers: Int?
  /// Seconds.
  package var duration: Int?
  package var startedAt: Timestamp?
  package var endedAt: Timestamp?
  package var createdAt: Timestamp

  package init(name: String, createdAt: Timestamp) {
    self.name = name
    self.createdAt = createdAt
  }
}

extension ArchiveRepository {
  /// Takes up those that are not there yet, so that an import that broke off can be repeated. All of these or none.
  ///
  /// A printer or project of that name becomes theirs where there is one; a project is made where there is none.
  /// - Returns: how many were new.
  package func take(_ prints: [ImportedPrint], now: Timestamp) async throws -> Int {
    try await database.write { connection in
      var count = 0
      for print in prints where try !Self.isKnown(print, connection) {
        let project = try print.projectName.map { name in try Self.project(named: name, now: now, connection) }
        try connection.execute(
          """
          INSERT INTO archives (name, filename, status, error, printer_name, printer_id, project_id, notes, tags_json,
            filament_type, filament_used_g, cost_override, total_layers, duration_s, started_ms, ended_ms,
            is_end_time_known, energy_kwh, energy_cost, created_ms, updated_ms)
          VALUES (?1, ?2, ?3, ?4, ?5, (SELECT min(id) FROM printers WHERE name = ?5), ?6, ?7, ?8, ?9, ?10, ?11, ?12,
            ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)
          """,
          [
            .text(print.name), .text(print.filename), .text(print.status?.rawValue), .text(print.error),
            .text(print.printerName), .integer(project.map(Int.init)), .text(print.notes),
            .text(CompactJSON.text(print.tags)), .text(print.filamentType), .real(print.filamentUsed),
            .real(print.cost), .integer(print.layers), .integer(print.duration), .moment(print.startedAt),
            .moment(print.status == nil ? nil : print.endedAt ?? print.createdAt), .flag(print.endedAt != nil),
            .real(print.energy), .real(print.energyCost), .moment(print.createdAt), .moment(now),
          ])
        count += 1
      }
      return count
    }
  }

  /// To the second, as exports have their times; the bin counts as well, since somebody threw it away.
  private static func isKnown(_ print: ImportedPrint, _ connection: Connection) throws(SQLiteError) -> Bool {
    let second = print.createdAt.milliseconds / 1000 * 1000
    let found = try connection.row(
      """
      SELECT 1 AS one FROM archives
      WHERE created_ms >= ?1 AND created_ms < ?1 + 1000 AND deleted_ms IS NULL AND is_system = 0
        AND coalesce(name, task_name, filename, 'Print ' || id) = ?2 AND printer_name IS ?3 AND filename IS ?4
      UNION ALL
      SELECT 1 AS one FROM archives
      WHERE created_ms >= ?1 AND created_ms < ?1 + 1000 AND deleted_ms IS NOT NULL
        AND coalesce(name, task_name, filename, 'Print ' || id) = ?2 AND printer_name IS ?3 AND filename IS ?4
      LIMIT 1
      """, [.integer(second), .text(print.name), .text(print.printerName), .text(print.filename)]
    ) { (_) throws(SQLiteError) in true }
    return found ?? false
  }

  private static func project(named name: String, now: Timestamp, _ connection: Connection) throws(SQLiteError) -> Int64
  {
    let known = try connection.row("SELECT min(id) AS id FROM projects WHERE name = ?", [.text(name)]) {
      (row) throws(SQLiteError) in try row.optionalInteger("id")
    }
    if let known, let id = known { return id }
    try connection.execute(
      "INSERT INTO projects (name, description, created_ms, updated_ms) VALUES (?, '', ?, ?)",
      [.text(name), .moment(now), .moment(now)])
    return connection.lastInsertedRow
  }
}
