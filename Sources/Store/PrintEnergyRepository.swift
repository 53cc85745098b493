package import Model

/// What prints have drawn through the plugs that feed their printers.
package struct PrintEnergyRepository: Sendable {
  private let database: Database

  package init(_ database: Database) { self.database = database }

  /// A print that is being followed is counted from here on. One that is counted already is not begun anew.
  /// - Parameter kilowattHours: as the plug's own meter shows them.
  package func begin(of printer: PrinterID, through plug: PlugID, at kilowattHours: Double) async throws {
    try await database.write { connection in
      _ = try connection.execute(
        """
        INSERT INTO print_meters (printer_id, archive_id, plug_id, begun_kwh)
          SELECT printer_id, archive_id, ?, ? FROM tracked_prints WHERE printer_id = ?
          ON CONFLICT (printer_id) DO UPDATE
            SET archive_id = excluded.archive_id, plug_id = excluded.plug_id, begun_kwh = excluded.begun_kwh
            WHERE archive_id <> excluded.archive_id
        """, [.id(plug), .real(kilowattHours), .id(printer)])
    }
  }

  /// The print has ended: what it drew goes into its record.
  ///
  /// - Parameters:
  ///   - kilowattHours: as the same meter shows them now; less than before is a meter that began anew.
  ///   - price: of one kilowatt-hour; nil where nobody has said.
  /// - Returns: kWh; nil where nothing was counted.
  @discardableResult
  package func end(
    of printer: PrinterID, through plug: PlugID, at kilowattHours: Double, price: Double?
  ) async throws -> Double? {
    try await database.write { connection in
      let begun = try connection.row(
        "SELECT archive_id, begun_kwh FROM print_meters WHERE printer_id = ? AND plug_id = ?",
        [.id(printer), .id(plug)]
      ) { (row) throws(SQLiteError) in (try row.integer("archive_id"), try row.real("begun_kwh")) }
      _ = try connection.execute("DELETE FROM print_meters WHERE printer_id = ?", [.id(printer)])
      guard let (archive, start) = begun else { return nil }
      let drawn = kilowattHours >= start ? kilowattHours - start : kilowattHours
      _ = try connection.execute(
        "UPDATE archives SET energy_kwh = ?, energy_cost = ? WHERE id = ?",
        [.real(drawn), price.map { .real(drawn * $0) } ?? .null, .integer(archive)])
      return drawn
    }
  }
}
