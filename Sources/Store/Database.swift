import CSQLite
package import Model
import Synchronization

/// The open database: one writer on its own thread, two readers.
///
/// A read sees one state and is never stopped by a write. When `waitingLimit` calls wait already, the next one is
/// refused as `busy`: the disk does not keep up, and a longer queue would only hide it.
package final class Database: Sendable {
  /// Who opens it.
  package enum Role: Sendable {
    /// The service, which holds the folder's lock for as long as the database is open.
    case service(FolderLock)
    /// A command-line tool, beside a running service or without one.
    case tool
  }

  static let waitingLimit = 1_024
  static let readerCount = 2

  package let folder: DataFolder
  /// What the opening found and did.
  package let opening: OpeningReport

  private let writer: Writer
  private let readers: [Reader]
  private let waiting = Atomic(0)
  private let turn = Atomic(0)
  private let commits = Atomic(0)

  /// Opens the database, makes or migrates it where needed, and checks it. Blocks for as long as that takes.
  ///
  /// - Parameters:
  ///   - now: goes into the name of a copy.
  ///   - hook: for tests; see `CallHook`.
  package static func open(
    _ folder: DataFolder, role: Role, now: Timestamp, migrations: [Migration] = Schema.migrations,
    hook: CallHook? = nil
  ) throws(StoreFailure) -> Database {
    let (connection, report) = try Opening(folder: folder, role: role, now: now, migrations: migrations, hook: hook)
      .run()
    let keepsWords = migrations.contains { $0.number == Migration.archives.number }
    return Database(folder: folder, writer: try Writer(connection, role, keepsWords: keepsWords), opening: report)
  }

  private init(folder: DataFolder, writer: Writer, opening: OpeningReport) {
    self.folder = folder
    self.writer = writer
    self.opening = opening
    readers = (0..<Self.readerCount).map { _ in Reader(path: folder.database) }
  }

  /// One transaction: all of `body` or nothing of it. When this returns, a `.full` change is on the disk.
  @discardableResult
  package func write<Value: Sendable>(
    _ durability: Durability = .full, _ body: @Sendable (Connection) throws -> Value
  ) async throws -> Value {
    // Also where it is not known whether it came to a commit: what was remembered of before is then read once more.
    defer { commits.add(1, ordering: .releasing) }
    return try await counted { try await writer.transaction(durability, body) }
  }

  /// Another number after every change that this process has made and answered. What is read after asking for it may be
  /// remembered for as long as the number stays.
  package var generation: Int { commits.load(ordering: .acquiring) }

  /// One state of the database, read by several statements.
  package func read<Value: Sendable>(_ body: @Sendable (Connection) throws -> Value) async throws -> Value {
    let index = turn.wrappingAdd(1, ordering: .relaxed).newValue & (Self.readerCount - 1)
    return try await counted { try await readers[index].snapshot(body) }
  }

  /// Changes when another process has committed, such as `layerberry key create`; own writes do not count. It reads
  /// shared memory only, so it may be asked every second.
  package func changeCounter() async throws -> Int64 { try await counted { try await writer.dataVersion() } }

  /// Merges the journal into the database and closes all connections, then gives up the folder's lock.
  /// Later calls are refused as `closed`. On a full disk the journal stays, with all that was answered.
  package func close() async throws {
    for reader in readers { await reader.close() }
    do { try await writer.close() } catch { throw told(error) }
  }

  private func counted<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
    let before = waiting.add(1, ordering: .relaxed).oldValue
    defer { waiting.subtract(1, ordering: .relaxed) }
    guard before < Self.waitingLimit else {
      throw StoreFailure(.busy, "The disk does not keep up: \(before) calls wait for the database. Try again.")
    }
    do { return try await body() } catch { throw told(error) }
  }

  private func told(_ error: any Error) -> any Error {
    (error as? SQLiteError)?.failure(database: folder.database, backups: folder.backups) ?? error
  }
}

/// The connection that writes, on its own thread.
private actor Writer {
  private let thread: DatabaseThread
  private var connection: Connection?
  /// Holds the lock of the folder, where a service opened it.
  private var role: Database.Role?
  /// False in a database of an older version, as tests open it.
  private let keepsWords: Bool

  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  init(_ connection: sending Connection, _ role: Database.Role, keepsWords: Bool) throws(StoreFailure) {
    thread = try DatabaseThread()
    self.connection = connection
    self.role = role
    self.keepsWords = keepsWords
  }

  func transaction<Value: Sendable>(
    _ durability: Durability, _ body: @Sendable (Connection) throws -> Value
  ) throws -> Value {
    guard let connection else { throw StoreFailure.closed }
    return try connection.transaction(durability) { connection in
      let value = try body(connection)
      if keepsWords { try ArchiveWords.settle(connection) }
      return value
    }
  }

  func dataVersion() throws -> Int64 {
    guard let connection else { throw StoreFailure.closed }
    return try connection.dataVersion()
  }

  func close() throws {
    defer {
      // In this order: the next service must not find the file still open.
      connection = nil
      role = nil
    }
    do {
      try connection?.truncateJournal()
    } catch {
      // On a full disk nothing is lost: the journal stays beside the database, and the next start takes it over.
      guard error.code == SQLITE_FULL || SystemError(number: error.systemError).kind == .diskFull else { throw error }
    }
  }
}

/// A connection that reads, opened at its first use. On Swift's pool: a reader never waits for a writer.
private actor Reader {
  private let path: String
  private var connection: Connection?
  private var isClosed = false

  init(path: String) { self.path = path }

  func snapshot<Value: Sendable>(_ body: @Sendable (Connection) throws -> Value) throws -> Value {
    guard !isClosed else { throw StoreFailure.closed }
    if let connection { return try connection.snapshot(body) }
    let opened = try Connection(path: path, access: .reader)
    try opened.configure(.reader)
    connection = opened
    return try opened.snapshot(body)
  }

  func close() {
    isClosed = true
    connection = nil
  }
}

extension StoreFailure {
  fileprivate static let closed = StoreFailure(.closed, "The database is closed: the service is stopping.")
}
