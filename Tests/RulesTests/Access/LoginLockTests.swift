import Model
import Rules
import Testing

@Suite("Ten wrong passwords from one address within a minute lock it for a minute")
struct LoginLockTests {
  /// Attempts at these seconds, and whether each is let through.
  @Test(
    "table of attempts",
    arguments: [
      (Array(repeating: 0.0, count: 10) + [0, 59.9, 60], Array(repeating: true, count: 10) + [false, false, true]),
      // The minute slides: the first ones have left it when the eleventh comes.
      ([0, 1, 2, 3, 4, 5, 6, 7, 8, 60, 61], Array(repeating: true, count: 11)),
      ([0, 10, 20, 30, 40, 50, 51, 52, 53, 54, 55], Array(repeating: true, count: 10) + [false]),
    ])
  func attempts(at seconds: [Double], pass: [Bool]) {
    var lock = LoginLock<String>()
    for (second, expected) in zip(seconds, pass) {
      let wait = lock.begin("a", now: .at(second))
      #expect((wait == nil) == expected, "at \(second)")
    }
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
