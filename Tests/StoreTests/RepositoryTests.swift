import Model
import Store
import Testing

@Suite struct PrinterRepositoryTests {
  @Test func keepsAPrinterOverARestart() async throws {
    let temporary = try TemporaryFolder()
    let first = try temporary.database()
    let made = try await PrinterRepository(first).insert(try newPrinter(), now: .start)
    #expect(made.mqttPort == .mqtt && made.cameraPort == nil && made.trustState == .none && !made.plate.isCleared)
    let pin = try Fingerprint(String(repeating: "ab", count: 32))
    try await PrinterRepository(first).setTrust(made.id, pin: pin, state: .pinned, now: .start)
    try await PrinterRepository(first).setPlate(
      made.id, PlateRecord(isCleared: true, isKnown: true, job: nil), now: .start)
    let seen = PrinterRepository.LastState(id: made.id, state: .printing, at: .start, toldFaults: ["0300_4006"])
    try await PrinterRepository(first).setLastStates([seen])
    try await first.close()

    let second = try temporary.database()
    let kept = try #require(try await PrinterRepository(second).get(made.id))
    #expect(kept.accessCode.secret.exposed == "12345678")
    #expect(kept.pin == pin && kept.trustState == .pinned && kept.plate.isCleared)
    #expect(kept.lastState == .printing && kept.lastUpdate == .start)
    #expect(kept.toldFaults == ["0300_4006"])
    try await second.close()
  }

  @Test func refusesASecondPrinterWithTheSameSerial() async throws {
    let temporary = try TemporaryFolder()
    let database = try temporary.database()
    let printers = PrinterRepository(database)
    _ = try await printers.insert(try newPrinter(1), now: .start)
    let second = try await printers.insert(try newPrinter(2), now: .start)
    await #expect(throws: PrinterRepository.Refusal.duplicateSerial) {
      try await printers.insert(try newPrinter(1), now: .start)
    }
    await #expect(throws: PrinterRepository.Refusal.duplicateSerial) {
      var changes = PrinterChanges()
      changes.serial = try newPrinter(1).serial
      return try await printers.update(second.id, changes, now: .start)
    }
    #expect(try await printers.all().count == 2)
    try await database.close()
  }

  @Test func anotherSerialNumberDropsThePin() async throws {
    let temporary = try TemporaryFolder()
    let database = try temporary.database()
    let printers = PrinterRepository(database)
    var new = try newPrinter(1)
    new.pin = try Fingerprint(String(repeating: "cd", count: 32))
    new.cameraPort = try PortNumber(6001, field: "camera_port")
    let made = try await printers.insert(new, now: .start)
    #expect(made.trustState == .pinned)
    var changes = PrinterChanges()
    changes.serial = try newPrinter(9).serial
    changes.cameraPort = .some(nil)
    let later = Timestamp.start.adding(seconds: 5)
    let changed = try await printers.update(made.id, changes, now: later)
    #expect(changed.pin == nil && changed.trustState == .none && changed.cameraPort == nil)
    #expect(changed.createdAt == .start && changed.updatedAt == later && changed.name == made.name)
    try await database.close()
  }

  @Test func aNumberIsNeverGivenTwice() async throws {
    let temporary = try TemporaryFolder()
    let database = try temporary.database()
    let printers = PrinterRepository(database)
    let first = try await printers.insert(try newPrinter(1), now: .start)
    try await PrintRepository(database).begin(
      TrackedPrintRecord(printerID: first.id, state: .printing, updatedAt: .start))
    #expect(try await printers.delete(first.id, now: .start))
    #expect(try await !printers.delete(first.id, now: .start))
    #expect(try await PrintRepository(database).followed().isEmpty)
    #expect(try await printers.insert(try newPrinter(1), now: .start).id != first.id)
    await #expect(throws: PrinterRepository.Refusal.notFound) {
      try await printers.setPlate(
        first.id, PlateRecord(isCleared: true, isKnown: true, job: nil), now: .start)
    }
    try await database.close()
  }
}

@Suite struct KeyRepositoryTests {
  @Test func keepsOnlyTheHashOfAKey() async throws {
    let temporary = try TemporaryFolder()
    let database = try temporary.database()
    let made = try await KeyRepository(database).insert(
      KeyGrant(name: "script", permissions: [.read, .control]), now: .start)
    let text = made.key.secret.exposed
    #expect(text.hasPrefix("lb_") && text.utf8.count == 46)
    #expect(try await KeyRepository(database).find(hash: APIKey(text).hash) == made.record)
    #expect(try await KeyRepository(database).find(hash: APIKey(text + "x").hash) == nil)
    try await database.close()
    let file = String(decoding: Files.read(database.folder.database), as: UTF8.self)
    #expect(file.contains("script") && !file.contains(text.dropFirst(3)))
  }

  @Test func hashesBySHA256() {
    // FIPS 180-2, appendix B.1.
    let hex = Fingerprint(digest: APIKey("abc").hash)?.hex
    #expect(hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }

  @Test func tellsAllPrintersFromNone() async throws {
    let temporary = try TemporaryFolder()
    let database = try temporary.database()
    let printer = try await PrinterRepository(database).insert(try newPrinter(), now: .start).id
    let keys = KeyRepository(database)
    let all = try await keys.insert(KeyGrant(name: "all", permissions: [.read]), now: .start).record
    let none = try await keys.insert(KeyGrant(name: "none", permissions: [.read], printerIDs: []), now: .start).record
    let one = try await keys.insert(
      KeyGrant(name: "one", permissions: [.read], printerIDs: [printer]), now: .start
    ).record
    #expect(all.printerIDs == nil && none.printerIDs == [] && one.printerIDs == [printer])
    #expect(try await keys.all() == [all, none, one])
    // A key for a printer that is gone is a key for none, not for all.
    _ = try await PrinterRepository(database).delete(printer, now: .start)
    #expect(try await keys.all().last?.printerIDs == [])
    try await database.close()
  }

  @Test func refusesAdminOfSomePrintersAndUnknownPrinters() async throws {
    let temporary = try TemporaryFolder()
    let database = try temporary.database()
    let keys = KeyRepository(database)
    await #expect(throws: KeyRepository.Refusal.adminOfSomePrinters) {
      _ = try await keys.insert(KeyGrant(name: "a", permissions: [.admin], printerIDs: []), now: .start)
    }
    await #expect(throws: KeyRepository.Refusal.unknownPrinter) {
      let grant = KeyGrant(name: "b", permissions: [.read], printerIDs: [PrinterID(rawValue: 7)])
      _ = try await keys.insert(grant, now: .start)
    }
    #expect(try await keys.all().isEmpty)
    try await database.close()
  }

  @Test func changesAndDeletesKeys() async throws {
    let temporary = try TemporaryFolder()
    let database = try temporary.database()
    let keys = KeyRepository(database)
    let made = try await keys.insert(KeyGrant(name: "a", permissions: [.read]), now: .start)
    let later = Timestamp.start.adding(seconds: 60)
    let grant = KeyGrant(name: "b", permissions: [.manage], printerIDs: [], expiresAt: later)
    let changed = try await keys.update(made.record.id, grant, now: later)
    #expect(changed.name == "b" && changed.permissions == [.manage] && changed.expiresAt == later)
    try await keys.touch([made.record.id: later, KeyID(rawValue: 99): later])
    #expect(try await keys.find(hash: made.key.hash)?.lastUsedAt == later)
    #expect(try await keys.delete(made.record.id))
    #expect(try await keys.find(hash: made.key.hash) == nil)
    await #expect(throws: KeyRepository.Refusal.notFound) {
      _ = try await keys.update(made.record.id, grant, now: later)
    }
    try await database.close()
  }

  @Test func gathersUsesForTenMinutes() {
    var uses = KeyUses()
    #expect(!uses.isDue(.start))
    uses.note(KeyID(rawValue: 1), at: .start)
    uses.note(KeyID(rawValue: 1), at: .start.adding(seconds: 30))
    #expect(!uses.isDue(.start.adding(seconds: 599)))
    #expect(uses.isDue(.start.adding(seconds: 600)))
    #expect(uses.take() == [KeyID(rawValue: 1): Timestamp.start.adding(seconds: 30)])
    #expect(uses.take().isEmpty)
    for number in 0..<2_000 { uses.note(KeyID(rawValue: Int64(number)), at: .start) }
    #expect(uses.take().count == KeyUses.limit)
  }
}

@Suite struct SettingsTests {
  @Test func setsAndRemovesSettings() async throws {
    let temporary = try TemporaryFolder()
    let database = try temporary.database()
    let settings = SettingsRepository(database)
    _ = try await settings.change(["currency": "\"EUR\"", "rate_limit.read": "100"], now: .start) { 1 }
    let last = try await settings.change(
      ["rate_limit.read": "0", "currency": nil, "unknown": nil], now: .start
    ) { 2 }
    #expect(last.number == 2 && last.all == ["rate_limit.read": "0"])
    #expect(try await settings.all() == last.all)
    try await database.close()
  }
}
