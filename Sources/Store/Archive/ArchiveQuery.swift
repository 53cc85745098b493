import Model

/// A list of the archive as statements: how many there are, and a part of them, the newest first.
///
/// A list is walked in one index that has all that its filters ask for, which is named so that no planner can err; what is
/// searched for comes from the full-text index, by number. Counts come from the sums that triggers keep, where no time or
/// word is asked for.
struct ArchiveQuery {
  private enum Source { case time, printer, status, project, bin, words }

  private let filter: ArchiveFilter
  private let source: Source
  /// The index that has the fewest rows of the filters but the words.
  private let narrowest: Source
  /// Whether something lies in the bin.
  private var hasBin = true

  init(_ filter: ArchiveFilter) {
    self.filter = filter
    narrowest =
      if filter.isDeleted { .bin } else if filter.project != nil { .project } else if filter.printer != nil {
        .printer
      } else if filter.status != nil { .status } else { .time }
    source = filter.search != nil ? .words : narrowest
  }

  /// With a look at what saves work: what is in the bin need not be looked for where it is empty.
  func knowing(_ connection: Connection) throws(SQLiteError) -> ArchiveQuery {
    guard source == .words else { return self }
    var query = self
    let found = try connection.row("SELECT 1 AS one FROM archives WHERE deleted_ms IS NOT NULL LIMIT 1") {
      (_) throws(SQLiteError) in true
    }
    query.hasBin = found ?? false
    return query
  }

  /// Nothing can be found.
  var isEmpty: Bool { filter.search.map { $0.expression == nil } ?? false }

  /// The place of a record in its list, for going on after it.
  struct Place: Hashable, Sendable {
    var key: Int64
    var id: Int64
  }

  // MARK: Counting

  var count: SQLText {
    if source == .words || filter.hasTimes {
      var sql = SQLText("SELECT count(*) AS n")
      addSource(to: &sql)
      return sql
    }
    var sql = SQLText("SELECT ifnull(sum(n), 0) AS n FROM archive_counts WHERE")
    sql.add("is_deleted = ?", .flag(filter.isDeleted))
    if let printer = filter.printer { sql.add("AND printer_id = ?", .id(printer)) }
    if let status = filter.status { sql.add("AND status = ?", .text(status.rawValue)) }
    if let project = filter.project { sql.add("AND project_id = ?", .id(project)) }
    if let visible = filter.visible {
      sql.add(
        "AND (printer_id IN (SELECT value FROM json_each(?)) OR (printer_id = 0 AND status = ''))", Self.list(visible))
    }
    return sql
  }

  // MARK: Listing

  /// A part by its place, as lists have it. One in the second half is counted from the end, which is nearer.
  func page(limit: Int, offset: Int, of total: Int) -> SQLText {
    var numbers = SQLText(start)
    addSource(to: &numbers)
    let rest = total - offset - limit
    if source == .words || rest >= offset {
      numbers.add(order)
      numbers.add("LIMIT ? OFFSET ?", .integer(limit), .integer(offset))
    } else {
      numbers.add(source == .bin ? "ORDER BY deleted_ms" : "ORDER BY created_ms")
      numbers.add("LIMIT ? OFFSET ?", .integer(min(limit, limit + rest)), .integer(max(0, rest)))
    }
    return records(numbers)
  }

  /// The part after a place, as exports walk through a list that changes meanwhile.
  func page(limit: Int, after place: Place?) -> SQLText {
    var numbers = SQLText(start)
    addSource(to: &numbers)
    if let place {
      switch source {
      case .words: numbers.add("AND archive_words.rowid < ?", .integer(place.id))
      case .bin: numbers.add("AND (deleted_ms, archives.id) < (?, ?)", .integer(place.key), .integer(place.id))
      default: numbers.add("AND (created_ms, archives.id) < (?, ?)", .integer(place.key), .integer(place.id))
      }
    }
    numbers.add(order)
    if source != .words { numbers.add(", archives.id DESC") }
    numbers.add("LIMIT ?", .integer(limit))
    return records(numbers)
  }

  func place(of record: ArchiveRecord) -> Place {
    Place(key: (filter.isDeleted ? record.deletedAt : record.createdAt)?.milliseconds ?? 0, id: record.id.rawValue)
  }

  private func records(_ numbers: SQLText) -> SQLText {
    var sql = SQLText("SELECT archives.*, projects.name AS project_name FROM (")
    sql.add(numbers)
    sql.add(
      """
      ) AS page CROSS JOIN archives ON archives.id = page.id LEFT JOIN projects ON projects.id = archives.project_id
      ORDER BY
      """)
    switch source {
    case .words: sql.add("archives.id DESC")
    case .bin: sql.add("archives.deleted_ms DESC, archives.id DESC")
    default: sql.add("archives.created_ms DESC, archives.id DESC")
    }
    return sql
  }

  private var order: StaticString {
    switch source {
    case .words: "ORDER BY archive_words.rowid DESC"
    case .bin: "ORDER BY deleted_ms DESC"
    default: "ORDER BY created_ms DESC"
    }
  }

  private var start: StaticString {
    source == .words ? "SELECT archive_words.rowid AS id" : "SELECT archives.id AS id"
  }

  private func addSource(to sql: inout SQLText) {
    guard source == .words else {
      addIndex(narrowest, to: &sql)
      return
    }
    sql.add("FROM archive_words WHERE archive_words MATCH ?", .text(filter.search?.expression))
    if narrowest != .time || filter.hasTimes || filter.visible != nil {
      // The numbers of one index, instead of a look at the record of each that has the words.
      sql.add("AND +rowid IN (SELECT archives.id")
      addIndex(narrowest, to: &sql)
      sql.add(")")
    } else if hasBin {
      sql.add("AND rowid NOT IN (SELECT id FROM archives WHERE deleted_ms IS NOT NULL)")
    }
  }

  private func addIndex(_ source: Source, to sql: inout SQLText) {
    switch source {
    case .time, .words:
      sql.add("FROM archives INDEXED BY archives_by_time WHERE deleted_ms IS NULL AND is_system = 0")
    case .printer: sql.add("FROM archives INDEXED BY archives_by_printer WHERE deleted_ms IS NULL AND is_system = 0")
    case .status: sql.add("FROM archives INDEXED BY archives_by_status WHERE deleted_ms IS NULL AND is_system = 0")
    case .project: sql.add("FROM archives INDEXED BY archives_by_project WHERE deleted_ms IS NULL AND is_system = 0")
    case .bin: sql.add("FROM archives INDEXED BY archives_in_bin WHERE deleted_ms IS NOT NULL AND is_system = 0")
    }
    if let printer = filter.printer { sql.add("AND printer_id = ?", .id(printer)) }
    if let status = filter.status { sql.add("AND status = ?", .text(status.rawValue)) }
    if let project = filter.project { sql.add("AND project_id = ?", .id(project)) }
    if let from = filter.from { sql.add("AND created_ms >= ?", .moment(from)) }
    if let until = filter.until { sql.add("AND created_ms < ?", .moment(until)) }
    if let visible = filter.visible {
      sql.add(
        "AND (printer_id IN (SELECT value FROM json_each(?)) OR (printer_id IS NULL AND status IS NULL))",
        Self.list(visible))
    }
  }

  static func list(_ printers: [PrinterID]) -> SQLValue {
    .text("[\(printers.map(\.description).joined(separator: ","))]")
  }
}
