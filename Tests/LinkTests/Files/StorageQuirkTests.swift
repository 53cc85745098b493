import Glibc
import Link
import Model
import Simulator
import TestKit
import Testing
import Wire

/// What printers do at the end of transfers, and what cuts them (protocol sheet, section 4).
@Suite struct StorageQuirkTests {
  let bytes = TestBytes.make(200_000)

  func printer(_ change: (inout FileServerSettings) -> Void) throws -> SimulatedStorage {
    var settings = FileServerSettings()
    change(&settings)
    return try SimulatedStorage(settings: settings)
  }

  @Test func a426AfterACompleteFileIsASuccess() async throws {
    let printer = try printer { $0.ending = .failsAfterComplete }
    try await printer.storage().upload(.bytes(bytes), to: StoragePath("/a"))
    #expect(TestBytes.read("\(printer.card.path)/a") == bytes)
    #expect(printer.server.log.filter { $0.hasPrefix("STOR") }.count == 1)
    try await printer.storage().download(StoragePath("/a"), to: "\(printer.own.path)/a")
    #expect(TestBytes.read("\(printer.own.path)/a") == bytes)
  }

  @Test func aLate226IsWaitedFor() async throws {
    let printer = try printer { $0.lateReply = 2.5 }
    try await printer.storage().upload(.bytes(bytes), to: StoragePath("/a"))
    #expect(printer.cardNames == ["a"])
  }

  @Test func a226ThatNeverComesIsASuccessWhenTheSizeIsRight() async throws {
    let printer = try printer { $0.data = .stallsEncryptedAtEnd }
    try await printer.storage().upload(.bytes(bytes), to: StoragePath("/a"))
    #expect(TestBytes.read("\(printer.card.path)/a") == bytes)
  }

  @Test func aFileThatArrivedShortIsTriedOnceMoreAndNotLeftThere() async throws {
    let printer = try printer { $0.ending = .truncates(toBytes: 1000) }
    await #expect(throws: StorageError.cut) {
      try await printer.storage().upload(.bytes(bytes), to: StoragePath("/a"))
    }
    #expect(printer.cardNames == [])
    #expect(printer.server.log.filter { $0.hasPrefix("STOR") }.count == 2)
  }

  @Test func anA1ThatStallsIsServedInClearFromThenOn() async throws {
    let printer = try printer { $0.data = .stallsEncrypted }
    let storage = printer.storage(try printer.target(model: .a1Mini))
    try await storage.upload(.bytes(bytes), to: StoragePath("/a"))
    #expect(TestBytes.read("\(printer.card.path)/a") == bytes)
    #expect(await storage.habits.needsClearData)
    _ = try await storage.entries(of: .root)
    let protection = printer.server.log.filter { $0.hasPrefix("PROT") }
    #expect(protection.first == "PROT P")
    #expect(protection.last == "PROT C")
  }

  @Test func anotherModelThatStallsIsNeverServedInClear() async throws {
    let printer = try printer { $0.data = .stallsEncrypted }
    let storage = printer.storage(try printer.target(model: .x1c))
    await #expect(throws: StorageError.stalled) { try await storage.entries(of: .root) }
    #expect(!printer.server.log.contains("PROT C"))
    #expect(StorageError.stalled.fault.status == 504)
  }

  @Test func theAddressInPASVIsNotHeeded() async throws {
    let printer = try printer { $0.passiveAddress = "192.0.2.1" }
    try await printer.storage().upload(.bytes(bytes), to: StoragePath("/a"))
    #expect(printer.cardNames == ["a"])
  }

  @Test func aCutUploadLeavesNothing() async throws {
    let printer = try printer { $0.data = .cut(afterBytes: 50_000) }
    await #expect(throws: StorageError.self) {
      try await printer.storage().upload(.bytes(bytes), to: StoragePath("/a"))
    }
    #expect(printer.cardNames == [])
  }

  @Test func aPrinterThatGoesAwayNeverHoldsHalfAFileUnderItsName() async throws {
    let printer = try printer { $0.throttle = 100_000 }
    let told = Collected<TransferProgress>()
    await #expect(throws: StorageError.self) {
      try await printer.storage().upload(.bytes(bytes), to: StoragePath("/a")) { progress in
        told.add(progress)
        if progress.sent > 0 { printer.server.stop() }
      }
    }
    #expect(!printer.cardNames.contains("a"))
  }

  @Test func aCancelledUploadStopsWithinSecondsAndLeavesNothing() async throws {
    let printer = try printer { $0.throttle = 50_000 }
    let storage = try printer.storage()
    let (started, signal) = AsyncStream<Void>.makeStream()
    let large = TestBytes.make(2_000_000)
    let upload = Task {
      try await storage.upload(.bytes(large), to: StoragePath("/a")) { if $0.sent > 0 { signal.yield() } }
    }
    for await _ in started { break }
    let start = ContinuousClock.now
    upload.cancel()
    await #expect(throws: StorageError.cancelled) { try await upload.value }
    #expect(ContinuousClock.now - start < .seconds(8))
    printer.server.settings.throttle = nil
    #expect(!printer.cardNames.contains("a"))
  }

  @Test func aPrinterThatCannotRenameGetsTheFileDirectly() async throws {
    let printer = try printer { $0.knowsRename = false }
    let storage = try printer.storage()
    try await storage.upload(.bytes(bytes), to: StoragePath("/a"))
    #expect(printer.cardNames == ["a"])
    #expect(await storage.habits.renames == false)
    try await storage.upload(.bytes(bytes), to: StoragePath("/b"))
    #expect(printer.cardNames == ["a", "b"])
    #expect(printer.server.log.filter { $0.hasPrefix("STOR") } == ["STOR /.a.part", "STOR /a", "STOR /b"])
  }

  @Test func aCutDownloadIsResumedWhereItEnded() async throws {
    let printer = try printer { $0.data = .cut(afterBytes: 80_000) }
    try TestBytes.write(bytes, to: "\(printer.card.path)/a")
    let storage = try printer.storage()
    let local = "\(printer.own.path)/a"
    await #expect(throws: StorageError.self) { try await storage.download(StoragePath("/a"), to: local, resume: true) }
    #expect(TestBytes.read(local) == nil)
    let part = try #require(TestBytes.read("\(local).200000.part"))
    #expect(part.count > 0 && part.count <= 80_000)
    printer.server.settings.data = .none
    try await storage.download(StoragePath("/a"), to: local, resume: true)
    #expect(TestBytes.read(local) == bytes)
    #expect(TestBytes.read("\(local).200000.part") == nil)
    #expect(printer.server.log.contains("REST \(part.count)"))
  }

  @Test func aServerWithoutRESTIsReadFromTheBeginning() async throws {
    let printer = try printer { $0.knowsRestart = false }
    try TestBytes.write(bytes, to: "\(printer.card.path)/a")
    let local = "\(printer.own.path)/a"
    try TestBytes.write(Array(bytes[..<1000]), to: "\(local).200000.part")
    try await printer.storage().download(StoragePath("/a"), to: local, resume: true)
    #expect(TestBytes.read(local) == bytes)
  }

  @Test func aPartOfAnotherFileIsNotResumed() async throws {
    let printer = try SimulatedStorage()
    try TestBytes.write(bytes, to: "\(printer.card.path)/a")
    let local = "\(printer.own.path)/a"
    try TestBytes.write([1, 2, 3], to: "\(local).9999.part")
    try await printer.storage().download(StoragePath("/a"), to: local, resume: true)
    #expect(TestBytes.read(local) == bytes)
    #expect(TestBytes.read("\(local).9999.part") == nil)
  }

  @Test func aDownloadAsideGivesWayAndGoesOnLater() async throws {
    let printer = try printer { $0.throttle = 20_000 }
    try TestBytes.write(bytes, to: "\(printer.card.path)/a")
    let storage = try printer.storage()
    let local = "\(printer.own.path)/a"
    let path = try StoragePath("/a")
    let aside = Task { try await storage.downloadAside(path, to: local, limit: .max) }
    while !printer.server.log.contains(where: { $0.hasPrefix("RETR") }) { await Task.yield() }
    printer.server.settings.throttle = nil
    #expect(try await storage.size(of: StoragePath("/a")) == 200_000)
    await #expect(throws: StorageError.cancelled) { try await aside.value }
    #expect(TestBytes.read(local) == nil)
    await storage.quiet()
    try await storage.downloadAside(StoragePath("/a"), to: local, limit: .max)
    #expect(TestBytes.read(local) == bytes)
  }

  @Test func aDownloadAboveItsLimitIsNotBegun() async throws {
    let printer = try SimulatedStorage()
    try TestBytes.write(bytes, to: "\(printer.card.path)/a")
    await #expect(throws: StorageError.tooLarge) {
      try await printer.storage().download(StoragePath("/a"), to: "\(printer.own.path)/a", limit: 1000)
    }
    #expect(!printer.server.log.contains { $0.hasPrefix("RETR") })
  }

  @Test func eachRefusalHasItsName() async throws {
    let printer = try SimulatedStorage()
    let storage = try printer.storage()
    let path = try StoragePath("/a")
    printer.server.settings.card = .missing
    await #expect(throws: StorageError.cannotCreate) { try await storage.upload(.bytes([1]), to: path) }
    printer.server.settings.card = .full
    await #expect(throws: StorageError.full) { try await storage.upload(.bytes([1]), to: path) }
    #expect(StorageError.full.fault.status == 507)
    printer.server.settings.card = .readOnly
    await #expect(throws: StorageError.cannotCreate) { try await storage.upload(.bytes([1]), to: path) }
    #expect(StorageError.cannotCreate.fault.status == 502)
    printer.server.settings = FileServerSettings()
    printer.server.settings.data = .refused
    await #expect(throws: StorageError.noDataChannel) { try await storage.entries(of: .root) }
    printer.server.settings = FileServerSettings()
    printer.server.settings.sessionLimit = 0
    await #expect(throws: StorageError.tooManySessions) { try await storage.entries(of: .root) }
    printer.server.settings = FileServerSettings()
    printer.server.settings.isSilent = true
    await #expect(throws: StorageError.timeout) { try await storage.entries(of: .root) }
    printer.server.settings = FileServerSettings()
    printer.server.settings.isTalkative = true
    await #expect(throws: StorageError.tooTalkative) { try await storage.entries(of: .root) }
  }

  @Test func nothingIsRenamedToANewNameAfterARefusal() async throws {
    let printer = try SimulatedStorage()
    let storage = try printer.storage()
    await #expect(throws: StorageError.notFound) {
      try await storage.rename(StoragePath("/none"), to: StoragePath("/new"))
    }
    #expect(printer.server.log.contains("RNFR /none"))
    #expect(!printer.server.log.contains { $0.hasPrefix("RNTO") })
  }

  @Test func aHostileListingCostsWhatCannotBeReadAndNothingMore() async throws {
    let printer = try SimulatedStorage()
    let storage = try printer.storage()
    printer.server.settings.listing = .traversal
    await #expect(throws: StorageError.listing(.foreignName)) { try await storage.entries(of: .root) }
    printer.server.settings.listing = .traversalAmongOthers
    #expect(try await storage.entries(of: .root).map(\.name) == ["a.3mf", "b.3mf"])
    printer.server.settings.listing = .entries(10_000)
    #expect(try await storage.entries(of: .root).count == 4096)
    printer.server.settings.listing = .endlessLine(bytes: 100_000)
    await #expect(throws: StorageError.listing(.lineTooLong(limit: 4096))) { try await storage.entries(of: .root) }
    printer.server.settings.listing = .endlessLine(bytes: 3 << 20)
    await #expect(throws: StorageError.listing(.tooLong(limit: 2 << 20))) { try await storage.entries(of: .root) }
    printer.server.settings.listing = .honest
    #expect(try await storage.entries(of: .root).isEmpty)
  }
}
