import Glibc

/// Holds a database that came from outside against what a database of its version must be: the same tables, indexes and
/// triggers, and no other. What a stranger put into a schema would be run.
struct SchemaProof {
  /// Where a database may be made for comparison.
  let folder: String

  /// - Throws: `BackupProblem`
  func hold(_ connection: Connection, version: Int) throws {
    let path = "\(folder)/schema.part"
    defer { unlink(path) }
    _ = try File(path, O_WRONLY | O_CREAT | O_TRUNC)
    let model = try Connection(path: path, access: .writer)
    try model.run(script: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
    for migration in Schema.migrations where migration.number <= version { try model.run(script: migration.script) }
    let (expected, found) = (try Self.parts(of: model), try Self.parts(of: connection))
    guard expected == found else { throw BackupProblem.damaged("its database has another form") }
  }

  private static func parts(of connection: Connection) throws -> [String] {
    try connection.rows(
      "SELECT type, name, coalesce(sql, '') AS sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%' ORDER BY 1, 2"
    ) { (row) throws(SQLiteError) in
      let name = try row.text("name")
      // What FTS5 makes for itself is worded by its version.
      let isShadow = ["_data", "_idx", "_content", "_docsize", "_config"].contains { name.hasSuffix($0) }
      return "\(try row.text("type")) \(name) \(isShadow ? "" : try row.text("sql"))"
    }
  }
}
