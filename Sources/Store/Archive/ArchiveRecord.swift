package import Model

/// A record of the archive: a print, or a file that was never printed.
package struct ArchiveRecord: Hashable, Sendable {
  package var id: ArchiveID
  /// A person's name for it, the job's, or that of the file.
  package var name: String
  package var filename: String?
  package var notes: String?
  package var tags: [String]
  package var projectID: ProjectID?
  package var projectName: String?
  /// nil for a file that was never printed.
  package var status: ArchiveStatus?
  package var error: String?
  /// nil where there is none, and once the printer's entry is gone.
  package var printerID: PrinterID?
  package var printerName: String?
  /// The record whose file this one printed again.
  package var sourceID: ArchiveID?
  /// nil where no file is kept.
  package var file: ContentHash?
  /// Why there is none, as a sentence.
  package var fileError: String?
  /// `3mf`, `gcode`, `stl` or `step`.
  package var fileKind: String?
  package var plate: Int?
  /// Seconds.
  package var estimatedTime: Int?
  /// Grams.
  package var estimatedFilament: Double?
  package var slicedModel: String?
  /// Millimetres.
  package var nozzle: Double?
  package var bedType: String?
  /// The types in use, joined with commas.
  package var filamentType: String?
  package var filaments: [ArchiveFilament]
  package var plates: [ArchivePlate]
  /// Grams.
  package var filamentUsed: Double?
  /// By the prices of the shelf, or a person's word.
  package var cost: Double?
  /// What the plug of its printer has measured, in kWh; nil where none did.
  package var energy: Double?
  /// By the price that held then; no part of `cost`.
  package var energyCost: Double?
  package var layers: Int?
  /// Seconds from start to end; nil where nobody saw one of them.
  package var duration: Int?
  package var startedAt: Timestamp?
  package var endedAt: Timestamp?
  package var createdAt: Timestamp
  package var updatedAt: Timestamp
  /// When it went to the bin.
  package var deletedAt: Timestamp?

  package var isPrintable: Bool { file != nil && plates.contains(where: \.isPrintable) }
}

extension ArchiveRecord {
  /// The columns of `archives` with the project's name.
  init(_ row: borrowing Row) throws(SQLiteError) {
    id = ArchiveID(rawValue: try row.integer("id"))
    filename = try row.optionalText("filename")
    let given = try row.optionalText("name")
    let task = try row.optionalText("task_name")
    name = given ?? task ?? filename ?? "Print \(id)"
    notes = try row.optionalText("notes")
    tags = CompactJSON.texts(try row.optionalText("tags_json"))
    projectID = try row.optionalInteger("project_id").map(ProjectID.init(rawValue:))
    projectName = try row.optionalText("project_name")
    status = try row.optionalText("status").flatMap(ArchiveStatus.init(rawValue:))
    error = try row.optionalText("error")
    printerID = try row.optionalInteger("printer_id").map(PrinterID.init(rawValue:))
    printerName = try row.optionalText("printer_name")
    sourceID = try row.optionalInteger("source_archive_id").map(ArchiveID.init(rawValue:))
    file = try row.optionalBlob("file_sha256").flatMap { ContentHash(digest: $0) }
    fileError = try row.optionalText("file_error")
    fileKind = try row.optionalText("file_kind")
    plate = try row.optionalInteger("plate").map(Int.init)
    estimatedTime = try row.optionalInteger("estimated_s").map(Int.init)
    estimatedFilament = try row.optionalReal("estimated_g")
    slicedModel = try row.optionalText("sliced_model")
    nozzle = try row.optionalReal("nozzle_mm")
    bedType = try row.optionalText("bed_type")
    filamentType = try row.optionalText("filament_type")
    filaments = CompactJSON.filaments(try row.optionalText("filaments_json"))
    plates = CompactJSON.plates(try row.optionalText("plates_json"))
    filamentUsed = try row.optionalReal("filament_used_g")
    let priced = try row.optionalReal("cost")
    cost = try row.optionalReal("cost_override") ?? priced
    energy = try row.optionalReal("energy_kwh")
    energyCost = try row.optionalReal("energy_cost")
    layers = try row.optionalInteger("total_layers").map(Int.init)
    duration = try row.optionalInteger("duration_s").map(Int.init)
    startedAt = try row.optionalMoment("started_ms")
    endedAt = try row.optionalMoment("ended_ms")
    createdAt = try row.moment("created_ms")
    updatedAt = try row.moment("updated_ms")
    deletedAt = try row.optionalMoment("deleted_ms")
  }
}
