import Glibc
import Store
import Testing

@Suite struct DataFolderTests {
  @Test func makesAPrivateFolderWithItsParts() throws {
    let temporary = try TemporaryFolder()
    let folder = try DataFolder.prepare(temporary.path + "/data/")
    #expect(folder.path == temporary.path + "/data")
    #expect(Files.mode(folder.path) == 0o700)
    #expect(Files.names(folder.path) == ["backups", "fetches", "files", "timelapses", "trust"])
  }

  @Test func refusesAFileWhereTheFolderShouldBe() throws {
    let temporary = try TemporaryFolder()
    Files.write(temporary.path + "/file", [1])
    #expect(failure { _ = try DataFolder.prepare(temporary.path + "/file") }?.kind == .notAFolder)
    #expect(failure { _ = try DataFolder.prepare(temporary.path + "/file/data") }?.kind == .notAFolder)
    #expect(failure { _ = try DataFolder.prepare(temporary.path + "/missing/data") }?.kind == .notAFolder)
  }

  /// Root may write anywhere that can be written at all, so a folder is taken where nobody can.
  @Test func refusesAFolderThatCannotBeWritten() throws {
    let refused = try #require(failure { _ = try DataFolder.prepare("/sys/kernel") })
    #expect(refused.kind == .notWritable)
    #expect(refused.message.contains("/sys/kernel"))
  }

  @Test func refusesAFullDisk() throws {
    let disk = try TemporaryFolder()
    guard mount("tmpfs", disk.path, "tmpfs", 0, "size=32k") == 0 else {
      print("not allowed to mount a small disk: only the injected full disk is tested")
      return
    }
    defer { umount(disk.path) }
    let refused = failure { _ = try DataFolder.prepare(disk.path) }
    #expect(refused?.kind == .diskFull)
    #expect(Files.names(disk.path).isEmpty)
  }

  @Test func refusesASecondServiceAndNamesTheFirst() throws {
    let folder = try DataFolder.prepare(try TemporaryFolder().path + "-lock")
    defer { TemporaryFolder.remove(folder.path) }
    do {
      let first = try folder.lock()
      let refused = try #require(failure { _ = try folder.lock() })
      #expect(refused.kind == .inUse)
      #expect(refused.message.contains("process \(getpid())"))
      withExtendedLifetime(first) {}
    }
    _ = try folder.lock()
  }
}
