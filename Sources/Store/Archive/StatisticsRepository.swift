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

  package init() {}

  package var total: Int { successful + failed + stopped }

  package static func + (left: PrintSums, right: PrintSums) -> PrintSums {
    var sum = left
    sum.successful += right.successful
    sum.failed += right.failed
    sum.stopped += right.stopped
    sum.time += right.time
    sum.filament += right.filament
    sum.cost += right.cost
    return sum
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

/// Reads sums from one index, without a look at the records.
package struct StatisticsRepository: Sendable {
  private let database: Database

  package init(_ database: Database) { self.database = database }

  /// - Parameters:
  ///   - filter: its printer, times and visible printers count.
  ///   - segments: of the zone, over all times that are asked for.
  package func read(_ filter: ArchiveFilter, days segments: [DaySegment]) async throws -> StatisticsRecord {
    try await database.read { connection in
      var record = StatisticsRecord()
      var printers: [PrinterID?: PrintSums] = [:]
      var filaments: [String?: PrintSums] = [:]
      for (part, sums) in try Self.parts(filter, connection) {
        printers[part.printer, default: PrintSums()] = printers[part.printer, default: PrintSums()] + sums
        filaments[part.filament, default: PrintSums()] = filaments[part.filament, default: PrintSums()] + sums
        record.all = record.all + sums
      }
      record.printers = printers.sorted { ($0.key?.rawValue ?? .max) < ($1.key?.rawValue ?? .max) }
        .map { ($0.key, $0.value) }
      record.filaments = filaments.sorted { ($0.value.total, $1.key ?? "") > ($1.value.total, $0.key ?? "") }
        .map { ($0.key, $0.value) }
      var days: [Int64: PrintSums] = [:]
      for segment in segments {
        var part = filter
        part.from = max(filter.from ?? segment.from, segment.from)
        part.until = min(filter.until ?? segment.until, segment.until)
        let found = try Self.days(part, offset: segment.offsetSeconds, connection)
        days.merge(found) { $0 + $1 }
      }
      record.days = days.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
      return record
    }
  }

  private struct Part: Hashable {
    var printer: PrinterID?
    var filament: String?
  }

  /// By printer and filament together: one walk through the index for both.
  private static func parts(
    _ filter: ArchiveFilter, _ connection: Connection
  ) throws(SQLiteError) -> [Part: PrintSums] {
    var sql = SQLText("SELECT printer_id, filament_type,")
    addSums(to: &sql, filter)
    sql.add("GROUP BY 1, 2, 3")
    return try sums(sql, connection) { (row) throws(SQLiteError) in
      Part(
        printer: try row.optionalInteger("printer_id").map(PrinterID.init(rawValue:)),
        filament: try row.optionalText("filament_type"))
    }
  }

  private static func days(
    _ filter: ArchiveFilter, offset: Int, _ connection: Connection
  ) throws(SQLiteError) -> [Int64: PrintSums] {
    var sql = SQLText("SELECT")
    // Times before 1970 have no prints.
    sql.add("(created_ms + ?) / 86400000 AS part,", .integer(offset * 1000))
    addSums(to: &sql, filter)
    sql.add("GROUP BY 1, 2")
    return try sums(sql, connection) { (row) throws(SQLiteError) in try row.integer("part") }
  }

  private static func addSums(to sql: inout SQLText, _ filter: ArchiveFilter) {
    sql.add(
      """
      status, count(*) AS n, ifnull(sum(duration_s), 0) AS seconds, total(filament_used_g) AS grams,
        total(coalesce(cost_override, cost)) AS cost
      FROM archives INDEXED BY archives_for_statistics
      WHERE deleted_ms IS NULL AND is_system = 0 AND status <> 'printing'
      """)
    if let printer = filter.printer { sql.add("AND printer_id = ?", .id(printer)) }
    if let from = filter.from { sql.add("AND created_ms >= ?", .moment(from)) }
    if let until = filter.until { sql.add("AND created_ms < ?", .moment(until)) }
    if let visible = filter.visible {
      sql.add("AND printer_id IN (SELECT value FROM json_each(?))", ArchiveQuery.list(visible))
    }
  }

  private static func sums<Key: Hashable>(
    _ sql: SQLText, _ connection: Connection, _ key: (borrowing Row) throws(SQLiteError) -> Key
  ) throws(SQLiteError) -> [Key: PrintSums] {
    var sums: [Key: PrintSums] = [:]
    _ = try connection.rows(sql) { (row) throws(SQLiteError) in
      var sum = PrintSums()
      let count = Int(try row.integer("n"))
      switch try row.optionalText("status").flatMap(ArchiveStatus.init(rawValue:)) {
      case .success?: sum.successful = count
      case .stopped?: sum.stopped = count
      default: sum.failed = count
      }
      sum.time = Int(try row.integer("seconds"))
      sum.filament = try row.real("grams")
      sum.cost = try row.real("cost")
      let key = try key(row)
      sums[key] = (sums[key] ?? PrintSums()) + sum
    }
    return sums
  }
}
