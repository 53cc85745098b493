package import Model

/// What was last heard of a printer that its power depends on, for a start while the printer is silent.
package struct PowerMemoryRecord: Hashable, Sendable {
  package var printerID: PrinterID
  /// What it did, as words.
  package var hazards: [String]
  /// °C.
  package var hottestNozzle: Double?
  /// Seconds, counted from `heardAt`; nil where nobody knows.
  package var remaining: Double?
  package var heardAt: Timestamp

  package init(
    printerID: PrinterID, hazards: [String], hottestNozzle: Double?, remaining: Double?, heardAt: Timestamp
  ) {
    self.printerID = printerID
    self.hazards = hazards
    self.hottestNozzle = hottestNozzle
    self.remaining = remaining
    self.heardAt = heardAt
  }
}

package struct PowerMemoryRepository: Sendable {
  private let database: Database

  package init(_ database: Database) { self.database = database }

  package func all() async throws -> [PowerMemoryRecord] {
    try await database.read { connection in
      try connection.rows("SELECT * FROM power_memories", []) { (row) throws(SQLiteError) in
        PowerMemoryRecord(
          printerID: PrinterID(rawValue: try row.integer("printer_id")),
          hazards: try row.text("hazards").split(separator: ",").map(String.init),
          hottestNozzle: try row.optionalReal("hottest_c"), remaining: try row.optionalReal("remaining_s"),
          heardAt: try row.moment("heard_ms"))
      }
    }
  }

  /// A printer that is gone is passed over.
  package func keep(_ memory: PowerMemoryRecord) async throws {
    try await database.write { connection in
      _ = try connection.execute(
        """
        INSERT OR REPLACE INTO power_memories (printer_id, hazards, hottest_c, remaining_s, heard_ms)
        SELECT id, ?, ?, ?, ? FROM printers WHERE id = ?
        """,
        [
          .text(memory.hazards.joined(separator: ",")), memory.hottestNozzle.map { .real($0) } ?? .null,
          memory.remaining.map { .real($0) } ?? .null, .moment(memory.heardAt), .id(memory.printerID),
        ])
    }
  }
}
