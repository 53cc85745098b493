import Testing

@testable import Link

@Suite struct SequenceNumbersTests {
  @Test func stayInAPrivateRangeAndFitASignedWord() {
    var numbers = SequenceNumbers(after: 2_147_483_646)
    #expect(numbers.next() == 2_147_483_647)
    #expect(numbers.next() == 1_000_000_000)
    #expect(numbers.next() == 1_000_000_001)
  }

  @Test func aPeerWithinItsShareIsNeverHeldBack() {
    var throttle = ReadThrottle(bytesPerSecond: 100)
    let start = ContinuousClock().now
    for second in 0..<10 {
      let now = start.advanced(by: .seconds(second))
      #expect(throttle.pause(total: UInt64(second) * 100, now: now) == nil)
      #expect(throttle.pause(total: UInt64(second) * 100 + 99, now: now) == nil)
    }
  }

  @Test func aFasterPeerWaitsForTheEndOfItsSecond() {
    var throttle = ReadThrottle(bytesPerSecond: 100)
    let start = ContinuousClock().now
    #expect(throttle.pause(total: 0, now: start) == nil)
    #expect(throttle.pause(total: 101, now: start.advanced(by: .milliseconds(250))) == .milliseconds(750))
    #expect(throttle.isPaused)
  }
}
