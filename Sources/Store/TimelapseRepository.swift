package import Model

/// The time-lapses that are kept. A row is made before its file, and goes before it.
package struct TimelapseRepository: Sendable {
  private let database: Database

  package init(_ database: Database) { self.database = database }

  /// Of one printer, or all; the newest first.
  package func all(of printer: PrinterID? = nil) async throws -> [TimelapseRecord] {
    try await database.read { connection in
      guard let printer else {
        return try connection.rows("SELECT * FROM timelapses ORDER BY id DESC", [], Self.record)
      }
      return try connection.rows(
        "SELECT * FROM timelapses WHERE printer_id = ? ORDER BY id DESC", [.id(printer)], Self.record)
    }
  }

  package func get(_ id: TimelapseID) async throws -> TimelapseRecord? {
    try await database.read { try $0.row("SELECT * FROM timelapses WHERE id = ?", [.id(id)], Self.record) }
  }

  /// The one that is being recorded of this print.
  package func recording(of print: ArchiveID) async throws -> TimelapseRecord? {
    try await database.read {
      try $0.row(
        "SELECT * FROM timelapses WHERE archive_id = ? AND is_recording = 1 ORDER BY id DESC LIMIT 1", [.id(print)],
        Self.record)
    }
  }

  /// How many there are of this print.
  package func count(of print: ArchiveID) async throws -> Int {
    try await database.read { connection in
      let count = try connection.row("SELECT count(*) AS n FROM timelapses WHERE archive_id = ?", [.id(print)]) {
        (row) throws(SQLiteError) in try row.integer("n")
      }
      return Int(count ?? 0)
    }
  }

  /// A new one that is being recorded; nil when the printer was deleted meanwhile.
  package func begin(
    printer: PrinterID, print: ArchiveID, taskName: String?, now: Timestamp
  ) async throws -> TimelapseID? {
    try await database.write { connection in
      let made = try connection.execute(
        """
        INSERT INTO timelapses (printer_id, printer_name, archive_id, task_name, is_recording, frames, bytes, begun_ms,
          updated_ms)
        SELECT id, name, ?, ?, 1, 0, 0, ?, ? FROM printers WHERE id = ?
        """, [.id(print), .text(taskName), .moment(now), .moment(now), .id(printer)])
      return made == 1 ? TimelapseID(rawValue: connection.lastInsertedRow) : nil
    }
  }

  package func end(
    _ id: TimelapseID, frames: Int, bytes: Int64, reason: String?, now: Timestamp
  ) async throws {
    try await database.write { connection in
      _ = try connection.execute(
        "UPDATE timelapses SET is_recording = 0, frames = ?, bytes = ?, end_reason = ?, updated_ms = ? WHERE id = ?",
        [.integer(frames), .integer(bytes), .text(reason), .moment(now), .id(id)])
    }
  }

  /// Answers whether it was there.
  package func delete(_ id: TimelapseID) async throws -> Bool {
    try await database.write { try $0.execute("DELETE FROM timelapses WHERE id = ?", [.id(id)]) > 0 }
  }

  private static func record(_ row: borrowing Row) throws(SQLiteError) -> TimelapseRecord {
    TimelapseRecord(
      id: TimelapseID(rawValue: try row.integer("id")),
      printerID: try row.optionalInteger("printer_id").map(PrinterID.init(rawValue:)),
      printerName: try row.text("printer_name"),
      printID: try row.optionalInteger("archive_id").map(ArchiveID.init(rawValue:)),
      taskName: try row.optionalText("task_name"), isRecording: try row.flag("is_recording"),
      endReason: try row.optionalText("end_reason"), frames: Int(try row.integer("frames")),
      bytes: try row.integer("bytes"), begunAt: try row.moment("begun_ms"), updatedAt: try row.moment("updated_ms"))
  }
}
