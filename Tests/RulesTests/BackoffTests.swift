import Rules
import Testing

@Suite struct BackoffTests {
  @Test func doublesFromOneSecondToThirty() {
    var backoff = Backoff()
    let waits = (0..<8).map { _ in backoff.wait(after: .failed, jitter: 0) }
    #expect(waits == [1, 2, 4, 8, 16, 30, 30, 30].map { Duration.seconds($0) })
  }

  @Test func neverOverflowsHoweverLongAPrinterStaysAway() {
    var backoff = Backoff()
    for _ in 0..<10_000 { _ = backoff.wait(after: .failed, jitter: 0) }
    #expect(backoff.wait(after: .failed, jitter: 0) == .seconds(30))
  }

  @Test(arguments: [(0.0, 30.0), (0.5, 26.25), (1.0, 22.5), (7.0, 22.5), (-1.0, 30.0)])
  func jitterTakesAwayUpToAQuarter(jitter: Double, seconds: Double) {
    var backoff = Backoff()
    #expect(backoff.wait(after: .refused, jitter: jitter) == .seconds(seconds))
  }

  @Test func aRefusalWaitsLongAtOnceAndDoesNotLengthenTheRow() {
    var backoff = Backoff()
    #expect(backoff.wait(after: .refused, jitter: 0) == .seconds(30))
    #expect(backoff.wait(after: .failed, jitter: 0) == .seconds(1))
  }

  @Test func aStableSessionStartsTheRowAnew() {
    var backoff = Backoff()
    for _ in 0..<5 { _ = backoff.wait(after: .failed, jitter: 0) }
    #expect(backoff.wait(after: .lost(after: .seconds(30)), jitter: 0) == .seconds(1))
  }

  @Test func aSessionThatEndsAtOnceCountsAsAFailure() {
    var backoff = Backoff()
    let waits = (0..<4).map { _ in backoff.wait(after: .lost(after: .seconds(2)), jitter: 0) }
    #expect(waits == [1, 2, 4, 8].map { Duration.seconds($0) })
  }

  @Test func aResetIsAFirstAttemptAgain() {
    var backoff = Backoff()
    for _ in 0..<5 { _ = backoff.wait(after: .failed, jitter: 0) }
    backoff.reset()
    #expect(backoff.wait(after: .failed, jitter: 0) == .seconds(1))
  }
}
