package import Model

/// Something that people are to be told, which is written down with what happened and struck off with the message in the
/// outbox: so a process that dies between the two tells it after its next start, and nobody is told twice.
package enum Telling: Hashable, Sendable {
  package enum Step: String, Sendable { case begun, ended }

  case print(ArchiveID, Step)
  case maintenance(PrinterID, MaintenanceTypeID)

  /// Prints whose steps are remembered as told.
  private static let memory: Int64 = 500

  /// It is owed from this transaction on.
  static func owe(_ step: Step, of print: ArchiveID, _ connection: Connection) throws(SQLiteError) {
    try connection.execute(
      "INSERT OR IGNORE INTO print_tellings (archive_id, step, is_told) VALUES (?, ?, 0)",
      [.id(print), .text(step.rawValue)])
  }

  /// It is told with this transaction; false where it was told before.
  func settle(_ connection: Connection) throws(SQLiteError) -> Bool {
    switch self {
    case .print(let print, let step):
      // A disk that refused the record has nothing owed: it is told all the same.
      let isNew = try connection.execute(
        """
        INSERT INTO print_tellings (archive_id, step, is_told) VALUES (?, ?, 1)
        ON CONFLICT (archive_id, step) DO UPDATE SET is_told = 1 WHERE is_told = 0
        """, [.id(print), .text(step.rawValue)])
      try connection.execute(
        "DELETE FROM print_tellings WHERE is_told = 1 AND archive_id < ?", [.integer(print.rawValue - Self.memory)])
      return isNew == 1
    case .maintenance(let printer, let type):
      return try connection.execute(
        """
        INSERT OR IGNORE INTO maintenance_told (printer_id, type_id)
        SELECT printers.id, maintenance_types.id FROM printers, maintenance_types
        WHERE printers.id = ? AND maintenance_types.id = ?
        """, [.id(printer), .id(type)]) == 1
    }
  }
}

extension OutboxRepository {
  /// The prints of which somebody is owed a word, oldest first.
  package func owedPrints(limit: Int) async throws -> [(archive: ArchiveID, step: Telling.Step)] {
    try await database.read { connection in
      try connection.rows(
        "SELECT archive_id, step FROM print_tellings WHERE is_told = 0 ORDER BY archive_id, step LIMIT ?",
        [.integer(limit)]
      ) { (row) throws(SQLiteError) in
        (ArchiveID(rawValue: try row.integer("archive_id")), Telling.Step(rawValue: try row.text("step")) ?? .ended)
      }
    }
  }
}
