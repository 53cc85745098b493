import Glibc
import Model
import Store
import Testing

/// What is on disk when the power goes: old or new, never half, and never less than was answered.
@Suite struct PowerCutTests {
  /// The files as they lie there in the middle of a run, without a close: what a SIGKILL leaves.
  @Test func recoversWhatWasAnsweredAndSaysSo() async throws {
    let (cut, count) = try await filesOfARun()
    let database = try cut.database()
    #expect(database.opening.recoveredPages > 0)
    #expect(database.opening.sentences.contains { $0.contains("did not end cleanly") })
    #expect(try await SettingsRepository(database).all().count == count)
    try await database.close()
  }

  /// The journal torn at every 512th byte, as a dying card does: the settings are always the first few, none missing.
  @Test func recoversAPrefixFromATornJournal() async throws {
    let (cut, _) = try await filesOfARun()
    let whole = Files.read(cut.path + "/layerberry.db")
    let journal = Files.read(cut.path + "/layerberry.db-wal")
    #expect(journal.count > 2_000)
    var last = -1
    for length in stride(from: 0, through: journal.count, by: 512) {
      let torn = try TemporaryFolder()
      Files.write(torn.path + "/layerberry.db", whole)
      Files.write(torn.path + "/layerberry.db-wal", journal.prefix(length))
      let database = try torn.database()
      let names = try await SettingsRepository(database).all().keys.sorted()
      #expect(names == (0..<names.count).map { "setting.\($0)" })
      #expect(names.count >= last)
      last = names.count
      try await database.close()
    }
  }

  /// Each call of SQLite fails in turn, by a full disk or a dying one: the change is kept whole or not at all.
  @Test(arguments: [13, 10]) func failsAtTheNthCallWithoutHalfAChange(code: Int) async throws {
    var number = 1
    while true {
      let temporary = try TemporaryFolder()
      let failing = FailAt(number, code: Int32(code))
      let database = try temporary.database(hook: failing.hook)
      let printers = PrinterRepository(database)
      let ids = try await [
        printers.insert(try newPrinter(1), now: .start), printers.insert(try newPrinter(2), now: .start),
      ]
      failing.arm()
      var kind: StoreFailure.Kind?
      do {
        let grant = KeyGrant(name: "two", permissions: [.read], printerIDs: Set(ids.map(\.id)))
        _ = try await KeyRepository(database).insert(grant, now: .start)
      } catch let failure as StoreFailure {
        kind = failure.kind
      }
      failing.disarm()
      let keys = try await KeyRepository(database).all()
      if kind == nil {
        #expect(keys.first?.printerIDs?.count == 2)
        try await database.close()
        break
      }
      #expect(kind == (code == 13 ? .diskFull : .io))
      #expect(keys.isEmpty)
      // The connection works on once the disk does.
      _ = try await printers.insert(try newPrinter(3), now: .start)
      try await database.close()
      number += 1
    }
    #expect(number > 6)
  }

  /// A real disk that runs full: what was answered stays, and the service goes on once there is room.
  @Test func keepsWhatWasAnsweredWhenTheDiskRunsFull() async throws {
    let disk = try TemporaryFolder()
    guard mount("tmpfs", disk.path, "tmpfs", 0, "size=512k") == 0 else {
      print("not allowed to mount a small disk: only the injected full disk is tested")
      return
    }
    defer { umount2(disk.path, Int32(MNT_DETACH)) }
    let ballast = disk.path + "/ballast"
    Files.write(ballast, [UInt8](repeating: 1, count: 32_768))
    let database = try disk.database()
    let settings = SettingsRepository(database)
    var answered = 0
    var kind: StoreFailure.Kind?
    while kind == nil, answered < 1_000 {
      do {
        try await settings.set(["setting.\(answered)": String(repeating: "x", count: 2_000)], now: .start)
        answered += 1
      } catch let failure as StoreFailure {
        kind = failure.kind
      }
    }
    #expect(kind == .diskFull)
    #expect(try await settings.all().count == answered)
    unlink(ballast)
    try await settings.set(["after": "1"], now: .start)
    #expect(try await settings.all().count == answered + 1)
    // There is no room to merge the journal: it stays, and the next start takes it over.
    try await database.close()
    #expect(mount("tmpfs", disk.path, "tmpfs", UInt(MS_REMOUNT), "size=2m") == 0)
    let again = try disk.database()
    #expect(again.opening.recoveredPages > 0)
    #expect(try await SettingsRepository(again).all().count == answered + 1)
    try await again.close()
  }

  /// A folder with a database and its journal, as they were after seven answered changes.
  private func filesOfARun() async throws -> (TemporaryFolder, Int) {
    let running = try TemporaryFolder()
    let made = try running.database()
    try await made.close()
    let database = try running.database()
    for number in 0..<7 {
      try await SettingsRepository(database).set(["setting.\(number)": "\(number)"], now: .start)
    }
    let cut = try TemporaryFolder()
    for suffix in ["", "-wal"] {
      Files.write(cut.path + "/layerberry.db" + suffix, Files.read(running.path + "/layerberry.db" + suffix))
    }
    try await database.close()
    return (cut, 7)
  }
}
