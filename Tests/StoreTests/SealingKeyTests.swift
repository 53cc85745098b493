import Glibc
import Model
import Testing

@testable import Store

/// What is sealed is of no use without the key file, and to nobody but its purpose.
struct SealingKeyTests {
  @Test("What was sealed opens again, after a restart too; the key file is its owner's alone")
  func roundTrip() throws {
    let temporary = try TemporaryFolder()
    let folder = try DataFolder.prepare("\(temporary.path)/data")
    #expect(try SealingKey(of: folder) == nil)
    let secret = Secret("token-" + String(repeating: "é", count: 3000))
    let sealed = try SealingKey(in: folder).seal(secret, for: "a")
    var facts = stat()
    #expect(stat(folder.cloudKey, &facts) == 0 && facts.st_mode & 0o777 == 0o600 && facts.st_size == 32)
    let again = try #require(try SealingKey(of: folder))
    #expect(again.open(sealed, for: "a") == secret)
    #expect(try SealingKey(in: folder).open(sealed, for: "a") == secret)
    #expect(try again.seal(secret, for: "a") != sealed, "a nonce is used once")
    #expect(!String(decoding: sealed, as: UTF8.self).contains("token-"))
  }

  @Test("Another purpose, another key and every changed byte are refused")
  func refusals() throws {
    let temporary = try TemporaryFolder()
    let folder = try DataFolder.prepare("\(temporary.path)/data")
    let key = try SealingKey(in: folder)
    let sealed = try key.seal(Secret("word"), for: "a")
    #expect(key.open(sealed, for: "b") == nil)
    for index in sealed.indices {
      var changed = sealed
      changed[index] ^= 1
      #expect(key.open(changed, for: "a") == nil)
    }
    for count in 0..<sealed.count { #expect(key.open(Array(sealed.prefix(count)), for: "a") == nil) }
    unlink(folder.cloudKey)
    #expect(try SealingKey(in: folder).open(sealed, for: "a") == nil)
  }

  @Test("A key file of another length is none, and is replaced")
  func damagedKey() throws {
    let temporary = try TemporaryFolder()
    let folder = try DataFolder.prepare("\(temporary.path)/data")
    try File(folder.cloudKey, O_WRONLY | O_CREAT).write([1, 2, 3])
    #expect(try SealingKey(of: folder) == nil)
    let sealed = try SealingKey(in: folder).seal(Secret("word"), for: "a")
    #expect(try SealingKey(of: folder)?.open(sealed, for: "a") == Secret("word"))
  }
}
