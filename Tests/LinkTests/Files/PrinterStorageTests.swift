import Glibc
import Link
import Model
import Simulator
import TestKit
import Testing

@Suite struct PrinterStorageTests {
  @Test func anUploadArrivesWholeUnderItsNameOnly() async throws {
    let printer = try SimulatedStorage()
    let storage = try printer.storage()
    let bytes = TestBytes.make(300_000)
    try await storage.upload(.bytes(bytes), to: StoragePath("/plate ä 1.gcode.3mf"))
    #expect(printer.cardNames == ["plate ä 1.gcode.3mf"])
    #expect(TestBytes.read("\(printer.card.path)/plate ä 1.gcode.3mf") == bytes)
    #expect(await storage.habits.renames == true)
  }

  @Test func anUploadReplacesWhatHasItsName() async throws {
    let printer = try SimulatedStorage()
    try printer.card.write("old", as: "a.3mf")
    try await printer.storage().upload(.bytes(Array("newer".utf8)), to: StoragePath("/a.3mf"))
    #expect(TestBytes.read("\(printer.card.path)/a.3mf") == Array("newer".utf8))
  }

  @Test func anEmptyFileIsAFile() async throws {
    let printer = try SimulatedStorage()
    try await printer.storage().upload(.bytes([]), to: StoragePath("/empty"))
    #expect(TestBytes.read("\(printer.card.path)/empty") == [])
    try await printer.storage().download(StoragePath("/empty"), to: "\(printer.own.path)/empty")
    #expect(TestBytes.read("\(printer.own.path)/empty") == [])
  }

  @Test func aDownloadGivesTheSameBytes() async throws {
    let printer = try SimulatedStorage()
    let bytes = TestBytes.make(300_000)
    try TestBytes.write(bytes, to: "\(printer.card.path)/video.mp4")
    let local = "\(printer.own.path)/video.mp4"
    let count = try await printer.storage().download(StoragePath("/video.mp4"), to: local)
    #expect(count == 300_000)
    #expect(TestBytes.read(local) == bytes)
  }

  @Test func theTransferUsesOneControlConnectionAndResumesItsSession() async throws {
    let printer = try SimulatedStorage()
    try await printer.storage().upload(.bytes([1, 2, 3]), to: StoragePath("/a"))
    let log = printer.server.log
    #expect(log.filter { $0 == "PASS" }.count == 1)
    #expect(log.contains("PROT P"))
    #expect(log.contains("PASV"))
    #expect(!log.contains { $0.hasPrefix("EPSV") })
    #expect(log.last == "QUIT")
  }

  @Test func aListingShowsFilesAndFolders() async throws {
    let printer = try SimulatedStorage()
    let storage = try printer.storage()
    try await storage.makeFolder(StoragePath("/cache"))
    try printer.card.write("12345", as: "name with spaces 打.3mf")
    let entries = try await storage.entries(of: .root)
    #expect(entries.map(\.name) == ["cache", "name with spaces 打.3mf"])
    #expect(entries.map(\.isDirectory) == [true, false])
    #expect(entries.last?.size == 5)
    let modified = try #require(entries.last?.modified)
    #expect(abs(modified.seconds(since: Timestamp(seconds: Int64(time(nil))))) < 120)
  }

  @Test(arguments: [true, false])
  func namesAreTheSameInBothForms(withPaths: Bool) async throws {
    var settings = FileServerSettings()
    settings.namesWithPaths = withPaths
    let printer = try SimulatedStorage(settings: settings)
    let storage = try printer.storage()
    try await storage.makeFolder(StoragePath("/cache"))
    try await storage.upload(.bytes([1]), to: StoragePath("/cache/a b.3mf"))
    #expect(try await storage.names(in: StoragePath("/cache")).map(\.text) == ["/cache/a b.3mf"])
  }

  @Test func sizeDeleteAndRenameDoWhatTheySay() async throws {
    let printer = try SimulatedStorage()
    let storage = try printer.storage()
    try printer.card.write("12345", as: "a")
    #expect(try await storage.size(of: StoragePath("/a")) == 5)
    try await storage.rename(StoragePath("/a"), to: StoragePath("/b"))
    #expect(printer.cardNames == ["b"])
    try await storage.delete(StoragePath("/b"))
    #expect(printer.cardNames == [])
  }

  @Test func freeSpaceIsKnownOrNil() async throws {
    let printer = try SimulatedStorage()
    let storage = try printer.storage()
    #expect(try await storage.freeSpace() == 8_000_000_000)
    printer.server.settings.freeSpace = nil
    #expect(try await storage.freeSpace() == nil)
  }

  @Test func whatIsNotThereIsNotFound() async throws {
    let printer = try SimulatedStorage()
    let storage = try printer.storage()
    let path = try StoragePath("/nothing")
    await #expect(throws: StorageError.notFound) { try await storage.size(of: path) }
    await #expect(throws: StorageError.notFound) { try await storage.delete(path) }
    await #expect(throws: StorageError.notFound) { try await storage.entries(of: path) }
    await #expect(throws: StorageError.notFound) {
      try await storage.download(path, to: "\(printer.own.path)/nothing")
    }
    #expect(StorageError.notFound.fault.status == 404)
  }

  @Test func progressIsToldAtMostFourTimesASecond() async throws {
    var settings = FileServerSettings()
    settings.throttle = 400_000
    let printer = try SimulatedStorage(settings: settings)
    let told = Collected<TransferProgress>()
    let start = ContinuousClock.now
    try await printer.storage().upload(.bytes(TestBytes.make(600_000)), to: StoragePath("/a")) { told.add($0) }
    let seconds = Double((ContinuousClock.now - start).components.seconds + 1)
    let values = told.values
    #expect(!values.isEmpty)
    #expect(Double(values.count) <= seconds * 4 + 1)
    #expect(values.allSatisfy { $0.total == 600_000 && $0.sent <= $0.total })
    #expect(values.map(\.sent) == values.map(\.sent).sorted())
  }

  @Test func operationsOfOnePrinterRunOneAfterTheOther() async throws {
    let printer = try SimulatedStorage()
    let storage = try printer.storage()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<6 {
        group.addTask {
          try await storage.upload(.bytes(TestBytes.make(20_000)), to: StoragePath("/\(number)"))
        }
      }
      try await group.waitForAll()
    }
    #expect(printer.cardNames == ["0", "1", "2", "3", "4", "5"])
    #expect(printer.workers.threads == 1)
    let ends = printer.server.log.filter { $0 == "PASS" || $0 == "QUIT" }
    #expect(ends == (0..<6).flatMap { _ in ["PASS", "QUIT"] })
  }

  @Test func theTenthOperationInLineIsRefusedAtOnce() async throws {
    var settings = FileServerSettings()
    settings.lateReply = 1.5
    let printer = try SimulatedStorage(settings: settings)
    let storage = try printer.storage()
    let outcomes = await withTaskGroup(of: StorageError?.self) { group in
      for number in 0..<12 {
        group.addTask {
          do throws(StorageError) {
            _ = try await storage.size(of: StoragePath.root)
            return nil
          } catch { return error }
        }
        if number == 0 {
          group.addTask {
            do throws(StorageError) {
              _ = try await storage.names(in: .root)
              return nil
            } catch { return error }
          }
        }
      }
      return await group.reduce(into: [StorageError?]()) { $0.append($1) }
    }
    #expect(outcomes.count(where: { $0 == .tooManyWaiting }) >= 3)
    #expect(StorageError.tooManyWaiting.fault.status == 503)
  }
}
