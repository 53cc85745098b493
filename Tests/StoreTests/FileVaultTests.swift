import Glibc
import Model
import Store
import Testing

/// Files under the hash of what they hold: equal ones once, none without a record, none half.
@Suite struct FileVaultTests {
  @Test func keepsAFileUnderItsHashAndTakesItsOldName() async throws {
    let room = try VaultRoom()
    let hash = try await room.keep("print")
    #expect(room.names == ["\(hash.hex.prefix(2))/\(hash.hex.dropFirst(2))"])
    #expect(Files.read(room.vault.path(of: hash)) == Array("print".utf8))
    #expect(Files.mode(room.vault.path(of: hash)) == 0o600)
    #expect(Files.names(room.spool).isEmpty)
    #expect(try await room.vault.file(hash)?.bytes == 5)
    try await room.close()
  }

  @Test func keepsEqualFilesOnceAndUntilTheLastRecordIsGone() async throws {
    let room = try VaultRoom()
    let one = try await room.keep("equal")
    #expect(try await room.keep("equal") == one)
    #expect(try await room.vault.totals() == (1, 5))
    try await room.forget(one, records: 1)
    #expect(room.names.count == 1)
    try await room.forget(one, records: 1)
    #expect(room.names.isEmpty)
    #expect(try await room.vault.totals() == (0, 0))
    try await room.close()
  }

  @Test func keepsManyEqualFilesAtTheSameTimeOnce() async throws {
    let room = try VaultRoom()
    try await withThrowingTaskGroup { group in
      for _ in 0..<12 { group.addTask { _ = try await room.keep("equal") } }
      try await group.waitForAll()
    }
    #expect(room.names.count == 1)
    #expect(try await room.records() == 12)
    try await room.close()
  }

  @Test func leavesNothingWhenTheRecordCannotBeWritten() async throws {
    struct Refusal: Error {}
    let room = try VaultRoom()
    let path = room.file("print")
    await #expect(throws: Refusal.self) { try await room.vault.keep(path, now: .start) { _ in throw Refusal() } }
    #expect(room.names.isEmpty)
    #expect(try await room.vault.totals() == (0, 0))
    try await room.close()
  }

  @Test func keepsBytesFromMemory() async throws {
    let room = try VaultRoom()
    let hash = try await room.vault.keep(Array("picture".utf8), now: .start) { try await room.record($0) }
    #expect(Files.read(room.vault.path(of: hash)) == Array("picture".utf8))
    #expect(room.names.count == 1)
    try await room.close()
  }

  @Test func removesAHeldFileOnlyWhenItIsLetGo() async throws {
    let room = try VaultRoom()
    let hash = try await room.keep("print")
    var held = try await room.vault.file(hash)
    try await room.forget(hash, records: 1)
    #expect(held?.bytes == 5 && room.names.count == 1)
    held = nil
    while !room.names.isEmpty { await Task.yield() }
    try await room.close()
  }

  @Test func healsAFileThatTheDiskHasLost() async throws {
    let room = try VaultRoom()
    let hash = try await room.keep("print")
    unlink(room.vault.path(of: hash))
    #expect(try await room.vault.sweep(unused: []).lost == [hash])
    #expect(try await room.vault.file(hash) == nil)
    _ = try await room.keep("print")
    #expect(try await room.vault.file(hash) != nil)
    try await room.close()
  }

  @Test func sweepsWhatACrashHasLeft() async throws {
    let room = try VaultRoom()
    let kept = try await room.keep("kept")
    let unused = try await room.vault.keep(room.file("unused"), now: .start) { $0.hash }
    let stray = "\(room.root)/ab"
    mkdir(stray, 0o700)
    Files.write("\(stray)/\(String(repeating: "0", count: 62))", "no row".utf8)
    Files.write("\(stray)/foreign", "no name of ours".utf8)
    Files.write("\(room.root)/7-1.new", "half".utf8)
    let report = try await room.vault.sweep(unused: [unused, kept])
    #expect(report.removed == 3 && report.removedBytes == 6 + 6 + 15)
    #expect(report.temporaries == 1 && report.lost.isEmpty)
    #expect(room.names == ["\(kept.hex.prefix(2))/\(kept.hex.dropFirst(2))"])
    try await room.close()
  }

  /// Each call to the file system and to SQLite fails in turn, by a full disk and by a dying one. After each the file is
  /// there with its record or neither is, and what the failure left goes with the next sweep.
  @Test(arguments: [(ENOSPC, Int32(13)), (EIO, Int32(10))])
  func failsAtTheNthCallWithTheOldStateOrTheNew(system: Int32, sqlite: Int32) async throws {
    var number = 1
    while true {
      let failing = FailAt(number, code: sqlite, systemError: system)
      let room = try VaultRoom(failing)
      let old = try await room.keep("old")
      failing.arm()
      var kind: StoreFailure.Kind?
      do {
        _ = try await room.keep("new")
        try await room.forget(old, records: 1)
      } catch let failure as StoreFailure {
        kind = failure.kind
      }
      failing.disarm()
      if let kind { #expect(kind == (system == ENOSPC ? .diskFull : .io), "call \(number)") }
      try await room.expectSound("call \(number)")
      // It goes on once the disk does.
      _ = try await room.keep("new")
      try await room.expectSound("after call \(number)")
      try await room.close()
      guard kind != nil else { break }
      number += 1
    }
    #expect(number > 20)
  }
}

/// A vault, and a table of its own that uses its files.
private final class VaultRoom: Sendable {
  let vault: FileVault
  let root: String
  let spool: String
  private let temporary: TemporaryFolder
  private let database: Database

  init(_ failing: FailAt? = nil) throws {
    temporary = try TemporaryFolder()
    let users = Migration(
      number: Schema.migrations.count + 1,
      script: """
        CREATE TABLE IF NOT EXISTS stored_files (
          sha256 BLOB PRIMARY KEY, bytes INTEGER NOT NULL, created_ms INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE users (id INTEGER PRIMARY KEY, sha256 BLOB REFERENCES stored_files (sha256)) STRICT;
        """)
    database = try temporary.database(Schema.migrations + [users], hook: failing?.hook)
    vault = FileVault(database, hook: failing?.fileHook)
    root = "\(temporary.path)/files"
    spool = "\(temporary.path)/spool"
    mkdir(spool, 0o700)
  }

  func close() async throws { try await database.close() }

  func file(_ text: String) -> String {
    let path = "\(spool)/\(UInt64.random(in: .min ... .max))"
    Files.write(path, text.utf8)
    return path
  }

  func keep(_ text: String) async throws -> ContentHash {
    try await vault.keep(file(text), now: .start) { try await record($0) }
  }

  func record(_ file: StoredFile) async throws -> ContentHash {
    try await database.write { connection in
      _ = try connection.execute("INSERT INTO users (sha256) VALUES (?)", [.blob(file.hash.bytes)])
    }
    return file.hash
  }

  func forget(_ hash: ContentHash, records: Int) async throws {
    try await database.write { connection in
      _ = try connection.execute(
        "DELETE FROM users WHERE id IN (SELECT id FROM users WHERE sha256 = ? LIMIT ?)",
        [.blob(hash.bytes), .integer(records)])
    }
    try await vault.collect([hash])
  }

  func records() async throws -> Int {
    try await database.read { connection in
      let count = try connection.row("SELECT count(*) AS n FROM users") {
        (row) throws(SQLiteError) in try row.integer("n")
      }
      return Int(count ?? 0)
    }
  }

  /// The files below the vault's folder, with their folder.
  var names: [String] {
    Files.names(root).flatMap { folder in
      folder.hasSuffix(".new") ? [folder] : Files.names("\(root)/\(folder)").map { "\(folder)/\($0)" }
    }
  }

  /// Every record has its file, whole; after a sweep every file has its record.
  func expectSound(_ what: String) async throws {
    let used = try await hashes("SELECT DISTINCT sha256 FROM users")
    for hash in used { #expect(try await vault.file(hash) != nil, "\(what): a record without its file") }
    let unused = try await hashes("SELECT sha256 FROM stored_files WHERE sha256 NOT IN (SELECT sha256 FROM users)")
    let report = try await vault.sweep(unused: unused)
    #expect(report.lost.isEmpty, "\(what): lost")
    #expect(names.count == used.count, "\(what): \(names)")
  }

  private func hashes(_ sql: StaticString) async throws -> [ContentHash] {
    try await database.read { connection in
      try connection.rows(sql) { (row) throws(SQLiteError) in try row.blob("sha256") }
        .compactMap { ContentHash(digest: $0) }
    }
  }
}
