package import Model

/// The messages that are to be delivered, and those that were.
///
/// A message is on the disk before anybody is asked to take it, and its end is written after it was taken. A process that
/// dies between the two sends it once more: at least once, never not at all. That end need not be synced: a power cut makes
/// one more repetition of it.
package struct OutboxRepository: Sendable {
  /// Messages that may wait for one provider; the oldest make room and are dead letters.
  package static let waitingLimit = 20_000
  /// Messages that are remembered after their end.
  package static let historyLimit = 2_000

  let database: Database
  private let waitingLimit: Int

  package init(_ database: Database, waitingLimit: Int = Self.waitingLimit) {
    self.database = database
    self.waitingLimit = waitingLimit
  }

  /// Keeps messages, in this order, all or none. Those whose provider is gone are passed over.
  ///
  /// - Parameter telling: what they tell, which is struck off with this.
  /// - Returns: false where it was told already, and nothing is kept.
  @discardableResult
  package func add(
    _ records: [OutgoingRecord], settling telling: Telling? = nil, now: Timestamp
  ) async throws -> Bool {
    guard !records.isEmpty || telling != nil else { return true }
    return try await database.write { connection in
      if let telling, try !telling.settle(connection) { return false }
      guard !records.isEmpty else { return true }
      for record in records {
        try connection.execute(
          """
          INSERT INTO notifications (provider_id, provider_name, provider_type, event, level, printer_id, archive_id, title,
            message, data_json, state, attempts, due_ms, created_ms)
          SELECT id, name, type, ?, ?, (SELECT id FROM printers WHERE id = ?), ?, ?, ?, ?, ?, 0, ?, ?
          FROM notification_providers WHERE id = ?
          """,
          [
            .text(record.event), .text(record.level.rawValue), record.printer.map { .id($0) } ?? .null,
            record.archive.map { .id($0) } ?? .null, .text(record.title), .text(record.message), .text(record.data),
            record.isHeld ? "held" : "waiting", .moment(record.due), .moment(now), .id(record.provider),
          ])
      }
      for provider in Set(records.map(\.provider)) { try makeRoom(for: provider, now: now, connection) }
      try Self.prune(connection)
      return true
    }
  }

  private func makeRoom(for provider: ProviderID, now: Timestamp, _ connection: Connection) throws(SQLiteError) {
    try connection.execute(
      """
      UPDATE notifications SET state = 'failed', error = 'Too many messages waited; the oldest were given up.',
        finished_ms = ?
      WHERE id IN (SELECT id FROM notifications WHERE provider_id = ? AND finished_ms IS NULL ORDER BY id DESC
        LIMIT -1 OFFSET ?)
      """, [.moment(now), .id(provider), .integer(waitingLimit)])
  }

  private static func prune(_ connection: Connection) throws(SQLiteError) {
    try connection.execute(
      """
      DELETE FROM notifications WHERE finished_ms IS NOT NULL AND id <= coalesce(
        (SELECT id FROM notifications WHERE finished_ms IS NOT NULL ORDER BY id DESC LIMIT 1 OFFSET ?), 0)
      """, [.integer(historyLimit)])
  }

  /// What the provider is to be told next; a digest whose time has come is made of what is held.
  package func next(for provider: ProviderID) async throws -> NotificationRecord? {
    try await database.read { connection in
      try connection.row(
        "SELECT * FROM notifications WHERE provider_id = ? AND finished_ms IS NULL AND state = 'waiting' ORDER BY id LIMIT 1",
        [.id(provider)], Self.record)
    }
  }

  /// When the oldest message that is held for a digest is due.
  package func digestDue(for provider: ProviderID) async throws -> Timestamp? {
    try await database.read { connection in
      try connection.row(
        "SELECT min(due_ms) AS due_ms FROM notifications WHERE provider_id = ? AND finished_ms IS NULL AND state = 'held'",
        [.id(provider)]
      ) { (row) throws(SQLiteError) in try row.optionalMoment("due_ms") } ?? nil
    }
  }

  /// Makes one message of those that are held and due, all in one step.
  /// - Parameter compose: gets the messages, oldest first, at most `limit`.
  package func digest(
    for provider: ProviderID, limit: Int, now: Timestamp,
    compose: @Sendable ([NotificationRecord]) -> OutgoingRecord
  ) async throws {
    try await database.write { connection in
      let held = try connection.rows(
        """
        SELECT * FROM notifications WHERE provider_id = ? AND finished_ms IS NULL AND state = 'held' AND due_ms <= ?
        ORDER BY id LIMIT ?
        """, [.id(provider), .moment(now), .integer(limit)], Self.record)
      guard let last = held.last else { return }
      let made = compose(held)
      try connection.execute(
        """
        UPDATE notifications SET state = 'digested', finished_ms = ?
        WHERE provider_id = ? AND finished_ms IS NULL AND state = 'held' AND due_ms <= ? AND id <= ?
        """, [.moment(now), .id(provider), .moment(now), .id(last.id)])
      try connection.execute(
        """
        INSERT INTO notifications (provider_id, provider_name, provider_type, event, level, title, message, data_json,
          state, attempts, due_ms, created_ms)
        SELECT id, name, type, ?, ?, ?, ?, ?, 'waiting', 0, ?, ? FROM notification_providers WHERE id = ?
        """,
        [
          .text(made.event), .text(made.level.rawValue), .text(made.title), .text(made.message), .text(made.data),
          .moment(made.due), .moment(now), .id(provider),
        ])
    }
  }

  /// Held messages of a provider that has no digest any more are told each.
  package func release(_ provider: ProviderID) async throws {
    try await database.write { connection in
      _ = try connection.execute(
        "UPDATE notifications SET state = 'waiting' WHERE provider_id = ? AND finished_ms IS NULL AND state = 'held'",
        [.id(provider)])
    }
  }

  /// The provider has taken it.
  package func sent(_ id: NotificationID, attempts: Int, now: Timestamp) async throws {
    try await end(id, state: "sent", attempts: attempts, error: nil, now: now)
  }

  /// It is a dead letter.
  package func failed(_ id: NotificationID, attempts: Int, error: String, now: Timestamp) async throws {
    try await end(id, state: "failed", attempts: attempts, error: error, now: now)
  }

  private func end(
    _ id: NotificationID, state: String, attempts: Int, error: String?, now: Timestamp
  ) async throws {
    try await database.write(.relaxed) { connection in
      _ = try connection.execute(
        """
        UPDATE notifications SET state = ?, attempts = ?, error = ?, finished_ms = ?
        WHERE id = ? AND finished_ms IS NULL
        """, [.text(state), .integer(attempts), .text(error), .moment(now), .id(id)])
    }
  }

  package func retry(_ id: NotificationID, attempts: Int, error: String, due: Timestamp) async throws {
    try await database.write(.relaxed) { connection in
      _ = try connection.execute(
        "UPDATE notifications SET attempts = ?, error = ?, due_ms = ? WHERE id = ? AND finished_ms IS NULL",
        [.integer(attempts), .text(error), .moment(due), .id(id)])
    }
  }

  /// Keeps what was sent outside of the outbox: a test.
  package func note(
    _ record: OutgoingRecord, isSent: Bool, error: String?, now: Timestamp
  ) async throws {
    try await database.write { connection in
      try connection.execute(
        """
        INSERT INTO notifications (provider_id, provider_name, provider_type, event, level, title, message, data_json,
          state, attempts, error, due_ms, created_ms, finished_ms)
        SELECT id, name, type, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ? FROM notification_providers WHERE id = ?
        """,
        [
          .text(record.event), .text(record.level.rawValue), .text(record.title), .text(record.message),
          .text(record.data), isSent ? "sent" : "failed", .text(error), .moment(now), .moment(now), .moment(now),
          .id(record.provider),
        ])
      try Self.prune(connection)
    }
  }

  /// The newest first; each filter nil for all.
  package func history(
    provider: ProviderID?, event: String?, state: NotificationRecord.State?, limit: Int, offset: Int
  ) async throws -> (rows: [NotificationRecord], total: Int) {
    let filter: [SQLValue] = [
      provider.map { .id($0) } ?? .null, .text(event), .text(state?.rawValue),
    ]
    return try await database.read { connection in
      let rows = try connection.rows(
        """
        SELECT * FROM notifications WHERE (?1 IS NULL OR provider_id = ?1) AND (?2 IS NULL OR event = ?2)
          AND (?3 IS NULL OR state = ?3) ORDER BY id DESC LIMIT ?4 OFFSET ?5
        """, filter + [.integer(limit), .integer(offset)], Self.record)
      let total = try connection.row(
        """
        SELECT count(*) AS n FROM notifications WHERE (?1 IS NULL OR provider_id = ?1) AND (?2 IS NULL OR event = ?2)
          AND (?3 IS NULL OR state = ?3)
        """, filter
      ) { (row) throws(SQLiteError) in try row.integer("n") }
      return (rows, Int(total ?? 0))
    }
  }

  /// Notes that this step of a print is told, with the highest that was before; nil where it was told already.
  package func takeStep(
    of print: String, on printer: PrinterID, choose: @Sendable (Int) -> Int?
  ) async throws -> Int? {
    try await database.write { connection in
      let told = try connection.row(
        "SELECT step FROM notification_steps WHERE printer_id = ? AND print_key = ?", [.id(printer), .text(print)]
      ) { (row) throws(SQLiteError) in Int(try row.integer("step")) }
      guard let step = choose(told ?? 0) else { return nil }
      try connection.execute(
        """
        INSERT INTO notification_steps (printer_id, print_key, step) SELECT id, ?, ? FROM printers WHERE id = ?
        ON CONFLICT (printer_id) DO UPDATE SET print_key = excluded.print_key, step = excluded.step
        """, [.text(print), .integer(step), .id(printer)])
      return step
    }
  }

  private static func record(_ row: borrowing Row) throws(SQLiteError) -> NotificationRecord {
    NotificationRecord(
      id: NotificationID(rawValue: try row.integer("id")),
      providerID: try row.optionalInteger("provider_id").map(ProviderID.init(rawValue:)),
      providerName: try row.text("provider_name"), providerType: try row.text("provider_type"),
      event: try row.text("event"), level: NotificationLevel(rawValue: try row.text("level")) ?? .info,
      printerID: try row.optionalInteger("printer_id").map(PrinterID.init(rawValue:)),
      archiveID: try row.optionalInteger("archive_id").map(ArchiveID.init(rawValue:)), title: try row.text("title"),
      message: try row.text("message"), data: try row.text("data_json"),
      state: NotificationRecord.State(rawValue: try row.text("state")) ?? .failed,
      attempts: Int(try row.integer("attempts")), error: try row.optionalText("error"), due: try row.moment("due_ms"),
      createdAt: try row.moment("created_ms"), finishedAt: try row.optionalMoment("finished_ms"))
  }
}
