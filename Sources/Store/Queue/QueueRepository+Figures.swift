extension QueueRepository {
  /// How many items are being sent or printed.
  package func underWay() async throws -> Int {
    try await database.read { connection in
      let count = try connection.row(
        "SELECT count(*) AS n FROM queue_items WHERE status IN ('dispatching', 'printing')"
      ) { (row) throws(SQLiteError) in try row.integer("n") }
      return Int(count ?? 0)
    }
  }
}
