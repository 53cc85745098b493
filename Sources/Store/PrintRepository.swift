package import Model

/// The record of every print, and which of them are being followed.
///
/// A record and the row that says that it is followed change in one transaction. So a process that dies at any moment
/// leaves either nothing of a step or all of it: a print has one record, and a record at most one end.
package struct PrintRepository: Sendable {
  package enum Refusal: Error, Hashable, Sendable {
    /// The printer was deleted meanwhile.
    case unknownPrinter
  }

  private let database: Database

  package init(_ database: Database) { self.database = database }

  /// The prints that are being followed, one for a printer at most.
  package func followed() async throws -> [TrackedPrintRecord] {
    try await database.read { connection in
      try connection.rows(
        """
        SELECT tracked_prints.*, created_ms, is_system
        FROM tracked_prints JOIN archives ON archives.id = archive_id ORDER BY tracked_prints.printer_id
        """, [], Self.tracked)
    }
  }

  /// The record of the print that is being followed on this printer.
  package func followedPrint(of id: PrinterID) async throws -> ArchiveID? {
    try await database.read { connection in
      try Self.followed(id, connection)
    }
  }

  /// The file of the print that is being followed on this printer, and its plate where that is known; nil where the record
  /// has no file.
  package func followedFile(of id: PrinterID) async throws -> (file: ContentHash, plate: Int?)? {
    try await database.read { connection in
      let found = try connection.row(
        """
        SELECT file_sha256, plate FROM tracked_prints JOIN archives ON archives.id = archive_id
        WHERE tracked_prints.printer_id = ? AND file_sha256 IS NOT NULL
        """, [.id(id)]
      ) { (row) throws(SQLiteError) in
        (hash: ContentHash(digest: try row.blob("file_sha256")), plate: try row.optionalInteger("plate"))
      }
      guard let found, let hash = found.hash else { return nil }
      return (hash, found.plate.map { Int($0) })
    }
  }

  /// A print is on the machine that was not there before. One that is still being followed there has gone by unseen.
  ///
  /// - Parameter isOwed: people are to be told.
  /// - Returns: the print's record.
  /// - Throws: `Refusal.unknownPrinter`
  @discardableResult
  package func begin(_ print: TrackedPrintRecord, isOwed: Bool = false) async throws -> ArchiveID {
    try await database.write { connection in
      try Self.abandon(print.printerID, now: print.updatedAt, connection)
      let id = try Self.write(print, connection)
      if isOwed { try Telling.owe(.begun, of: id, connection) }
      return id
    }
  }

  /// What became known of the print that is being followed. Its record is made where the beginning could not be written.
  ///
  /// - Returns: the print's record.
  /// - Throws: `Refusal.unknownPrinter`
  @discardableResult
  package func follow(_ print: TrackedPrintRecord) async throws -> ArchiveID {
    try await database.write { try Self.write(print, $0) }
  }

  /// The print has ended and is followed no more. Its record is made where nothing of it could be written before.
  ///
  /// - Parameter isOwed: people are to be told.
  /// - Returns: the print's record.
  /// - Throws: `Refusal.unknownPrinter`
  @discardableResult
  package func end(_ print: TrackedPrintRecord, _ ending: PrintEnding, isOwed: Bool = false) async throws -> ArchiveID {
    try await database.write { connection in
      let id = try Self.write(print, connection)
      try Self.close(print.printerID, ending, connection)
      if isOwed { try Telling.owe(.ended, of: id, connection) }
      return id
    }
  }

  /// Nothing is being followed on this printer: a print that still is one in the database has an end that nobody wrote.
  package func abandon(_ id: PrinterID, now: Timestamp) async throws {
    try await database.write { try Self.abandon(id, now: now, $0) }
  }

  private static func abandon(_ id: PrinterID, now: Timestamp, _ connection: Connection) throws(SQLiteError) {
    try close(id, PrintEnding(outcome: .unknown, endedAt: now, isTimeKnown: false), connection)
  }

  /// What is being followed on a printer.
  private static func close(_ id: PrinterID, _ ending: PrintEnding, _ connection: Connection) throws(SQLiteError) {
    guard let archive = try followed(id, connection) else { return }
    try close(archive, ending, connection)
    try connection.execute("DELETE FROM tracked_prints WHERE printer_id = ?", [.id(id)])
  }

  private static func close(_ id: ArchiveID, _ ending: PrintEnding, _ connection: Connection) throws(SQLiteError) {
    try connection.execute(
      """
      UPDATE archives SET ended_ms = ?1, is_end_time_known = ?2, status = ?3, error = ?4, updated_ms = ?1,
        duration_s = iif(?2, (?1 - started_ms) / 1000, NULL)
      WHERE id = ?5
      """,
      [
        .moment(ending.endedAt), .flag(ending.isTimeKnown),
        .text(ending.outcome == .unknown ? "failed" : ending.outcome.rawValue),
        .text(ending.outcome == .unknown ? "outcome unknown" : ending.error), .id(id),
      ])
  }

  /// The record and the row that follows it.
  private static func write(_ print: TrackedPrintRecord, _ connection: Connection) throws -> ArchiveID {
    let id = try record(print, connection)
    try connection.execute(
      """
      INSERT OR REPLACE INTO tracked_prints (printer_id, archive_id, subtask_id, task_name, file, started_ms,
        last_percent, last_layer, total_layers, state, our_task_id, details_json, updated_ms)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .id(print.printerID), .id(id), .text(print.subtaskID), .text(print.taskName), .text(print.file),
        .moment(print.startedAt), .integer(print.lastPercent), .integer(print.lastLayer), .integer(print.totalLayers),
        .text(print.state.rawValue), .text(print.ourTaskID), .text(print.detailsJSON), .moment(print.updatedAt),
      ])
    try QueueRepository.link(id, subtask: print.subtaskID, on: print.printerID, connection)
    return id
  }

  private static func followed(_ id: PrinterID, _ connection: Connection) throws(SQLiteError) -> ArchiveID? {
    try connection.row("SELECT archive_id FROM tracked_prints WHERE printer_id = ?", [.id(id)]) {
      (row) throws(SQLiteError) in ArchiveID(rawValue: try row.integer("archive_id"))
    }
  }

  /// The number of the print's record, which holds what is known now.
  private static func record(_ print: TrackedPrintRecord, _ connection: Connection) throws -> ArchiveID {
    if let followed = try followed(print.printerID, connection) {
      try connection.execute(
        """
        UPDATE archives SET subtask_id = ?, task_name = ?, file = ?, started_ms = ?, last_percent = ?, last_layer = ?,
          total_layers = coalesce(?, total_layers), is_system = ?, updated_ms = ?, plate = coalesce(plate, ?),
          filename = coalesce(filename, ?),
          source_archive_id = coalesce(source_archive_id, (SELECT id FROM archives WHERE id = ?))
        WHERE id = ?
        """,
        [
          .text(print.subtaskID), .text(print.taskName), .text(print.file), .moment(print.startedAt),
          .integer(print.lastPercent), .integer(print.lastLayer), .integer(print.totalLayers), .flag(print.isSystem),
          .moment(print.updatedAt), .integer(print.plate), .text(print.filename), Self.id(print.sourceArchive),
          .id(followed),
        ])
      return followed
    }
    return try insert(print, connection)
  }

  /// A print that nobody followed: its record, closed at once, of what is known after its end. People are to be told.
  static func record(
    unseen print: TrackedPrintRecord, _ ending: PrintEnding, _ connection: Connection
  ) throws -> ArchiveID {
    let id = try insert(print, connection)
    try close(id, ending, connection)
    try QueueRepository.link(id, subtask: print.subtaskID, on: print.printerID, connection)
    try Telling.owe(.ended, of: id, connection)
    return id
  }

  private static func insert(_ print: TrackedPrintRecord, _ connection: Connection) throws -> ArchiveID {
    let made = try connection.execute(
      """
      INSERT INTO archives (status, printer_id, printer_name, subtask_id, task_name, file, filename, plate, started_ms,
        last_percent, last_layer, total_layers, is_system, created_ms, updated_ms, source_archive_id)
      SELECT 'printing', id, name, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT id FROM archives WHERE id = ?)
      FROM printers WHERE id = ?
      """,
      [
        .text(print.subtaskID), .text(print.taskName), .text(print.file), .text(print.filename),
        .integer(print.plate), .moment(print.startedAt), .integer(print.lastPercent), .integer(print.lastLayer),
        .integer(print.totalLayers), .flag(print.isSystem), .moment(print.followedAt), .moment(print.updatedAt),
        Self.id(print.sourceArchive), .id(print.printerID),
      ])
    guard made == 1 else { throw Refusal.unknownPrinter }
    return ArchiveID(rawValue: connection.lastInsertedRow)
  }

  private static func id(_ archive: ArchiveID?) -> SQLValue { archive.map { .id($0) } ?? .null }

  private static func tracked(_ row: borrowing Row) throws(SQLiteError) -> TrackedPrintRecord {
    var print = TrackedPrintRecord(
      printerID: PrinterID(rawValue: try row.integer("printer_id")),
      state: PrinterState(rawValue: try row.text("state")) ?? .unknown, updatedAt: try row.moment("updated_ms"))
    print.subtaskID = try row.optionalText("subtask_id")
    print.taskName = try row.optionalText("task_name")
    print.file = try row.optionalText("file")
    print.startedAt = try row.optionalMoment("started_ms")
    print.followedAt = try row.moment("created_ms")
    print.lastPercent = try row.optionalInteger("last_percent").map(Int.init)
    print.lastLayer = try row.optionalInteger("last_layer").map(Int.init)
    print.totalLayers = try row.optionalInteger("total_layers").map(Int.init)
    print.isSystem = try row.flag("is_system")
    print.ourTaskID = try row.optionalText("our_task_id")
    print.detailsJSON = try row.optionalText("details_json")
    return print
  }
}
