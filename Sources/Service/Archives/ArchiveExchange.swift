import Export
package import Model
import PrintFile
package import Store
import Wire

/// The archive as a table that people and programs take away, and bring back.
package struct ArchiveExchange: Sendable {
  /// Rows that are in memory at once.
  private static let pageRows = 500

  private let repository: ArchiveRepository
  private let spool: Spool
  private let clock: any WallClock

  package init(repository: ArchiveRepository, spool: Spool, clock: any WallClock) {
    self.repository = repository
    self.spool = spool
    self.clock = clock
  }

  private static let table = ExportTable(
    name: "Archives",
    columns: [
      .init("id", .integer), .init("name", .text), .init("filename", .text), .init("status", .text, width: 10),
      .init("error", .text, width: 18), .init("printer_name", .text), .init("project_name", .text),
      .init("created_at", .date), .init("started_at", .date), .init("completed_at", .date),
      .init("duration", .duration), .init("filament_type", .text, width: 12), .init("filament_used", .decimal),
      .init("cost", .decimal), .init("layers", .integer), .init("tags", .text), .init("notes", .text),
      .init("energy_kwh", .decimal), .init("energy_cost", .decimal),
    ])
  private static let required: Set<String> = ["name", "status", "created_at"]

  // MARK: Export

  package func export(_ filter: ArchiveFilter, as format: ExportFormat) async throws -> SpoolFile {
    var last: ArchiveRecord?
    var isAtEnd = false
    return try await spool.export(Self.table, as: format) {
      guard !isAtEnd else { return [] }
      let records = try await repository.page(filter, after: last, limit: Self.pageRows)
      last = records.last
      isAtEnd = records.count < Self.pageRows
      return records.map(Self.row)
    }
  }

  private static func row(_ record: ArchiveRecord) -> [ExportValue] {
    [
      .integer(Int(record.id.rawValue)), .text(record.name), ExportValue(record.filename),
      ExportValue(record.status?.rawValue), ExportValue(record.error), ExportValue(record.printerName),
      ExportValue(record.projectName), .date(record.createdAt), ExportValue(record.startedAt),
      ExportValue(record.endedAt), ExportValue(seconds: record.duration), ExportValue(record.filamentType),
      ExportValue(record.filamentUsed), ExportValue(record.cost), ExportValue(record.layers),
      ExportValue(record.tags.isEmpty ? nil : tagsText(record.tags)), ExportValue(record.notes),
      ExportValue(record.energy), ExportValue(record.energyCost),
    ]
  }

  /// As JSON, since a tag may hold any separator.
  private static func tagsText(_ tags: [String]) -> String {
    var json = JSONWriter()
    json.beginArray()
    for tag in tags { json.write(tag) }
    json.endArray()
    return String(decoding: json.bytes, as: UTF8.self)
  }

  // MARK: Import

  package func makeRoom(expecting bytes: Int64) throws(Fault) -> SpoolFile { try spool.makeFile(expecting: bytes) }

  /// Takes up what is not there yet. A file that is no export of ours is refused before anything is written.
  package func take(_ file: SpoolFile) async throws -> (imported: Int, skipped: Int) {
    let isWorkbook = try file.read(at: 0, count: 4) == Array("PK\u{3}\u{4}".utf8)
    let file = isWorkbook ? try await unfolded(file) : file
    try await walk(file) { _ in }
    var imported = 0
    var total = 0
    let now = clock.now
    try await walk(file) { prints in
      total += prints.count
      imported += try await repository.take(prints, now: now)
    }
    return (imported, total - imported)
  }

  /// A workbook's rows as csv, in a file beside it.
  private func unfolded(_ workbook: SpoolFile) async throws -> SpoolFile {
    let rows = try spool.makeFile(expecting: 4 * workbook.size)
    do {
      try await OwnThread.run(named: "workbook", stackBytes: 512 << 10) {
        try WorkbookRows.write(workbook.path, of: Self.table, to: rows)
      }
    } catch let error as PrintFileError {
      throw Self.foreign(error.description)
    }
    return rows
  }

  private func walk(_ file: SpoolFile, _ body: ([ImportedPrint]) async throws -> Void) async throws {
    var table = CSVImport(Self.table, required: Self.required)
    var offset: Int64 = 0
    do {
      while true {
        let bytes = try file.read(at: offset, count: 64 << 10)
        guard !bytes.isEmpty else { break }
        offset += Int64(bytes.count)
        try await body(try table.feed(bytes).map(Self.print))
        await Task.yield()
      }
      try await body(try table.finish().map(Self.print))
    } catch let error as ImportError {
      throw Self.foreign(error.description)
    }
  }

  private static func foreign(_ problem: String) -> Fault {
    Fault(
      .invalidRequest, "This is no export of archives. \(problem)",
      fields: [InvalidValue("file", "must be a csv or xlsx export of archives")])
  }

  private static func print(_ row: CSVImport.Row) throws(Fault) -> ImportedPrint {
    guard let name = row.text("name", 200), !name.isEmpty, case .date(let created) = row["created_at"] else {
      throw Self.foreign("Line \(row.line) must have a name of at most 200 characters and a time under created_at.")
    }
    var print = ImportedPrint(name: name, createdAt: created)
    if let word = row.text("status", 20) {
      guard let status = ArchiveStatus(rawValue: word) else {
        throw Self.foreign("Line \(row.line) has no status under status: success, failed, stopped or printing.")
      }
      // Its end is not known here.
      print.status = status == .printing ? .failed : status
      if status == .printing { print.error = "outcome unknown" }
    }
    print.error = print.error ?? row.text("error", 200)
    print.filename = row.text("filename", 255)
    print.printerName = row.text("printer_name", 200)
    print.projectName = row.text("project_name", 200)
    print.notes = row.text("notes", 10_000)
    print.filamentType = row.text("filament_type", 200)
    if let text = row.text("tags", 10_000) {
      guard let tags = (try? JSONParser.parse(text.utf8, limits: .init(bytes: 64 << 10)))?.array, tags.count <= 50
      else {
        throw Self.foreign("Line \(row.line) has no list of at most 50 tags under tags.")
      }
      print.tags = tags.compactMap(\.string).filter { (1...60).contains($0.unicodeScalars.count) }
    }
    if case .decimal(let grams) = row["filament_used"] { print.filamentUsed = grams }
    if case .decimal(let cost) = row["cost"] { print.cost = cost }
    if case .decimal(let energy) = row["energy_kwh"] { print.energy = energy }
    if case .decimal(let cost) = row["energy_cost"] { print.energyCost = cost }
    if case .integer(let layers) = row["layers"] { print.layers = layers }
    if case .duration(let seconds) = row["duration"] { print.duration = seconds }
    if case .date(let time) = row["started_at"] { print.startedAt = time }
    if case .date(let time) = row["completed_at"] { print.endedAt = time }
    return print
  }
}

extension CSVImport.Row {
  /// Cut to so many characters.
  fileprivate func text(_ name: String, _ limit: Int) -> String? {
    guard case .text(let text) = self[name] else { return nil }
    return String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit)))
  }
}
