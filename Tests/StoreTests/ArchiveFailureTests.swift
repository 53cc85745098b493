import Glibc
import Model
import Store
import Testing

/// The life of a print's record, with each call to the file system and to SQLite failing in turn: the disk then holds the
/// old state or the new one, and the next try goes through.
@Suite struct ArchiveFailureTests {
  @Test(arguments: [(ENOSPC, Int32(13)), (EIO, Int32(10))])
  func theLifeOfARecordFailsWholeAtEachCall(system: Int32, sqlite: Int32) async throws {
    var number = 1
    while true {
      let failing = FailAt(number, code: sqlite, systemError: system)
      let life = try await RecordLife(failing)
      failing.arm()
      var failed: StoreFailure.Kind?
      do { try await life.live() } catch let failure as StoreFailure { failed = failure.kind }
      failing.disarm()
      if let failed { #expect(failed == (system == ENOSPC ? .diskFull : .io), "call \(number)") }
      try await life.expectSound("call \(number)")
      // What was cut short is taken up where it stood, as after a restart.
      try await life.live()
      try await life.expectOver("after call \(number)")
      try await life.close()
      guard failed != nil else { break }
      number += 1
    }
    #expect(number > 40)
  }
}

/// A print that begins, gets its file, ends, is settled, goes to the bin and from there.
private final class RecordLife: Sendable {
  private let temporary: TemporaryFolder
  private let database: Database
  private let vault: FileVault
  private let printer: PrinterID

  init(_ failing: FailAt) async throws {
    temporary = try TemporaryFolder()
    database = try temporary.database(hook: failing.hook)
    vault = FileVault(database, hook: failing.fileHook)
    printer = try await PrinterRepository(database).insert(try newPrinter(), now: .start).id
  }

  func close() async throws { try await database.close() }

  /// Each step only where it is still due.
  func live() async throws {
    let prints = PrintRepository(database)
    let files = ArchiveFileRepository(database)
    var print = TrackedPrintRecord(printerID: printer, state: .printing, updatedAt: .start)
    print.subtaskID = "1"
    print.taskName = "Box"
    if try await state() == nil { _ = try await prints.begin(print) }
    if let (id, status, hasFile) = try await state(), status == "printing" {
      if !hasFile {
        let path = "\(temporary.path)/fetches/\(id).file"
        Files.write(path, "a print file".utf8)
        _ = try await vault.keep(path, now: .start) { stored in
          try await files.attach(ArchiveFileRecord(hash: stored.hash, kind: "3mf"), to: id, now: .start)
        }
      }
      _ = try await prints.end(print, PrintEnding(outcome: .success, endedAt: .start, isTimeKnown: true))
    }
    for open in try await files.open() { _ = try await files.settle(open.id, grams: 1, cost: nil, now: .start) }
    let retention = RetentionRepository(database)
    let later = Timestamp.start.adding(seconds: 10)
    _ = try await retention.discard(before: later, now: later)
    let (_, gone) = try await retention.empty(before: later.adding(seconds: 10))
    try await vault.collect(gone)
  }

  /// Of the one record; nil before and after its life.
  private func state() async throws -> (ArchiveID, String?, Bool)? {
    try await database.read { connection in
      try connection.row("SELECT id, status, file_sha256 FROM archives WHERE deleted_ms IS NULL") {
        (row) throws(SQLiteError) in
        (
          ArchiveID(rawValue: try row.integer("id")), try row.optionalText("status"),
          try row.optionalBlob("file_sha256") != nil
        )
      }
    }
  }

  func expectSound(_ what: String) async throws {
    let verdict = try await database.read { connection in
      try connection.row("PRAGMA integrity_check") { (row) throws(SQLiteError) in try row.text("integrity_check") }
    }
    #expect(verdict == "ok", "\(what)")
    let unused = try await RetentionRepository(database).unusedFiles()
    let report = try await vault.sweep(unused: unused)
    #expect(report.lost.isEmpty, "\(what): a record without its file")
    let (count, _) = try await vault.totals()
    #expect(count == names.count, "\(what): \(names)")
    // A followed print is one that goes on, and the other way round.
    let odd = try await database.read { connection in
      try connection.row(
        """
        SELECT count(*) AS n FROM archives LEFT JOIN tracked_prints ON archive_id = id
        WHERE (status = 'printing') <> (archive_id IS NOT NULL)
        """
      ) { (row) throws(SQLiteError) in try row.integer("n") }
    }
    #expect(odd == 0, "\(what)")
  }

  func expectOver(_ what: String) async throws {
    try await expectSound(what)
    #expect(names.isEmpty, "\(what): \(names)")
    let left = try await database.read { connection in
      try connection.row("SELECT count(*) AS n FROM archives") { (row) throws(SQLiteError) in try row.integer("n") }
    }
    // A failure after the last step leaves nothing; one that struck the beginning anew was a second life, over as well.
    #expect(left == 0, "\(what)")
  }

  private var names: [String] {
    let root = "\(temporary.path)/files"
    return Files.names(root).flatMap { folder in Files.names("\(root)/\(folder)") }
  }
}
