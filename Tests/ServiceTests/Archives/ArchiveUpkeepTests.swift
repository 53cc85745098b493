import Glibc
import Logging
import Model
import Store
import Synchronization
import TestKit
import Testing

@testable import Service

/// The archive stays within its bounds, and whatever goes is told.
@Suite struct ArchiveUpkeepTests {
  @Test func theBinIsEmptiedAfterItsDays() async throws {
    let room = try UpkeepRoom()
    try await room.add("one", deletedDaysAgo: 8)
    try await room.add("two", deletedDaysAgo: 6)
    await room.upkeep.look()
    #expect(try await room.left == ["two"])
    #expect(room.fileCount == 1)
    room.set { $0.binDays = 0 }
    await room.upkeep.look()
    #expect(try await room.left.isEmpty)
    #expect(room.fileCount == 0)
    try await room.close()
  }

  @Test func oldRecordsGoToTheBinAndAreTold() async throws {
    let room = try UpkeepRoom()
    try await room.add("old", madeDaysAgo: 31)
    try await room.add("new", madeDaysAgo: 29)
    await room.upkeep.look()
    #expect(try await room.deleted.isEmpty)
    room.set { $0.keepDays = 30 }
    await room.upkeep.look()
    #expect(try await room.deleted == ["old"])
    #expect(try await room.left == ["new", "old"] && room.fileCount == 2)
    #expect(room.told == ["archive_aged"])
    try await room.close()
  }

  @Test func aFullQuotaEmptiesTheBinThenTakesTheOldestFiles() async throws {
    let room = try UpkeepRoom()
    try await room.add("first", madeDaysAgo: 30)
    try await room.add("second", madeDaysAgo: 20)
    try await room.add("third", madeDaysAgo: 10)
    try await room.add("binned", madeDaysAgo: 5, deletedDaysAgo: 1)
    // Every file has 1,000 bytes.
    room.set { $0.quotaBytes = 3_000 }
    await room.upkeep.look()
    #expect(try await room.left == ["first", "second", "third"] && room.fileCount == 3)
    room.set { $0.quotaBytes = 1_500 }
    await room.upkeep.look()
    #expect(try await room.left == ["first", "second", "third"], "records stay")
    #expect(try await room.withFile == ["third"] && room.fileCount == 1)
    #expect(room.told == ["archive_quota", "archive_quota"])
    await room.upkeep.look()
    #expect(room.told.count == 2)
    try await room.close()
  }

  @Test func whatIsPrintingKeepsItsFileAndRecord() async throws {
    let room = try UpkeepRoom()
    try await room.add("printing", madeDaysAgo: 400, status: "printing")
    room.set { bounds in
      bounds.keepDays = 1
      bounds.quotaBytes = 1
    }
    await room.upkeep.look()
    #expect(try await room.withFile == ["printing"])
    #expect(try await room.deleted.isEmpty)
    try await room.close()
  }

  @Test func whatTheQueueWillPrintKeepsItsFileAndRecord() async throws {
    let room = try UpkeepRoom()
    try await room.add("waits", madeDaysAgo: 400)
    try await room.add("printed", madeDaysAgo: 300)
    let item = try await room.queue("waits", status: "pending")
    _ = try await room.queue("printed", status: "completed")
    room.set { bounds in
      bounds.keepDays = 30
      bounds.quotaBytes = 1
    }
    await room.upkeep.look()
    #expect(try await room.deleted.isEmpty)
    #expect(try await room.left == ["waits"] && room.fileCount == 1, "the bin was emptied for room")
    #expect(try await room.withFile == ["waits"])
    try await room.end(item)
    await room.upkeep.look()
    #expect(try await room.left.isEmpty && room.fileCount == 0)
    try await room.close()
  }

  @Test func aBinWithoutDaysKeepsNothing() async throws {
    let room = try UpkeepRoom(now: Timestamp(seconds: 1_000_000))
    try await room.add("thrown away", deletedDaysAgo: 0)
    await room.upkeep.emptyBin()
    #expect(try await room.left == ["thrown away"])
    // Also while the clock is not set: no age is asked for.
    room.set { $0.binDays = 0 }
    await room.upkeep.emptyBin()
    #expect(try await room.left.isEmpty && room.fileCount == 0)
    try await room.close()
  }

  @Test func nothingAgesWhileTheClockIsNotSet() async throws {
    let room = try UpkeepRoom(now: Timestamp(seconds: 1_000_000))
    try await room.add("old", madeDaysAgo: 1, deletedDaysAgo: 1)
    room.set { bounds in
      bounds.keepDays = 1
      bounds.binDays = 0
    }
    await room.upkeep.look()
    #expect(try await room.left == ["old"])
    try await room.close()
  }
}

private struct StandingClock: WallClock {
  let now: Timestamp
}

private final class UpkeepState: Sendable {
  let bounds = Mutex(ArchiveBounds(quotaBytes: 0, keepDays: 0, binDays: 7))
  let events = Mutex<[String]>([])
}

private final class UpkeepRoom: Sendable {
  let upkeep: ArchiveUpkeep
  private let folder: TemporaryFolder
  private let database: Database
  private let vault: FileVault
  private let now: Timestamp
  private let state = UpkeepState()
  private let subscription: EventFeed.Subscription

  init(now: Timestamp = Timestamp(seconds: 1_800_000_000)) throws {
    folder = try TemporaryFolder()
    let data = try DataFolder.prepare(folder.path)
    database = try Database.open(data, role: .service(try data.lock()), now: now)
    vault = FileVault(database)
    self.now = now
    let feed = EventFeed()
    let state = state
    subscription = feed.follow { event in
      if case .notice(let notice) = event { state.events.withLock { $0.append(notice.event) } }
    }
    upkeep = ArchiveUpkeep(
      database: database, vault: vault, feed: feed, clock: StandingClock(now: now), logger: Logger(label: "test")
    ) { state.bounds.withLock { $0 } }
  }

  func close() async throws { try await database.close() }

  func set(_ change: (inout ArchiveBounds) -> Void) { state.bounds.withLock { change(&$0) } }

  var told: [String] { state.events.withLock { $0 } }

  func add(
    _ name: String, madeDaysAgo age: Int = 10, deletedDaysAgo deleted: Int? = nil, status: String? = nil
  ) async throws {
    let made = now.adding(seconds: -Double(age) * 86_400)
    let binned = deleted.map { now.adding(seconds: -Double($0) * 86_400) }
    let bytes = Array((name + String(repeating: ".", count: 1_000 - name.utf8.count)).utf8)
    _ = try await vault.keep(bytes, now: now) { [database] file in
      try await database.write { connection in
        _ = try connection.execute(
          """
          INSERT INTO archives (name, filename, status, file_sha256, created_ms, updated_ms, deleted_ms)
          VALUES (?, ?, ?, ?, ?, ?, ?)
          """,
          [
            .text(name), .text("\(name).3mf"), .text(status), .blob(file.hash.bytes), .moment(made), .moment(made),
            .moment(binned),
          ])
      }
    }
  }

  func queue(_ name: String, status: String) async throws -> Int64 {
    try await database.write { connection in
      _ = try connection.execute(
        """
        INSERT INTO queue_items (archive_id, model, plate, copies, options_json, auto_power_off, demand_json, status, rank,
          created_ms, updated_ms)
        SELECT id, 'P1S', 1, 1, '{}', 0, '{}', ?, 1, 1, 1 FROM archives WHERE name = ?
        """, [.text(status), .text(name)])
      return connection.lastInsertedRow
    }
  }

  func end(_ item: Int64) async throws {
    try await database.write { connection in
      _ = try connection.execute("UPDATE queue_items SET status = 'completed' WHERE id = ?", [.integer(item)])
    }
  }

  var left: [String] { get async throws { try await names("SELECT name FROM archives ORDER BY name") } }

  var deleted: [String] {
    get async throws { try await names("SELECT name FROM archives WHERE deleted_ms IS NOT NULL ORDER BY name") }
  }

  var withFile: [String] {
    get async throws { try await names("SELECT name FROM archives WHERE file_sha256 IS NOT NULL ORDER BY name") }
  }

  var fileCount: Int {
    FolderNames.all(in: "\(folder.path)/files").reduce(0) {
      $0 + FolderNames.all(in: "\(folder.path)/files/\($1)").count
    }
  }

  private func names(_ sql: StaticString) async throws -> [String] {
    try await database.read { connection in
      try connection.rows(sql) { (row) throws(SQLiteError) in try row.text("name") }
    }
  }
}
