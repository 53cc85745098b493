package import Model

/// A filament on the shelf, with what it costs (contract, section 5, `/settings/filaments`).
package struct FilamentRecord: Hashable, Sendable {
  package var id: FilamentID
  package var traits: FilamentTraits
  package var createdAt: Timestamp
  package var updatedAt: Timestamp
}

/// What a person enters of a filament.
package struct FilamentTraits: Hashable, Sendable {
  package var name: String
  /// `PLA`, `PETG-CF`: by it a print's filament is told.
  package var type: String
  package var brand: String?
  /// `#RRGGBB`; nil where the entry is for every colour.
  package var color: String?
  /// In the setting `currency`.
  package var costPerKilogram: Double?
  /// Grams per cubic centimetre.
  package var density: Double?
  /// Degrees Celsius.
  package var nozzleTemperature: Int?
  package var bedTemperature: Int?

  package init(name: String, type: String) {
    self.name = name
    self.type = type
  }
}

package struct FilamentRepository: Sendable {
  package enum Refusal: Error, Hashable, Sendable { case notFound }

  private let database: Database

  package init(_ database: Database) { self.database = database }

  package func all() async throws -> [FilamentRecord] {
    try await database.read { try $0.rows("SELECT * FROM filaments ORDER BY id", [], Self.record) }
  }

  package func get(_ id: FilamentID) async throws -> FilamentRecord? {
    try await database.read { try Self.find(id, $0) }
  }

  package func insert(_ traits: FilamentTraits, now: Timestamp) async throws -> FilamentRecord {
    try await database.write { connection in
      try connection.execute(
        """
        INSERT INTO filaments (name, type, brand, color, cost_per_kg, density, nozzle_temp, bed_temp, updated_ms, created_ms)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """, Self.values(traits) + [.moment(now), .moment(now)])
      return try Self.existing(FilamentID(rawValue: connection.lastInsertedRow), connection)
    }
  }

  /// - Throws: `Refusal.notFound`
  package func update(
    _ id: FilamentID, now: Timestamp, _ change: @Sendable (inout FilamentTraits) -> Void
  ) async throws -> FilamentRecord {
    try await database.write { connection in
      var traits = try Self.existing(id, connection).traits
      change(&traits)
      try connection.execute(
        """
        UPDATE filaments SET name = ?, type = ?, brand = ?, color = ?, cost_per_kg = ?, density = ?, nozzle_temp = ?,
          bed_temp = ?, updated_ms = ? WHERE id = ?
        """, Self.values(traits) + [.moment(now), .id(id)])
      return try Self.existing(id, connection)
    }
  }

  /// - Throws: `Refusal.notFound`
  package func delete(_ id: FilamentID) async throws {
    try await database.write { connection in
      guard try connection.execute("DELETE FROM filaments WHERE id = ?", [.id(id)]) > 0 else { throw Refusal.notFound }
    }
  }

  private static func values(_ traits: FilamentTraits) -> [SQLValue] {
    [
      .text(traits.name), .text(traits.type), .text(traits.brand), .text(traits.color), .real(traits.costPerKilogram),
      .real(traits.density), .integer(traits.nozzleTemperature), .integer(traits.bedTemperature),
    ]
  }

  private static func find(_ id: FilamentID, _ connection: Connection) throws(SQLiteError) -> FilamentRecord? {
    try connection.row("SELECT * FROM filaments WHERE id = ?", [.id(id)], record)
  }

  private static func existing(_ id: FilamentID, _ connection: Connection) throws -> FilamentRecord {
    guard let record = try find(id, connection) else { throw Refusal.notFound }
    return record
  }

  private static func record(_ row: borrowing Row) throws(SQLiteError) -> FilamentRecord {
    var traits = FilamentTraits(name: try row.text("name"), type: try row.text("type"))
    traits.brand = try row.optionalText("brand")
    traits.color = try row.optionalText("color")
    traits.costPerKilogram = try row.optionalReal("cost_per_kg")
    traits.density = try row.optionalReal("density")
    traits.nozzleTemperature = try row.optionalInteger("nozzle_temp").map(Int.init)
    traits.bedTemperature = try row.optionalInteger("bed_temp").map(Int.init)
    return FilamentRecord(
      id: FilamentID(rawValue: try row.integer("id")), traits: traits, createdAt: try row.moment("created_ms"),
      updatedAt: try row.moment("updated_ms"))
  }
}
