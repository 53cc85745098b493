package import Model

/// The way of an item to a printer and through its print, step by step.
extension QueueRepository {
  /// An item sets out. Of several copies one does, as an item of its own; the rest waits on where it stands.
  package struct Departure: Hashable, Sendable {
    package var item: QueueItemRecord
    /// What is left of the copies.
    package var rest: QueueItemRecord?
  }

  /// - Throws: `Refusal.notSo` for an item that waits no more
  package func depart(_ id: QueueItemID, _ dispatch: QueueItemRecord.Dispatch, now: Timestamp) async throws -> Departure
  {
    try await write { connection in
      guard let waiting = try Self.find(id, connection), waiting.status == .pending else { throw Refusal.notSo }
      var leaving = id
      if waiting.wish.copies > 1 {
        var one = waiting.wish
        one.copies = 1
        leaving = try Self.insert(one, rank: waiting.rank, copyOf: id, now: now, connection).id
        try connection.execute(
          "UPDATE queue_items SET copies = copies - 1, retry_ms = NULL, updated_ms = ? WHERE id = ?",
          [.moment(now), .id(id)])
      }
      try connection.execute(
        """
        UPDATE queue_items SET status = 'dispatching', machine_id = ?, task_id = ?, path = ?, trays = ?, dispatched_ms = ?,
          sent_ms = NULL, sign_ms = NULL, retry_ms = NULL, error = NULL, updated_ms = ? WHERE id = ?
        """,
        [
          dispatch.machine.map { .id($0) } ?? .null, .integer(dispatch.taskID), .text(dispatch.path.text),
          .text(QueueNumbers.text(dispatch.trays.map(Int64.init))), .moment(dispatch.dispatchedAt), .moment(now),
          .id(leaving),
        ])
      return Departure(
        item: try Self.existing(leaving, connection), rest: leaving == id ? nil : try Self.existing(id, connection))
    }
  }

  /// The start is about to go out.
  package func sending(_ id: QueueItemID, now: Timestamp) async throws -> QueueItemRecord {
    try await step(id) { connection in
      try connection.execute(
        "UPDATE queue_items SET sent_ms = ?, updated_ms = ? WHERE id = ? AND status = 'dispatching'",
        [.moment(now), .moment(now), .id(id)])
    }
  }

  /// The printer has shown something of it.
  package func signSeen(_ id: QueueItemID, now: Timestamp) async throws -> QueueItemRecord {
    try await step(id) { connection in
      try connection.execute(
        """
        UPDATE queue_items SET sign_ms = coalesce(sign_ms, ?), updated_ms = ? WHERE id = ? AND status = 'dispatching'
        """, [.moment(now), .moment(now), .id(id)])
    }
  }

  /// It is on the machine. One that was given up as not proven comes back: it was obeyed late.
  package func printing(_ id: QueueItemID, since: Timestamp, now: Timestamp) async throws -> QueueItemRecord {
    try await step(id) { connection in
      try connection.execute(
        """
        UPDATE queue_items SET status = 'printing', started_ms = ?, completed_ms = NULL, error = NULL, is_unproven = 0,
          updated_ms = ? WHERE id = ? AND (status = 'dispatching' OR (status = 'failed' AND is_unproven = 1))
        """, [.moment(since), .moment(now), .id(id)])
    }
  }

  /// Nothing was sent, so it waits again where it stood.
  package func back(
    _ id: QueueItemID, retryAt: Timestamp?, error: String?, countsAttempt: Bool, now: Timestamp
  ) async throws -> QueueItemRecord {
    try await step(id) { connection in
      try connection.execute(
        """
        UPDATE queue_items SET status = 'pending', machine_id = NULL, task_id = NULL, path = NULL, trays = NULL,
          dispatched_ms = NULL, sent_ms = NULL, attempts = attempts + ?, retry_ms = ?, error = ?, updated_ms = ?
        WHERE id = ? AND status = 'dispatching'
        """,
        [.flag(countsAttempt), .moment(retryAt), .text(error), .moment(now), .id(id)])
    }
  }

  /// - Parameter from: how it must stand.
  package func end(
    _ id: QueueItemID, _ ending: QueueEnding, from statuses: Set<QueueStatus>, at: Timestamp, now: Timestamp
  ) async throws -> QueueItemRecord {
    try await write { try Self.end(id, ending, from: statuses, at: at, now: now, $0) }
  }

  private static func end(
    _ id: QueueItemID, _ ending: QueueEnding, from statuses: Set<QueueStatus>, at: Timestamp, now: Timestamp,
    _ connection: Connection
  ) throws -> QueueItemRecord {
    guard let item = try find(id, connection), statuses.contains(item.status) else { throw Refusal.notSo }
    try connection.execute(
      """
      UPDATE queue_items SET status = ?, error = ?, is_unproven = ?, is_cooling = ?, completed_ms = ?, updated_ms = ?
      WHERE id = ?
      """,
      [
        .text(ending.status.rawValue), .text(ending.error), .flag(ending.isUnproven), .flag(ending.isCooling),
        .moment(at), .moment(now), .id(id),
      ])
    try connection.execute(
      """
      DELETE FROM queue_items WHERE status NOT IN ('pending', 'dispatching', 'printing') AND is_cooling = 0 AND id IN (
        SELECT id FROM queue_items WHERE status NOT IN ('pending', 'dispatching', 'printing')
        ORDER BY completed_ms DESC, id DESC LIMIT -1 OFFSET ?)
      """, [.integer(keptEnded)])
    return try existing(id, connection)
  }

  /// Ends an item of whose print nobody saw anything but that it is over, and makes the print's record of that: in one
  /// transaction, so that no print is without one.
  /// - Returns: the item, and the record where there was none.
  package func end(
    _ id: QueueItemID, _ ending: QueueEnding, unseen print: TrackedPrintRecord, _ printEnding: PrintEnding
  ) async throws -> (item: QueueItemRecord, made: ArchiveID?) {
    try await write { connection in
      let item = try Self.existing(id, connection)
      let made =
        item.printArchiveID == nil ? try PrintRepository.record(unseen: print, printEnding, connection) : nil
      let (end, now) = (printEnding.endedAt, print.updatedAt)
      return (try Self.end(id, ending, from: [.dispatching, .printing], at: end, now: now, connection), made)
    }
  }

  /// Its plug has been switched off, or is not to be any more.
  package func cooled(_ id: QueueItemID) async throws {
    try await write { connection in
      _ = try connection.execute("UPDATE queue_items SET is_cooling = 0 WHERE id = ?", [.id(id)])
    }
  }

  /// The items whose printers are to be switched off.
  package func cooling() async throws -> [QueueItemRecord] {
    try await write { connection in
      try connection.rows("SELECT * FROM queue_items WHERE is_cooling = 1 ORDER BY id", [], QueueItemRecord.init)
    }
  }

  /// Items whose start went out and was never seen: their printers may still obey.
  package func doubtful(since: Timestamp) async throws -> [QueueItemRecord] {
    try await write { connection in
      try connection.rows(
        """
        SELECT * FROM queue_items WHERE status IN ('failed', 'cancelled') AND is_unproven = 1 AND completed_ms >= ?
        ORDER BY id
        """, [.moment(since)], QueueItemRecord.init)
    }
  }

  /// The printer is being deleted: what waits for it is skipped, what is on its way there has failed.
  static func leave(_ printer: PrinterID, now: Timestamp, _ connection: Connection) throws {
    try connection.execute(
      """
      UPDATE queue_items SET status = iif(status = 'pending', 'skipped', 'failed'), completed_ms = ?1, updated_ms = ?1,
        error = iif(status = 'pending', 'Its printer was deleted.', 'Its printer was deleted before the print had ended.')
      WHERE (printer_id = ?2 AND status = 'pending') OR (machine_id = ?2 AND status IN ('dispatching', 'printing'))
      """, [.moment(now), .id(printer)])
  }

  // MARK: The archive

  /// What an archive has to print.
  package struct Source: Hashable, Sendable {
    package var name: String
    /// nil for a record without a file.
    package var file: ContentHash?
    /// nil for what has not been printed.
    package var printer: PrinterID?
  }

  /// nil for an archive that is not there, or in the bin.
  package func source(of archive: ArchiveID) async throws -> Source? {
    try await read { connection in
      try connection.row(
        """
        SELECT coalesce(filename, name, task_name, 'print') AS name, lower(hex(file_sha256)) AS hash, printer_id FROM archives
        WHERE id = ? AND deleted_ms IS NULL AND is_system = 0
        """, [.id(archive)]
      ) { (row) throws(SQLiteError) in
        Source(
          name: try row.text("name"), file: try row.optionalText("hash").flatMap { ContentHash(hex: $0) },
          printer: try row.optionalInteger("printer_id").map(PrinterID.init(rawValue:)))
      }
    }
  }

  /// Whether something still needs the file of an archive.
  static func needs(_ archive: ArchiveID, _ connection: Connection) throws(SQLiteError) -> Bool {
    try connection.row(
      "SELECT 1 AS n FROM queue_items WHERE archive_id = ? AND status IN ('pending', 'dispatching') LIMIT 1",
      [.id(archive)]
    ) { (row) throws(SQLiteError) in try row.integer("n") } != nil
  }

  // MARK: The records of their prints

  /// How the print of an item stands, as its record in the archive says it.
  package struct PrintStanding: Hashable, Sendable {
    package var archive: ArchiveID
    /// nil while it goes on.
    package var outcome: PrintEnding.Outcome?
    package var error: String?
    package var endedAt: Timestamp?
  }

  /// Of all that are under way and whose print has a record.
  package func prints() async throws -> [QueueItemID: PrintStanding] {
    let rows = try await read { connection in
      try connection.rows(
        """
        SELECT queue_items.id AS item, archives.id AS archive, archives.status AS outcome, archives.error AS error,
          archives.ended_ms AS ended_ms
        FROM queue_items JOIN archives ON archives.id = print_archive_id
        WHERE queue_items.status IN ('dispatching', 'printing')
        """, []
      ) { (row) throws(SQLiteError) in
        (
          QueueItemID(rawValue: try row.integer("item")),
          PrintStanding(
            archive: ArchiveID(rawValue: try row.integer("archive")),
            outcome: try row.optionalText("outcome").flatMap(PrintEnding.Outcome.init(rawValue:)),
            error: try row.optionalText("error"), endedAt: try row.optionalMoment("ended_ms"))
        )
      }
    }
    return Dictionary(rows, uniquingKeysWith: { first, _ in first })
  }

  /// The print that is being followed on the item's printer is the item's: for plain G-code, which bears no number.
  package func link(_ id: QueueItemID) async throws {
    try await write { connection in
      let archive = try connection.row(
        """
        SELECT archive_id FROM tracked_prints JOIN queue_items ON machine_id = tracked_prints.printer_id
        WHERE queue_items.id = ?
        """, [.id(id)]
      ) { (row) throws(SQLiteError) in ArchiveID(rawValue: try row.integer("archive_id")) }
      if let archive { try Self.link(archive, to: id, connection) }
    }
  }

  /// The record of a print that bears the number of an item is that item's, in the same transaction that writes it: so
  /// that a print started by the queue has its file and where it is from, whenever the service ends.
  static func link(_ archive: ArchiveID, subtask: String?, on printer: PrinterID, _ connection: Connection) throws {
    guard let subtask, let task = Int64(subtask), task > 0 else { return }
    let item = try connection.row(
      "SELECT id FROM queue_items WHERE task_id = ? AND machine_id = ? AND print_archive_id IS NULL",
      [.integer(task), .id(printer)]
    ) { (row) throws(SQLiteError) in QueueItemID(rawValue: try row.integer("id")) }
    if let item { try link(archive, to: item, connection) }
  }

  private static func link(_ archive: ArchiveID, to item: QueueItemID, _ connection: Connection) throws {
    try connection.execute("UPDATE queue_items SET print_archive_id = ? WHERE id = ?", [.id(archive), .id(item)])
    try connection.execute(
      """
      UPDATE archives SET source_archive_id = source.id, name = coalesce(archives.name, source.name),
        filename = coalesce(source.filename, archives.filename), project_id = coalesce(archives.project_id, source.project_id),
        plate = wanted.plate, file_sha256 = source.file_sha256, file_kind = source.file_kind,
        estimated_s = source.estimated_s, estimated_g = source.estimated_g, sliced_model = source.sliced_model,
        nozzle_mm = source.nozzle_mm, bed_type = source.bed_type, filament_type = source.filament_type,
        filaments_json = source.filaments_json, plates_json = source.plates_json
      FROM queue_items AS wanted JOIN archives AS source ON source.id = wanted.archive_id
      WHERE wanted.id = ? AND archives.id = ? AND archives.id <> source.id
      """, [.id(item), .id(archive)])
  }
}
