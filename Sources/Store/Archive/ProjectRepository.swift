package import Model

/// A project with the sums of its prints.
package struct ProjectRecord: Hashable, Sendable {
  package var id: ProjectID
  package var traits: ProjectTraits
  package var sums: ProjectSums
  package var createdAt: Timestamp
  package var updatedAt: Timestamp
}

/// What a person enters of a project.
package struct ProjectTraits: Hashable, Sendable {
  package var name: String
  package var description = ""
  /// `#RRGGBB`.
  package var color: String?
  /// So many successful prints are wanted.
  package var targetCount: Int?

  package init(name: String) { self.name = name }
}

/// Of the records that are not in the bin.
package struct ProjectSums: Hashable, Sendable {
  /// Records, files that were never printed included.
  package var archives = 0
  package var successful = 0
  package var failed = 0
  package var stopped = 0
  package var printing = 0
  /// Seconds.
  package var time = 0
  /// Grams.
  package var filament = 0.0
  package var cost = 0.0

  package init() {}
}

package struct ProjectRepository: Sendable {
  package enum Refusal: Error, Hashable, Sendable { case notFound }

  private let database: Database

  package init(_ database: Database) { self.database = database }

  /// - Parameter visible: the printers whose prints are counted, with what has no printer; nil is all.
  package func all(visible: [PrinterID]?) async throws -> [ProjectRecord] {
    try await database.read { connection in
      let sums = try Self.sums(of: nil, visible, connection)
      return try connection.rows("SELECT * FROM projects ORDER BY id") { (row) throws(SQLiteError) in
        try Self.record(row, sums)
      }
    }
  }

  package func get(_ id: ProjectID, visible: [PrinterID]?) async throws -> ProjectRecord? {
    try await database.read { try Self.find(id, visible, $0) }
  }

  package func insert(_ traits: ProjectTraits, now: Timestamp) async throws -> ProjectRecord {
    try await database.write { connection in
      try connection.execute(
        """
        INSERT INTO projects (name, description, color, target_count, updated_ms, created_ms) VALUES (?, ?, ?, ?, ?, ?)
        """, Self.values(traits) + [.moment(now), .moment(now)])
      return try Self.existing(ProjectID(rawValue: connection.lastInsertedRow), nil, connection)
    }
  }

  /// - Throws: `Refusal.notFound`
  package func update(
    _ id: ProjectID, visible: [PrinterID]?, now: Timestamp, _ change: @Sendable (inout ProjectTraits) -> Void
  ) async throws -> ProjectRecord {
    try await database.write { connection in
      var traits = try Self.existing(id, visible, connection).traits
      change(&traits)
      try connection.execute(
        """
        UPDATE projects SET name = ?, description = ?, color = ?, target_count = ?, updated_ms = ? WHERE id = ?
        """, Self.values(traits) + [.moment(now), .id(id)])
      return try Self.existing(id, visible, connection)
    }
  }

  /// Its records stay, without a project.
  ///
  /// - Throws: `Refusal.notFound`
  package func delete(_ id: ProjectID) async throws {
    try await database.write { connection in
      guard try connection.execute("DELETE FROM projects WHERE id = ?", [.id(id)]) > 0 else { throw Refusal.notFound }
    }
  }

  private static func values(_ traits: ProjectTraits) -> [SQLValue] {
    [.text(traits.name), .text(traits.description), .text(traits.color), .integer(traits.targetCount)]
  }

  private static func existing(
    _ id: ProjectID, _ visible: [PrinterID]?, _ connection: Connection
  ) throws -> ProjectRecord {
    guard let record = try find(id, visible, connection) else { throw Refusal.notFound }
    return record
  }

  private static func find(
    _ id: ProjectID, _ visible: [PrinterID]?, _ connection: Connection
  ) throws(SQLiteError) -> ProjectRecord? {
    let sums = try sums(of: id, visible, connection)
    return try connection.row("SELECT * FROM projects WHERE id = ?", [.id(id)]) { (row) throws(SQLiteError) in
      try record(row, sums)
    }
  }

  private static func record(_ row: borrowing Row, _ sums: [Int64: ProjectSums]) throws(SQLiteError) -> ProjectRecord {
    var traits = ProjectTraits(name: try row.text("name"))
    traits.description = try row.text("description")
    traits.color = try row.optionalText("color")
    traits.targetCount = try row.optionalInteger("target_count").map(Int.init)
    let id = try row.integer("id")
    return ProjectRecord(
      id: ProjectID(rawValue: id), traits: traits, sums: sums[id] ?? ProjectSums(),
      createdAt: try row.moment("created_ms"), updatedAt: try row.moment("updated_ms"))
  }

  private static func sums(
    of project: ProjectID?, _ visible: [PrinterID]?, _ connection: Connection
  ) throws(SQLiteError) -> [Int64: ProjectSums] {
    var sql = SQLText(
      """
      SELECT project_id, status, count(*) AS n, ifnull(sum(duration_s), 0) AS seconds,
        total(filament_used_g) AS grams, total(coalesce(cost_override, cost)) AS cost
      FROM archives INDEXED BY archives_by_project WHERE deleted_ms IS NULL AND is_system = 0
      """)
    if let project { sql.add("AND project_id = ?", .id(project)) } else { sql.add("AND project_id > 0") }
    if let visible {
      sql.add(
        "AND (printer_id IN (SELECT value FROM json_each(?)) OR (printer_id IS NULL AND status IS NULL))",
        ArchiveQuery.list(visible))
    }
    sql.add("GROUP BY project_id, status")
    var sums: [Int64: ProjectSums] = [:]
    _ = try connection.rows(sql) { (row) throws(SQLiteError) in
      let project = try row.integer("project_id")
      var sum = sums[project] ?? ProjectSums()
      let count = Int(try row.integer("n"))
      sum.archives += count
      switch try row.optionalText("status").flatMap(ArchiveStatus.init(rawValue:)) {
      case .success?: sum.successful += count
      case .failed?: sum.failed += count
      case .stopped?: sum.stopped += count
      case .printing?: sum.printing += count
      case nil: break
      }
      // What a file that was never printed might cost is no sum of prints.
      if try row.optionalText("status") != nil {
        sum.time += Int(try row.integer("seconds"))
        sum.filament += try row.real("grams")
        sum.cost += try row.real("cost")
      }
      sums[project] = sum
    }
    return sums
  }
}
