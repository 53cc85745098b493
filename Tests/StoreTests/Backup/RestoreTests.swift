import Glibc
import Model
import Testing

@testable import Store

/// Restoring: all of it or nothing, whatever ends the service in between.
@Suite struct RestoreTests {
  private struct Killed: Error {}

  private static func stage(_ path: String, _ folder: DataFolder, _ passphrase: Secret? = nil) async throws {
    let stage = RestoreStage(folder, secretSettings: BackupTests.secretSettings)
    _ = try await stage.prepare(path, passphrase: passphrase, now: BackupTests.later, progress: BackupProgress())
    try stage.commit()
  }

  private static func empty() throws -> (temporary: TemporaryFolder, folder: DataFolder) {
    let temporary = try TemporaryFolder()
    return (temporary, try DataFolder.prepare(temporary.path))
  }

  private static func names(_ folder: DataFolder) async throws -> [String] {
    let database = try Database.open(folder, role: .service(try folder.lock()), now: .start)
    let names = try await database.read { connection in
      try connection.rows("SELECT name FROM archives ORDER BY id") { (row) throws(SQLiteError) in
        try row.optionalText("name") ?? ""
      }
    }
    try await database.close()
    return names
  }

  @Test func aBackupIsWholeInAnEmptyFolder() async throws {
    let stock = try await BackupTests.Stock()
    let path = try await stock.make("b", passphrase: BackupTests.passphrase)
    let (temporary, folder) = try Self.empty()
    try await Self.stage(path, folder, BackupTests.passphrase)
    #expect(try folder.switchRestored())
    let database = try Database.open(folder, role: .service(try folder.lock()), now: .start)
    let vault = FileVault(database)
    let printer = try #require(try await PrinterRepository(database).all().first)
    #expect(printer.accessCode.secret.exposed == "code-4711" && printer.isEnabled && printer.pin != nil)
    #expect(try await vault.totals().files == 2)
    #expect(try await vault.sweep(unused: []).lost.isEmpty)
    #expect(Files.read("\(folder.trust)/root.pem") == Array("a certificate".utf8))
    #expect(Files.read("\(folder.timelapses)/1.avi").count == 100_000)
    #expect(Files.read("\(folder.path)/cloud.key") == Array("cloud-key-bytes".utf8))
    // Nobody starts an old item by itself, and nobody is signed in.
    #expect(try await QueueRepository(database).pauses().isWhole)
    let sessions = try await database.read { connection in
      try connection.row("SELECT count(*) AS n FROM sessions") { (row) throws(SQLiteError) in try row.integer("n") }
    }
    #expect(sessions == 0)
    try await database.close()
    try folder.forgetReplaced()
    #expect(try !folder.switchRestored())
    #expect(!Files.names(folder.path).contains { $0.hasPrefix("restore") || $0.hasSuffix(".part") })
    withExtendedLifetime(temporary) {}
  }

  @Test func whatABackupWithoutSecretsLacksStaysAsItIsHere() async throws {
    let stock = try await BackupTests.Stock()
    let path = try await stock.make("b")
    try await stock.database.write { connection in
      try connection.run(
        script:
          """
          UPDATE printers SET access_code = 'code-0815', name = 'Renamed';
          UPDATE settings SET value_json = '"EUR"' WHERE name = 'currency';
          """
      )
    }
    try await stock.database.close()
    let folder = stock.folder
    try await Self.stage(path, folder)
    #expect(try folder.switchRestored())
    let database = try Database.open(folder, role: .service(try folder.lock()), now: .start)
    let printer = try #require(try await PrinterRepository(database).all().first)
    #expect(printer.name == "One" && printer.accessCode.secret.exposed == "code-0815" && printer.isEnabled)
    #expect(try await PasswordRepository(database).get() != nil)
    #expect(try await KeyRepository(database).all().first?.printerIDs == [PrinterID(rawValue: 1)])
    let settings = try await SettingsRepository(database).all()
    #expect(settings["currency"] == "\"CHF\"" && settings["mqtt.publish.password"] == "\"broker-pass\"")
    #expect(Files.read("\(folder.path)/cloud.key") == Array("cloud-key-bytes".utf8))
    #expect(
      try await SecretRepository(database, settings: BackupTests.secretSettings).all().contains(Secret("hook-secret")))
    try await database.close()
  }

  @Test func withoutSecretsAndWithoutAnythingBeforePrintersAreSwitchedOff() async throws {
    let stock = try await BackupTests.Stock()
    let path = try await stock.make("b")
    let (temporary, folder) = try Self.empty()
    try await Self.stage(path, folder)
    #expect(try folder.switchRestored())
    let database = try Database.open(folder, role: .service(try folder.lock()), now: .start)
    let printer = try #require(try await PrinterRepository(database).all().first)
    #expect(!printer.isEnabled && printer.pin == nil)
    #expect(try await PasswordRepository(database).get() == nil)
    try await database.close()
    withExtendedLifetime(temporary) {}
  }

  @Test func whatIsDamagedChangesNothing() async throws {
    let stock = try await BackupTests.Stock()
    let path = try await stock.make("b")
    let whole = Files.read(path)
    let (temporary, folder) = try Self.empty()
    let before = Files.names(folder.path)
    for part in 1..<8 {
      var bytes = whole
      bytes[bytes.count * part / 8] ^= 0x40
      for damaged in [bytes, Array(whole.prefix(bytes.count * part / 8))] {
        Files.write(path, damaged)
        await #expect(throws: (any Error).self, "part \(part)") { try await Self.stage(path, folder) }
        #expect(Files.names(folder.path) == before)
      }
    }
    #expect(try !folder.switchRestored())
    withExtendedLifetime(temporary) {}
  }

  @Test func aDatabaseWithSomethingInItsSchemaIsRefused() async throws {
    let stock = try await BackupTests.Stock()
    try await stock.database.write { connection in
      try connection.run(
        script: "CREATE TRIGGER evil AFTER INSERT ON settings BEGIN DELETE FROM printers; END;")
    }
    let path = try await stock.make("b")
    let (temporary, folder) = try Self.empty()
    await #expect(throws: BackupProblem.damaged("its database has another form")) {
      try await Self.stage(path, folder)
    }
    withExtendedLifetime(temporary) {}
  }

  @Test("A kill at any step of the switch, or of going back, leaves one state or the other, whole")
  func killed() async throws {
    let new = try await BackupTests.Stock()
    let backup = try await new.make("b", passphrase: BackupTests.passphrase)
    for goesBack in [false, true] {
      var point = 0
      var isDone = false
      while !isDone {
        let old = try await BackupTests.Stock()
        try await old.database.write { connection in
          _ = try connection.execute("UPDATE archives SET name = 'old'")
        }
        try await old.database.close()
        let folder = old.folder
        try await Self.stage(backup, folder, BackupTests.passphrase)
        if goesBack {
          #expect(try folder.switchRestored())
          #expect(try folder.abandonRestored())
        }
        var left = point
        do {
          _ = try folder.switchRestored {
            left -= 1
            if left < 0 { throw Killed() }
          }
          isDone = true
        } catch is Killed {
          // The next start; its first deed makes the folders that are missing.
          _ = try DataFolder.prepare(folder.path)
          #expect(try folder.switchRestored() == !goesBack)
        }
        #expect(try await Self.names(folder) == (goesBack ? ["old", "old"] : ["first", "second"]), "point \(point)")
        #expect(Files.names(folder.timelapses) == ["1.avi"])
        #expect(Files.names(folder.files).count == 2)
        if !goesBack { #expect(Files.names("\(folder.path)/restore-old").contains("layerberry.db")) }
        point += 1
      }
      #expect(point > 8)
    }
  }
}
