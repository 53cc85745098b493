package import Model

/// A start that has been decided on, written down before it goes to the printer.
package struct PrintStartRecord: Hashable, Sendable {
  package var printerID: PrinterID
  /// The number under which the printer will show the job.
  package var taskID: Int
  /// Where the file lies on the printer.
  package var file: String
  package var sentAt: Timestamp
  /// The record whose file it is.
  package var archive: ArchiveID?
  /// 1-based; nil for plain G-code.
  package var plate: Int?

  package init(
    printerID: PrinterID, taskID: Int, file: String, sentAt: Timestamp, archive: ArchiveID? = nil, plate: Int? = nil
  ) {
    self.printerID = printerID
    self.taskID = taskID
    self.file = file
    self.sentAt = sentAt
    self.archive = archive
    self.plate = plate
  }
}

/// The starts of which nothing has been seen yet, at most one for a printer.
package struct PrintStartRepository: Sendable {
  private let database: Database

  package init(_ database: Database) { self.database = database }

  package func all() async throws -> [PrintStartRecord] {
    try await database.read { try $0.rows("SELECT * FROM print_starts ORDER BY printer_id", [], Self.record) }
  }

  /// On the disk when this returns.
  package func upsert(_ start: PrintStartRecord) async throws {
    try await database.write { connection in
      try connection.execute(
        """
        INSERT OR REPLACE INTO print_starts (printer_id, task_id, file, sent_ms, archive_id, plate)
        VALUES (?, ?, ?, ?, (SELECT id FROM archives WHERE id = ?), ?)
        """,
        [
          .id(start.printerID), .integer(start.taskID), .text(start.file), .moment(start.sentAt),
          start.archive.map { .id($0) } ?? .null, .integer(start.plate),
        ])
    }
  }

  /// Only this one: a later start of the same printer stays.
  package func remove(_ id: PrinterID, taskID: Int) async throws {
    try await database.write { connection in
      _ = try connection.execute(
        "DELETE FROM print_starts WHERE printer_id = ? AND task_id = ?", [.id(id), .integer(taskID)])
    }
  }

  private static func record(_ row: borrowing Row) throws(SQLiteError) -> PrintStartRecord {
    PrintStartRecord(
      printerID: PrinterID(rawValue: try row.integer("printer_id")), taskID: Int(try row.integer("task_id")),
      file: try row.text("file"), sentAt: try row.moment("sent_ms"),
      archive: try row.optionalInteger("archive_id").map(ArchiveID.init(rawValue:)),
      plate: try row.optionalInteger("plate").map(Int.init))
  }
}
