import CSQLite
import Glibc
import Model

/// The steps from a path to a connection that can be trusted. Nothing is written before the file is known to be ours,
/// of a version that we know, and sound.
struct Opening {
  /// "LBRY", so that `file` and we can tell whose database it is.
  static let applicationID: Int64 = 0x4C42_5259
  /// A start is not held up for longer by the check of a large database.
  static let checkLimit: Duration = .seconds(5)

  let folder: DataFolder
  let role: Database.Role
  let now: Timestamp
  let migrations: [Migration]
  let hook: CallHook?

  private var newest: Int { migrations.last?.number ?? 0 }

  func run() throws(StoreFailure) -> (Connection, OpeningReport) {
    try makePrivate()
    do {
      return try steps()
    } catch let failure as StoreFailure {
      throw failure
    } catch let error as SQLiteError {
      throw error.failure(database: folder.database, backups: folder.backups)
    } catch {
      throw StoreFailure(.io, "The database \(folder.database) cannot be opened.")
    }
  }

  private func steps() throws -> (Connection, OpeningReport) {
    var report = OpeningReport()
    let leftJournal = (File.size(of: folder.database + "-wal") ?? 0) > 0
    let connection = try Connection(path: folder.database, access: .writer, hook: hook)
    report.versionFound = try connection.userVersion()
    report.isNew = try !connection.hasTables()
    try recognise(try connection.applicationID(), report)
    if case .service = role, !report.isNew {
      try check(connection, &report)
      if leftJournal { report.recoveredPages = try connection.checkpoint() }
    }
    try connection.configure(.writer)
    if report.versionFound < newest { try withLock { try migrate(connection, &report) } }
    report.version = newest
    return (connection, report)
  }

  /// The access codes of the printers are kept as they are, since they must be sent: so nobody else may read the file.
  /// SQLite gives its `-wal` and `-shm` the mode of the database.
  private func makePrivate() throws(StoreFailure) {
    do {
      let file = try File(folder.database, O_RDWR | O_CREAT)
      try file.setMode(0o600)
    } catch {
      throw DataFolder.failure(error, "The database \(folder.database) cannot be opened")
    }
  }

  private func recognise(_ id: Int64, _ report: OpeningReport) throws(StoreFailure) {
    let path = folder.database
    guard id == Self.applicationID || (report.isNew && id == 0) else {
      throw StoreFailure(.foreign, "\(path) is a database of another program. Give another data folder.")
    }
    guard report.versionFound <= newest else {
      throw StoreFailure(
        .newerVersion,
        "The database \(path) was written by a newer version (its number is \(report.versionFound), this program "
          + "knows up to \(newest)). Nothing was changed. Install that version again, or put a copy "
          + "from \(folder.backups) in the place of this file.")
    }
  }

  private func check(_ connection: Connection, _ report: inout OpeningReport) throws {
    let start = ContinuousClock.now
    switch try connection.checkSoundness(limit: Self.checkLimit) {
    case .sound: break
    case .unfinished: report.isFullyChecked = false
    case .damaged(let words):
      throw SQLiteError.damaged(folder.database, backups: folder.backups, what: words)
    }
    report.checkTime = ContinuousClock.now - start
  }

  /// A tool must not change the schema under a service: it takes the folder's lock for the migration.
  private func withLock(_ body: () throws -> Void) throws {
    switch role {
    case .service: try body()
    case .tool:
      let lock = try folder.lock()
      try body()
      withExtendedLifetime(lock) {}
    }
  }

  private func migrate(_ connection: Connection, _ report: inout OpeningReport) throws {
    // Two tools at once: the first may have done it while this one waited.
    let found = try connection.userVersion()
    if found > 0, found < newest {
      report.copy = try SchemaCopy(folder: folder).make(of: connection, before: found, now: now)
    }
    for migration in migrations where migration.number > found {
      try connection.transaction { connection in
        try connection.run(script: migration.script)
        try connection.run(
          script: """
            PRAGMA user_version = \(migration.number);
            PRAGMA application_id = \(Self.applicationID);
            """)
      }
    }
  }
}
