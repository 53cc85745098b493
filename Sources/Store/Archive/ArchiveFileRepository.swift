package import Model

/// The files of prints' records, and what follows from them when a print has ended.
///
/// A record is open from the beginning of its print until its file and its figures are settled, also over a restart.
package struct ArchiveFileRepository: Sendable {
  private let database: Database

  package init(_ database: Database) { self.database = database }

  /// The open records, in the order of their beginning.
  package func open() async throws -> [OpenArchive] {
    try await database.read { connection in
      try connection.rows(
        "SELECT archives.* FROM open_archives JOIN archives ON archives.id = archive_id ORDER BY archive_id", [],
        Self.record)
    }
  }

  /// nil when the record is settled or gone.
  package func open(_ id: ArchiveID) async throws -> OpenArchive? {
    try await database.read { connection in
      try connection.row(
        "SELECT archives.* FROM open_archives JOIN archives ON archives.id = archive_id WHERE archive_id = ?",
        [.id(id)], Self.record)
    }
  }

  /// The hash and the name of a record's file; nil where it has none.
  package func file(of id: ArchiveID) async throws -> (hash: ContentHash, name: String?)? {
    try await database.read { connection in
      let found = try connection.row(
        "SELECT file_sha256, filename FROM archives WHERE id = ? AND file_sha256 IS NOT NULL", [.id(id)]
      ) { (row) throws(SQLiteError) in (try row.blob("file_sha256"), try row.optionalText("filename")) }
      return found.flatMap { digest, name in ContentHash(digest: digest).map { ($0, name) } }
    }
  }

  /// The file is there; answers whether the record still is. Whatever the printer has told stays.
  package func attach(_ file: ArchiveFileRecord, to id: ArchiveID, now: Timestamp) async throws -> Bool {
    try await database.write { connection in
      try connection.execute(
        """
        UPDATE archives SET file_sha256 = ?, file_kind = ?, file_error = NULL, filename = coalesce(?, filename),
          plate = coalesce(plate, ?), estimated_s = ?, estimated_g = ?, total_layers = coalesce(total_layers, ?),
          sliced_model = ?, nozzle_mm = ?, bed_type = ?, filament_type = ?, filaments_json = ?, plates_json = ?,
          updated_ms = ?
        WHERE id = ?
        """,
        [
          .blob(file.hash.bytes), .text(file.kind), .text(file.filename), .integer(file.plate),
          .integer(file.seconds), Self.real(file.grams), .integer(file.layers), .text(file.slicedModel),
          Self.real(file.nozzle), .text(file.bedType), .text(file.filamentType),
          .text(CompactJSON.text(file.filaments)),
          .text(CompactJSON.text(file.plates)), .moment(now), .id(id),
        ]) == 1
    }
  }

  /// Why there is no file, as a sentence.
  package func note(_ id: ArchiveID, missing reason: String, now: Timestamp) async throws {
    try await database.write { connection in
      _ = try connection.execute(
        "UPDATE archives SET file_error = ?, updated_ms = ? WHERE id = ? AND file_sha256 IS NULL",
        [.text(reason), .moment(now), .id(id)])
    }
  }

  /// Closes the record of a print that has ended; answers whether it was open.
  package func settle(_ id: ArchiveID, grams: Double?, cost: Double?, now: Timestamp) async throws -> Bool {
    try await database.write { connection in
      guard try connection.execute("DELETE FROM open_archives WHERE archive_id = ?", [.id(id)]) == 1 else {
        return false
      }
      try connection.execute(
        "UPDATE archives SET filament_used_g = ?, cost = ?, updated_ms = ? WHERE id = ?",
        [Self.real(grams), Self.real(cost), .moment(now), .id(id)])
      return true
    }
  }

  /// What filaments cost, the oldest entry first.
  package func prices() async throws -> [FilamentPrice] {
    try await database.read { connection in
      try connection.rows(
        "SELECT type, color, cost_per_kg FROM filaments WHERE cost_per_kg IS NOT NULL ORDER BY id"
      ) { (row) throws(SQLiteError) in
        FilamentPrice(
          type: try row.text("type"), color: try row.optionalText("color"),
          perKilogram: try row.real("cost_per_kg"))
      }
    }
  }

  private static func real(_ value: Double?) -> SQLValue { value.map { .real($0) } ?? .null }

  private static func record(_ row: borrowing Row) throws(SQLiteError) -> OpenArchive {
    let status = try row.optionalText("status")
    return OpenArchive(
      id: ArchiveID(rawValue: try row.integer("id")),
      printerID: try row.optionalInteger("printer_id").map(PrinterID.init(rawValue:)),
      taskName: try row.optionalText("task_name"), file: try row.optionalText("file"),
      plate: try row.optionalInteger("plate").map(Int.init),
      sourceID: try row.optionalInteger("source_archive_id").map(ArchiveID.init(rawValue:)),
      hash: try row.optionalBlob("file_sha256").flatMap { ContentHash(digest: $0) },
      hasEnded: try row.optionalInteger("ended_ms") != nil, isSuccess: status == "success",
      isSystem: try row.flag("is_system"), lastLayer: try row.optionalInteger("last_layer").map(Int.init),
      totalLayers: try row.optionalInteger("total_layers").map(Int.init),
      lastPercent: try row.optionalInteger("last_percent").map(Int.init),
      filaments: CompactJSON.filaments(try row.optionalText("filaments_json")))
  }
}
