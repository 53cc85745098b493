package import Model

/// The queue. Every step of an item is on the disk when the call for it returns, and a step that the item's state does not
/// allow changes nothing.
package struct QueueRepository: Sendable {
  /// Items that wait at most.
  package static let capacity = 1_000
  /// Ended items that are kept.
  package static let keptEnded = 1_000

  package enum Refusal: Error, Hashable, Sendable {
    case full
    /// The archive or the printer went meanwhile.
    case missing
    /// It does not stand as the step needs it.
    case notSo
  }

  let database: Database

  package init(_ database: Database) { self.database = database }

  // MARK: Reading

  /// All that wait, in their order, and all that are under way.
  package func live() async throws -> [QueueItemRecord] {
    try await database.read { connection in
      try connection.rows(
        """
        SELECT * FROM queue_items WHERE status IN ('pending', 'dispatching', 'printing') ORDER BY rank, id
        """, [], QueueItemRecord.init)
    }
  }

  /// Ended ones, the last first.
  package func ended(limit: Int = keptEnded) async throws -> [QueueItemRecord] {
    try await database.read { connection in
      try connection.rows(
        """
        SELECT * FROM queue_items WHERE status NOT IN ('pending', 'dispatching', 'printing')
        ORDER BY completed_ms DESC, id DESC LIMIT ?
        """, [.integer(limit)], QueueItemRecord.init)
    }
  }

  package func get(_ id: QueueItemID) async throws -> QueueItemRecord? {
    try await database.read { try Self.find(id, $0) }
  }

  package func pauses() async throws -> QueuePauses {
    try await database.read { connection in
      let scopes = try connection.rows("SELECT printer_id FROM queue_pauses") { (row) throws(SQLiteError) in
        try row.optionalInteger("printer_id")
      }
      return QueuePauses(
        isWhole: scopes.contains { $0 == nil }, printers: Set(scopes.compactMap { $0.map(PrinterID.init(rawValue:)) }))
    }
  }

  // MARK: What people do

  /// Where a new item stands among those that wait.
  package enum Place: Sendable {
    case end
    /// Before the first that waits with this rank or a larger one.
    case before(rank: Int64)
  }

  /// - Throws: `Refusal.full`, `Refusal.missing`
  package func insert(_ wish: QueueWish, at place: Place, now: Timestamp) async throws -> QueueItemRecord {
    try await database.write { connection in
      let waiting = try connection.row("SELECT count(*) AS n FROM queue_items WHERE status = 'pending'") {
        (row) throws(SQLiteError) in try row.integer("n")
      }
      guard (waiting ?? 0) < Int64(Self.capacity) else { throw Refusal.full }
      let rank: Int64
      switch place {
      case .end:
        rank =
          try connection.row("SELECT coalesce(max(rank), 0) + 1 AS n FROM queue_items") {
            (row) throws(SQLiteError) in try row.integer("n")
          } ?? 1
      case .before(let next):
        try connection.execute("UPDATE queue_items SET rank = rank + 1 WHERE rank >= ?", [.integer(next)])
        rank = next
      }
      return try Self.insert(wish, rank: rank, now: now, connection)
    }
  }

  /// - Throws: `Refusal.notSo` for an item that waits no more, `Refusal.missing`
  package func change(_ id: QueueItemID, _ wish: QueueWish, now: Timestamp) async throws -> QueueItemRecord {
    try await database.write { connection in
      let count = try Self.referring {
        try connection.execute(
          """
          UPDATE queue_items SET archive_id = ?, printer_id = ?, model = ?, among = ?, scheduled_ms = ?, plate = ?,
            copies = ?, mapping = ?, options_json = ?, auto_power_off = ?, demand_json = ?, attempts = 0, retry_ms = NULL,
            error = NULL, updated_ms = ? WHERE id = ? AND status = 'pending'
          """, wish.values + [.moment(now), .id(id)])
      }
      guard count == 1 else { throw Refusal.notSo }
      return try Self.existing(id, connection)
    }
  }

  /// Only what is not under way. Answers whether it was there.
  /// - Throws: `Refusal.notSo` for an item under way
  package func delete(_ id: QueueItemID) async throws -> Bool {
    try await database.write { connection in
      guard let item = try Self.find(id, connection) else { return false }
      guard !item.status.isUnderWay else { throw Refusal.notSo }
      return try connection.execute("DELETE FROM queue_items WHERE id = ?", [.id(id)]) > 0
    }
  }

  /// The items take the places that they hold together, in this order.
  package func order(_ ids: [QueueItemID], now: Timestamp) async throws -> [QueueItemRecord] {
    try await database.write { connection in
      let waiting = try connection.rows(
        "SELECT * FROM queue_items WHERE status = 'pending' ORDER BY rank, id", [], QueueItemRecord.init)
      let moved = Set(ids)
      guard waiting.count(where: { moved.contains($0.id) }) == ids.count else { throw Refusal.notSo }
      var next = ids.makeIterator()
      // Ranks may be equal, so all get new ones; only those that change are written.
      var last: Int64 = 0
      for place in waiting {
        let id = moved.contains(place.id) ? next.next() ?? place.id : place.id
        let rank = max(place.rank, last + 1)
        last = rank
        try connection.execute(
          "UPDATE queue_items SET rank = ?, updated_ms = ? WHERE id = ? AND rank <> ?",
          [.integer(rank), .moment(now), .id(id), .integer(rank)])
      }
      return try connection.rows(
        "SELECT * FROM queue_items WHERE status = 'pending' ORDER BY rank, id", [], QueueItemRecord.init)
    }
  }

  /// - Parameter printer: nil is the whole queue.
  /// - Throws: `Refusal.missing`
  package func pause(_ printer: PrinterID?, _ isPaused: Bool) async throws {
    let scope = SQLValue.text(printer.map { "printer \($0)" } ?? "all")
    try await database.write { connection in
      guard isPaused else {
        try connection.execute("DELETE FROM queue_pauses WHERE scope = ?", [scope])
        return
      }
      _ = try Self.referring {
        try connection.execute(
          "INSERT OR REPLACE INTO queue_pauses (scope, printer_id) VALUES (?, ?)",
          [scope, printer.map { .id($0) } ?? .null])
      }
    }
  }

  // MARK: Helpers

  /// - Throws: `Refusal.missing` where a row that is named has gone
  private static func referring(_ body: () throws -> Int) throws -> Int {
    do { return try body() } catch {
      if let failure = error as? SQLiteError, failure.isForeignKeyViolation { throw Refusal.missing }
      throw error
    }
  }

  static func insert(
    _ wish: QueueWish, rank: Int64, copyOf: QueueItemID? = nil, now: Timestamp, _ connection: Connection
  ) throws -> QueueItemRecord {
    let isThere = try connection.row(
      "SELECT 1 AS n FROM archives WHERE id = ? AND deleted_ms IS NULL", [wish.archiveID.map { .id($0) } ?? .null]
    ) { (row) throws(SQLiteError) in try row.integer("n") }
    guard isThere != nil || copyOf != nil else { throw Refusal.missing }
    _ = try Self.referring {
      try connection.execute(
        """
        INSERT INTO queue_items (archive_id, printer_id, model, among, scheduled_ms, plate, copies, mapping, options_json,
          auto_power_off, demand_json, status, rank, copy_of, created_ms, updated_ms)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending', ?, ?, ?, ?)
        """, wish.values + [.integer(rank), copyOf.map { .id($0) } ?? .null, .moment(now), .moment(now)])
    }
    return try existing(QueueItemID(rawValue: connection.lastInsertedRow), connection)
  }

  static func find(_ id: QueueItemID, _ connection: Connection) throws(SQLiteError) -> QueueItemRecord? {
    try connection.row("SELECT * FROM queue_items WHERE id = ?", [.id(id)], QueueItemRecord.init)
  }

  static func existing(_ id: QueueItemID, _ connection: Connection) throws -> QueueItemRecord {
    guard let item = try find(id, connection) else { throw Refusal.notSo }
    return item
  }

  /// One step of an item, and the item after it.
  func step(
    _ id: QueueItemID, _ body: @escaping @Sendable (Connection) throws -> Int
  ) async throws -> QueueItemRecord {
    try await database.write { connection in
      guard try body(connection) == 1 else { throw Refusal.notSo }
      return try Self.existing(id, connection)
    }
  }

  func read<Value: Sendable>(_ body: @escaping @Sendable (Connection) throws -> Value) async throws -> Value {
    try await database.read { try body($0) }
  }

  func write<Value: Sendable>(_ body: @escaping @Sendable (Connection) throws -> Value) async throws -> Value {
    try await database.write { try body($0) }
  }
}
