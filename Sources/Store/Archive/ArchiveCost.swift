import Model
import Rules

/// What a record's print costs by the prices of the shelf as they are now.
enum ArchiveCost {
  static func refresh(_ id: ArchiveID, _ connection: Connection) throws(SQLiteError) {
    let needs = try connection.row("SELECT filaments_json, filament_used_g FROM archives WHERE id = ?", [.id(id)]) {
      (row) throws(SQLiteError) in
      (CompactJSON.filaments(try row.optionalText("filaments_json")), try row.optionalReal("filament_used_g"))
    }
    guard let needs else { return }
    let prices = try connection.rows(
      "SELECT type, color, cost_per_kg FROM filaments WHERE cost_per_kg IS NOT NULL ORDER BY id"
    ) { (row) throws(SQLiteError) in
      FilamentCost.Price(
        type: try row.text("type"), color: try row.optionalText("color"), perKilogram: try row.real("cost_per_kg"))
    }
    try connection.execute(
      "UPDATE archives SET cost = ? WHERE id = ?",
      [.real(FilamentCost.cost(of: needs.0, used: needs.1, prices: prices)), .id(id)])
  }
}
