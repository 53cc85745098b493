import Store
import Testing

@Suite("A factory reset erases all that was kept, whenever it is cut off")
struct ErasureTests {
  @Test("what is not marked stays")
  func unmarked() throws {
    let temporary = try TemporaryFolder()
    let folder = try DataFolder.prepare(temporary.path)
    Files.write(temporary.path + "/trust/ca.pem", [1])
    #expect(try !folder.eraseIfMarked())
    try folder.markForErasure(true)
    try folder.markForErasure(false)
    try folder.markForErasure(false)
    #expect(try !folder.eraseIfMarked())
    #expect(Files.names(temporary.path + "/trust") == ["ca.pem"])
  }

  @Test("what is marked goes, but for the lock; a second time finds nothing")
  func marked() throws {
    let temporary = try TemporaryFolder()
    let folder = try DataFolder.prepare(temporary.path)
    let lock = try folder.lock()
    for name in ["layerberry.db", "layerberry.db-wal", "trust/ca.pem", "files/ab", "relays", "first-password"] {
      Files.write("\(temporary.path)/\(name)", [1])
    }
    try folder.markForErasure(true)
    #expect(try folder.eraseIfMarked())
    #expect(Files.names(temporary.path) == ["lock"])
    #expect(try !folder.eraseIfMarked())
    _ = lock
  }

  @Test("cut off in the middle, the next start goes on")
  func cutOff() throws {
    let temporary = try TemporaryFolder()
    let folder = try DataFolder.prepare(temporary.path)
    Files.write(temporary.path + "/trust/ca.pem", [1])
    try folder.markForErasure(true)
    // A start that was cut off had made its folders anew.
    _ = try DataFolder.prepare(temporary.path)
    #expect(try folder.eraseIfMarked())
    #expect(Files.names(temporary.path).isEmpty)
  }
}
