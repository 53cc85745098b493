package import Model

/// What is being followed of the print on a printer, so that a restart in the middle of it goes on with it.
package struct TrackedPrintRecord: Hashable, Sendable {
  package var printerID: PrinterID
  package var subtaskID: String?
  package var taskName: String?
  package var file: String?
  package var startedAt: Timestamp?
  package var lastPercent: Int?
  package var lastLayer: Int?
  package var totalLayers: Int?
  package var state: PrinterState
  /// The task number that we gave, where the print is ours.
  package var ourTaskID: String?
  /// Whatever else the follower needs, as JSON.
  package var detailsJSON: String?
  package var updatedAt: Timestamp

  package init(printerID: PrinterID, state: PrinterState, updatedAt: Timestamp) {
    self.printerID = printerID
    self.state = state
    self.updatedAt = updatedAt
  }
}

/// The prints that are followed, one for a printer.
package struct TrackedPrintRepository: Sendable {
  package enum Refusal: Error, Hashable, Sendable {
    /// The printer was deleted meanwhile.
    case unknownPrinter
  }

  private let database: Database

  package init(_ database: Database) { self.database = database }

  package func all() async throws -> [TrackedPrintRecord] {
    try await database.read { try $0.rows("SELECT * FROM tracked_prints ORDER BY printer_id", [], Self.print) }
  }

  /// `.full` for a beginning, an end and what is about to happen; `.relaxed` for progress, which is batched.
  ///
  /// - Throws: `Refusal.unknownPrinter`; then nothing of `prints` was written.
  package func upsert(_ prints: [TrackedPrintRecord], _ durability: Durability = .full) async throws {
    guard !prints.isEmpty else { return }
    try await database.write(durability) { connection in
      for print in prints {
        do {
          try connection.execute(
            """
            INSERT OR REPLACE INTO tracked_prints (printer_id, subtask_id, task_name, file, started_ms, last_percent,
              last_layer, total_layers, state, our_task_id, details_json, updated_ms)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
              .id(print.printerID), .text(print.subtaskID), .text(print.taskName), .text(print.file),
              .moment(print.startedAt), .integer(print.lastPercent), .integer(print.lastLayer),
              .integer(print.totalLayers), .text(print.state.rawValue), .text(print.ourTaskID),
              .text(print.detailsJSON), .moment(print.updatedAt),
            ])
        } catch let error as SQLiteError where error.isForeignKeyViolation {
          throw Refusal.unknownPrinter
        }
      }
    }
  }

  /// Answers whether there was one.
  package func remove(_ id: PrinterID) async throws -> Bool {
    try await database.write { try $0.execute("DELETE FROM tracked_prints WHERE printer_id = ?", [.id(id)]) > 0 }
  }

  private static func print(_ row: borrowing Row) throws(SQLiteError) -> TrackedPrintRecord {
    var print = TrackedPrintRecord(
      printerID: PrinterID(rawValue: try row.integer("printer_id")),
      state: PrinterState(rawValue: try row.text("state")) ?? .unknown, updatedAt: try row.moment("updated_ms"))
    print.subtaskID = try row.optionalText("subtask_id")
    print.taskName = try row.optionalText("task_name")
    print.file = try row.optionalText("file")
    print.startedAt = try row.optionalMoment("started_ms")
    print.lastPercent = try row.optionalInteger("last_percent").map(Int.init)
    print.lastLayer = try row.optionalInteger("last_layer").map(Int.init)
    print.totalLayers = try row.optionalInteger("total_layers").map(Int.init)
    print.ourTaskID = try row.optionalText("our_task_id")
    print.detailsJSON = try row.optionalText("details_json")
    return print
  }
}
