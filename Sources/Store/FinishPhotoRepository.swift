package import Model

/// Which prints have a photo of the finished part; the picture itself is a file with the print's number.
package struct FinishPhotoRepository: Sendable {
  private let database: Database

  package init(_ database: Database) { self.database = database }

  /// Of every print that has one.
  package func prints() async throws -> Set<PrintID> {
    Set(
      try await database.read { connection in
        try connection.rows("SELECT print_id FROM finish_photos") { (row) throws(SQLiteError) in
          PrintID(rawValue: try row.integer("print_id"))
        }
      })
  }

  /// When the photo of this print was taken.
  package func taken(of print: PrintID) async throws -> Timestamp? {
    try await database.read { connection in
      try connection.row("SELECT taken_ms FROM finish_photos WHERE print_id = ?", [.id(print)]) {
        (row) throws(SQLiteError) in try row.moment("taken_ms")
      }
    }
  }

  package func set(_ print: PrintID, bytes: Int, taken: Timestamp) async throws {
    try await database.write { connection in
      _ = try connection.execute(
        "INSERT OR REPLACE INTO finish_photos (print_id, bytes, taken_ms) VALUES (?, ?, ?)",
        [.id(print), .integer(bytes), .moment(taken)])
    }
  }

  package func remove(_ print: PrintID) async throws {
    try await database.write { _ = try $0.execute("DELETE FROM finish_photos WHERE print_id = ?", [.id(print)]) }
  }
}
