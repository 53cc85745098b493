import Model
import Rules
import Testing

@Suite("Ten wrong passwords from one address within a minute lock it for a minute")
struct LoginLockTests {
  private struct Row: Sendable {
    var seconds: [Double]
    /// How many of the first ones are let through before one is not; then whether each of the rest is.
    var passing: Int
    var rest: [Bool] = []
  }

  private static let tenAtOnce = [Double](repeating: 0, count: 10)
  private static let rows: [Row] = [
    Row(seconds: tenAtOnce + [0, 59.9, 60], passing: 10, rest: [false, false, true]),
    // The minute slides: the first ones have left it when the eleventh comes.
    Row(seconds: [0, 1, 2, 3, 4, 5, 6, 7, 8, 60, 61], passing: 11),
    Row(seconds: [0, 10, 20, 30, 40, 50, 51, 52, 53, 54, 55], passing: 10, rest: [false]),
  ]

  @Test("table of attempts", arguments: LoginLockTests.rows.indices)
  func attempts(index: Int) {
    let row = Self.rows[index]
    let expected = [Bool](repeating: true, count: row.passing) + row.rest
    var lock = LoginLock<String>()
    let passed = row.seconds.map { lock.begin("a", now: .at($0)) == nil }
    #expect(passed == expected)
  }

  @Test("a lock tells how long it lasts, and does not last longer for more attempts")
  func waits() {
    var lock = LoginLock<String>()
    for _ in 0..<10 { _ = lock.begin("a", now: .at(0)) }
    let first = lock.begin("a", now: .at(0))
    let later = lock.begin("a", now: .at(45.5))
    let last = lock.begin("a", now: .at(59.99))
    #expect(first == 60 && later == 15 && last == 1)
  }

  @Test("another address is not locked, and the right password begins anew")
  func others() {
    var lock = LoginLock<String>()
    for _ in 0..<9 { _ = lock.begin("a", now: .at(0)) }
    lock.succeed("a")
    var passed = (0..<10).allSatisfy { _ in lock.begin("a", now: .at(1)) == nil }
    #expect(passed)
    passed = lock.begin("a", now: .at(1)) == nil
    #expect(!passed)
    passed = lock.begin("b", now: .at(1)) == nil
    #expect(passed)
  }

  @Test("attempts at the same time count before they are judged; one that was never judged does not")
  func concurrentAttempts() {
    var lock = LoginLock<String>()
    for _ in 0..<10 { _ = lock.begin("a", now: .at(0)) }
    var isLocked = lock.begin("a", now: .at(0)) != nil
    #expect(isLocked)
    lock.withdraw("a", begunAt: .at(0))
    isLocked = lock.begin("a", now: .at(0)) != nil
    #expect(!isLocked)
  }

  @Test("at most so many addresses are remembered, and those that are over go first")
  func capacity() {
    var lock = LoginLock<Int>(capacity: 3)
    for _ in 0..<10 { _ = lock.begin(0, now: .at(5)) }
    for address in 1...2 { _ = lock.begin(address, now: .at(0)) }
    _ = lock.begin(3, now: .at(10))
    #expect(lock.count == 3)
    let isLocked = lock.begin(0, now: .at(11)) != nil
    #expect(isLocked)
    var flooded = LoginLock<Int>()
    for address in 0..<5_000 { _ = flooded.begin(address, now: .at(0)) }
    #expect(flooded.count == 1024)
  }

  @Test("a clock set back locks nobody out for longer")
  func clockSetBack() {
    var lock = LoginLock<String>()
    for _ in 0..<10 { _ = lock.begin("a", now: .at(100_000)) }
    let wait = lock.begin("a", now: .at(0))
    #expect(wait == nil)
  }
}
