package import Model

/// Sums of prints that have ended.
package struct PrintSums: Hashable, Sendable {
  package var successful = 0
  package var failed = 0
  package var stopped = 0
  /// Seconds.
  package var time = 0
  /// Grams.
  package var filament = 0.0
  package var cost = 0.0
  /// kWh.
  package var energy = 0.0
  package var energyCost = 0.0

  package init() {}

  package var total: Int { successful + failed + stopped }

  mutating func add(_ other: PrintSums) {
    successful += other.successful
    failed += other.failed
    stopped += other.stopped
    time += other.time
    filament += other.filament
    cost += other.cost
    energy += other.energy
    energyCost += other.energyCost
  }
}

package struct StatisticsRecord: Hashable, Sendable {
  package var all = PrintSums()
  /// nil collects those of printers that are gone.
  package var printers: [(id: PrinterID?, sums: PrintSums)] = []
  /// By type; nil where it is not known.
  package var filaments: [(type: String?, sums: PrintSums)] = []
  /// By days since 1970-01-01, in the zone of the segments.
  package var days: [(day: Int64, sums: PrintSums)] = []

  package static func == (left: Self, right: Self) -> Bool {
    left.all == right.all && left.printers.elementsEqual(right.printers, by: ==)
      && left.filaments.elementsEqual(right.filaments, by: ==) && left.days.elementsEqual(right.days, by: ==)
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(all) }
}

/// Reads sums in one walk through one index, in the order of time, without a look at the records.
///
/// SQLite would sort all rows for each way to group them; here a row is added to its day and to its group as it comes.
package struct StatisticsRepository: Sendable {
  private let database: Database

  package init(_ database: Database) { self.database = database }

  /// - Parameters:
  ///   - filter: its printer, times and visible printers count.
  ///   - segments: of the zone, over all times that are asked for, in their order.
  package func read(_ filter: ArchiveFilter, days segments: [DaySegment]) async throws -> StatisticsRecord {
    try await database.read { connection in
      var walk = Walk(segments: segments)
      try connection.each(Self.rows(filter)) { (row) throws(SQLiteError) in try walk.take(row) }
      return walk.record
    }
  }

  private static func rows(_ filter: ArchiveFilter) -> SQLText {
    var sql = SQLText(
      """
      SELECT created_ms, printer_id, filament_type, status, duration_s, filament_used_g, coalesce(cost_override, cost),
        energy_kwh, energy_cost
      FROM archives INDEXED BY archives_for_statistics
      WHERE deleted_ms IS NULL AND is_system = 0 AND status <> 'printing'
      """)
    if let printer = filter.printer { sql.add("AND printer_id = ?", .id(printer)) }
    if let from = filter.from { sql.add("AND created_ms >= ?", .moment(from)) }
    if let until = filter.until { sql.add("AND created_ms < ?", .moment(until)) }
    if let visible = filter.visible {
      sql.add("AND printer_id IN (SELECT value FROM json_each(?))", ArchiveQuery.list(visible))
    }
    sql.add("ORDER BY created_ms")
    return sql
  }

  private struct Walk {
    private struct Group: Hashable {
      var printer: Int64?
      var filament: String?
    }

    private var segments: ArraySlice<DaySegment>
    private var groups: [Group: PrintSums] = [:]
    private var days: [(day: Int64, sums: PrintSums)] = []

    init(segments: [DaySegment]) { self.segments = segments[...] }

    mutating func take(_ row: borrowing Row) throws(SQLiteError) {
      var sums = PrintSums()
      switch try row.optionalText(at: 3) {
      case "success": sums.successful = 1
      case "stopped": sums.stopped = 1
      default: sums.failed = 1
      }
      sums.time = Int(try row.optionalInteger(at: 4) ?? 0)
      sums.filament = try row.optionalReal(at: 5) ?? 0
      sums.cost = try row.optionalReal(at: 6) ?? 0
      sums.energy = try row.optionalReal(at: 7) ?? 0
      sums.energyCost = try row.optionalReal(at: 8) ?? 0
      let group = Group(printer: try row.optionalInteger(at: 1), filament: try row.optionalText(at: 2))
      groups[group, default: PrintSums()].add(sums)
      if let day = day(of: try row.optionalInteger(at: 0) ?? 0) {
        if days.last?.day != day { days.append((day, PrintSums())) }
        days[days.count - 1].sums.add(sums)
      }
    }

    /// Days since 1970-01-01 where the board is; nil outside of all segments.
    private mutating func day(of milliseconds: Int64) -> Int64? {
      while let segment = segments.first, segment.until.milliseconds <= milliseconds { segments.removeFirst() }
      guard let segment = segments.first, segment.from.milliseconds <= milliseconds else { return nil }
      // Times before 1970 have no prints.
      return (milliseconds + Int64(segment.offsetSeconds) * 1000) / 86_400_000
    }

    var record: StatisticsRecord {
      var record = StatisticsRecord()
      var printers: [PrinterID?: PrintSums] = [:]
      var filaments: [String?: PrintSums] = [:]
      for (group, sums) in groups {
        printers[group.printer.map(PrinterID.init(rawValue:)), default: PrintSums()].add(sums)
        filaments[group.filament, default: PrintSums()].add(sums)
        record.all.add(sums)
      }
      record.printers = printers.sorted { ($0.key?.rawValue ?? .max) < ($1.key?.rawValue ?? .max) }
        .map { ($0.key, $0.value) }
      record.filaments = filaments.sorted { ($0.value.total, $1.key ?? "") > ($1.value.total, $0.key ?? "") }
        .map { ($0.key, $0.value) }
      // A zone that goes back may give a day twice in a row of rows that are not beside each other.
      var merged: [Int64: PrintSums] = [:]
      for day in days { merged[day.day, default: PrintSums()].add(day.sums) }
      record.days = merged.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
      return record
    }
  }
}
