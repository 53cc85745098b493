import Export
package import Model
package import Store

/// Sums over what was printed, as an answer and as a file.
package struct Statistics: Sendable {
  private let repository: StatisticsRepository
  private let printers: PrinterRepository
  private let spool: Spool
  private let clock: any WallClock

  package init(database: Database, spool: Spool, clock: any WallClock) {
    repository = StatisticsRepository(database)
    printers = PrinterRepository(database)
    self.spool = spool
    self.clock = clock
  }

  /// - Parameter zone: whose days count.
  package func read(_ filter: ArchiveFilter, in zone: ZoneOffsets) async throws -> StatisticsRecord {
    // From before the first print to a day ahead: a clock may have been wrong.
    let from = filter.from ?? Timestamp(milliseconds: 0)
    let until = filter.until ?? clock.now.adding(seconds: 86_400 * 366)
    return try await repository.read(filter, days: zone.segments(from: from, until: until))
  }

  package func printerNames() async throws -> [PrinterID: String] {
    Dictionary(try await printers.all().map { ($0.id, $0.name) }) { first, _ in first }
  }

  /// `2024-01-15` of a day that is counted from 1970-01-01.
  package static func date(ofDay day: Int64) -> String {
    String(Timestamp(milliseconds: day * 86_400_000).description.prefix { $0 != "T" })
  }

  // MARK: As a file

  private static let table = ExportTable(
    name: "Statistics",
    columns: [
      .init("group", .text, width: 12), .init("name", .text), .init("total_prints", .integer),
      .init("successful_prints", .integer), .init("failed_prints", .integer), .init("stopped_prints", .integer),
      .init("success_rate", .decimal), .init("total_print_time", .duration), .init("total_filament_used", .decimal),
      .init("total_cost", .decimal), .init("total_energy_kwh", .decimal), .init("total_energy_cost", .decimal),
    ])

  /// One row for all, and one for each printer, filament and day.
  package func export(
    _ filter: ArchiveFilter, in zone: ZoneOffsets, as format: ExportFormat
  ) async throws -> SpoolFile {
    let record = try await read(filter, in: zone)
    let names = try await printerNames()
    var rows = [Self.row("all", nil, record.all)]
    rows += record.printers.map { Self.row("printer", $0.id.map { names[$0] ?? "\($0)" }, $0.sums) }
    rows += record.filaments.map { Self.row("filament", $0.type, $0.sums) }
    rows += record.days.map { Self.row("day", Self.date(ofDay: $0.day), $0.sums) }
    return try await spool.export(Self.table, as: format) {
      defer { rows = [] }
      return rows
    }
  }

  private static func row(_ group: String, _ name: String?, _ sums: PrintSums) -> [ExportValue] {
    [
      .text(group), ExportValue(name), .integer(sums.total), .integer(sums.successful), .integer(sums.failed),
      .integer(sums.stopped), .decimal(sums.successRate), .duration(sums.time), .decimal(sums.filament),
      .decimal(sums.cost), .decimal(sums.energy), .decimal(sums.energyCost),
    ]
  }
}

extension PrintSums {
  /// Per cent, to two decimals; 0 where there are none.
  package var successRate: Double {
    total == 0 ? 0 : (Double(successful) / Double(total) * 10_000).rounded() / 100
  }
}
