import Model
import Store
import Testing

/// Every step of an item is on the disk, and a step that its state does not allow changes nothing.
@Suite struct QueueRepositoryTests {
  private let temporary: TemporaryFolder
  private let database: Database
  private let queue: QueueRepository
  private let printer: PrinterID
  private let archive: ArchiveID

  init() async throws {
    temporary = try TemporaryFolder()
    database = try temporary.database()
    queue = QueueRepository(database)
    printer = try await PrinterRepository(database).insert(try newPrinter(), now: .start).id
    let number = try await database.write { connection in
      try connection.execute(
        "INSERT INTO archives (name, filename, created_ms, updated_ms) VALUES ('Box', 'Box.gcode.3mf', 0, 0)")
      return connection.lastInsertedRow
    }
    archive = ArchiveID(rawValue: number)
  }

  private func add(copies: Int = 1, at place: QueueRepository.Place = .end) async throws -> QueueItemRecord {
    var wish = QueueWish(archiveID: archive, printerID: printer, mapping: [0, -1, 5])
    wish.copies = copies
    return try await queue.insert(wish, at: place, now: .start)
  }

  private func dispatch(task: Int = 77) throws -> QueueItemRecord.Dispatch {
    QueueItemRecord.Dispatch(
      machine: printer, taskID: task, path: try StoragePath("/Box.gcode.3mf"), trays: [0, -1], dispatchedAt: .start)
  }

  @Test func anItemIsReadAsItWasWritten() async throws {
    var wish = QueueWish(archiveID: archive, model: .x1c, among: [printer])
    wish.scheduledTime = .start
    wish.autoPowerOff = true
    wish.optionsJSON = #"{"timelapse":true}"#
    let made = try await queue.insert(wish, at: .end, now: .start)
    #expect(made.wish == wish && made.status == .pending && made.dispatch == nil && made.printer == nil)
    #expect(try await queue.get(made.id) == made)
    #expect(try await queue.live() == [made])
  }

  @Test func whatIsNotThereCannotBeQueued() async throws {
    await #expect(throws: QueueRepository.Refusal.missing) {
      try await queue.insert(QueueWish(archiveID: ArchiveID(rawValue: 99)), at: .end, now: .start)
    }
    await #expect(throws: QueueRepository.Refusal.missing) {
      try await queue.insert(
        QueueWish(archiveID: archive, printerID: PrinterID(rawValue: 99)), at: .end, now: .start)
    }
    await #expect(throws: QueueRepository.Refusal.missing) { try await queue.pause(PrinterID(rawValue: 99), true) }
  }

  @Test func placesAndOrder() async throws {
    let (a, b, c) = (try await add(), try await add(), try await add())
    let head = try await add(at: .before(rank: a.rank))
    #expect(try await queue.live().map(\.id) == [head.id, a.id, b.id, c.id])
    let ordered = try await queue.order([c.id, head.id], now: .start)
    #expect(ordered.map(\.id) == [c.id, a.id, b.id, head.id])
    #expect(try await queue.live().map(\.id) == ordered.map(\.id))
    await #expect(throws: QueueRepository.Refusal.notSo) {
      try await queue.order([a.id, QueueItemID(rawValue: 99)], now: .start)
    }
  }

  @Test func theStepsOfAPrint() async throws {
    let item = try await add()
    let left = try await queue.depart(item.id, try dispatch(), now: .start)
    #expect(left.item.status == .dispatching && left.rest == nil)
    #expect(try left.item.dispatch == dispatch())
    await #expect(throws: QueueRepository.Refusal.notSo) {
      try await queue.depart(item.id, try dispatch(task: 78), now: .start)
    }
    #expect(try await queue.sending(item.id, now: .start).dispatch?.sentAt == .start)
    #expect(try await queue.signSeen(item.id, now: .start).dispatch?.signAt == .start)
    #expect(try await queue.printing(item.id, since: .start, now: .start).status == .printing)
    await #expect(throws: QueueRepository.Refusal.notSo) { try await queue.delete(item.id) }
    await #expect(throws: QueueRepository.Refusal.notSo) {
      try await queue.back(item.id, retryAt: nil, error: nil, countsAttempt: true, now: .start)
    }
    let ended = try await queue.end(
      item.id, QueueEnding(.completed, isCooling: true), from: [.printing], at: .start, now: .start)
    #expect(ended.status == .completed && ended.completedAt == .start)
    #expect(try await queue.cooling() == [ended])
    try await queue.cooled(item.id)
    #expect(try await queue.cooling().isEmpty)
    #expect(try await queue.delete(item.id))
    #expect(try await !queue.delete(item.id))
  }

  @Test func copiesLeaveOneByOne() async throws {
    let item = try await add(copies: 2)
    let first = try await queue.depart(item.id, try dispatch(), now: .start)
    #expect(first.item.copyOf == item.id && first.item.wish.copies == 1 && first.rest?.wish.copies == 1)
    let last = try await queue.depart(item.id, try dispatch(task: 78), now: .start)
    #expect(last.item.id == item.id && last.rest == nil)
  }

  @Test func whatWasNotSentComesBackToItsPlace() async throws {
    let (a, b) = (try await add(), try await add())
    _ = try await queue.depart(a.id, try dispatch(), now: .start)
    let back = try await queue.back(
      a.id, retryAt: .start, error: "The card is full.", countsAttempt: true, now: .start)
    #expect(back.status == .pending && back.attempts == 1 && back.retryAt == .start && back.dispatch == nil)
    #expect(try await queue.live().map(\.id) == [a.id, b.id])
  }

  @Test func whatIsNotProvenComesBackOnlyByThePrinter() async throws {
    let item = try await add()
    _ = try await queue.depart(item.id, try dispatch(), now: .start)
    _ = try await queue.sending(item.id, now: .start)
    let ending = QueueEnding(.failed, error: "the start is not proven", isUnproven: true)
    let failed = try await queue.end(item.id, ending, from: [.dispatching], at: .start, now: .start)
    #expect(try await queue.doubtful(since: .start) == [failed])
    await #expect(throws: QueueRepository.Refusal.notSo) {
      try await queue.depart(item.id, try dispatch(task: 78), now: .start)
    }
    #expect(try await queue.printing(item.id, since: .start, now: .start).status == .printing)
  }

  @Test func theRecordOfAPrintThatBearsAnItemsNumberIsTheItems() async throws {
    let item = try await add()
    _ = try await queue.depart(item.id, try dispatch(), now: .start)
    var print = TrackedPrintRecord(printerID: printer, state: .printing, updatedAt: .start)
    print.subtaskID = "77"
    let record = try await PrintRepository(database).begin(print)
    #expect(try await queue.get(item.id)?.printArchiveID == record)
    #expect(try await queue.prints()[item.id]?.outcome == nil)
    let source = try await database.read { connection in
      try connection.row("SELECT source_archive_id, filename FROM archives WHERE id = ?", [.id(record)]) {
        (row) throws(SQLiteError) in "\(try row.integer("source_archive_id")) \(try row.text("filename"))"
      }
    }
    #expect(source == "\(archive) Box.gcode.3mf")
    _ = try await PrintRepository(database).end(
      print, PrintEnding(outcome: .stopped, endedAt: .start, isTimeKnown: true))
    #expect(try await queue.prints()[item.id]?.outcome == .stopped)
  }

  @Test func aDeletedPrinterLeavesItsItems() async throws {
    let (waiting, leaving) = (try await add(), try await add())
    _ = try await queue.depart(leaving.id, try dispatch(), now: .start)
    try await queue.pause(printer, true)
    try await queue.pause(nil, true)
    #expect(try await queue.pauses() == QueuePauses(isWhole: true, printers: [printer]))
    #expect(try await PrinterRepository(database).delete(printer, now: .start))
    #expect(try await queue.get(waiting.id)?.status == .skipped)
    #expect(try await queue.get(leaving.id)?.status == .failed)
    #expect(try await queue.pauses() == QueuePauses(isWhole: true))
    try await queue.pause(nil, false)
    #expect(try await queue.pauses() == QueuePauses())
    #expect(try await queue.ended().count == 2)
    #expect(try await queue.live().isEmpty)
  }
}
