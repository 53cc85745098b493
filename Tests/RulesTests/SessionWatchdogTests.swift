import Rules
import Testing

@Suite struct SessionWatchdogTests {
  let start = ContinuousClock().now
  var dog = SessionWatchdog()

  private func at(_ seconds: Double) -> ContinuousClock.Instant { start.advanced(by: .seconds(seconds)) }

  @Test mutating func anUnusedWatchdogIsHealthy() {
    #expect(dog.check(at: at(1_000_000)) == .healthy)
  }

  @Test mutating func nothingAtAllForFifteenSecondsIsNoData() {
    dog.began(at: at(0))
    #expect(dog.check(at: at(14.9)) == .healthy)
    #expect(dog.check(at: at(15)) == .noData)
    dog.reported(at: at(16))
    #expect(dog.check(at: at(17)) == .healthy)
  }

  @Test mutating func sixtySecondsOfSilenceRebuildTheSession() {
    dog.began(at: at(0))
    dog.reported(at: at(10))
    #expect(dog.check(at: at(69.9)) == .healthy)
    #expect(dog.check(at: at(70)) == .reconnect(.silent))
  }

  @Test mutating func aSessionThatNeverBroughtAnythingIsRebuiltToo() {
    dog.began(at: at(0))
    #expect(dog.check(at: at(60)) == .reconnect(.silent))
  }

  @Test mutating func rebuildsKeepThirtySecondsApart() {
    dog.began(at: at(0))
    dog.reported(at: at(0))
    #expect(dog.check(at: at(60)) == .reconnect(.silent))
    dog.began(at: at(61))
    dog.reported(at: at(61))
    dog.asked(.fullReport, at: at(61))
    dog.asked(.version, at: at(61))
    #expect(dog.check(at: at(72)) == .healthy)
    #expect(dog.check(at: at(90)) == .reconnect(.deaf))
  }

  @Test mutating func twoUnansweredCommandsAreADeafSession() {
    dog.began(at: at(0))
    dog.reported(at: at(1))
    dog.asked(.command(sequenceID: "1"), at: at(1))
    dog.asked(.command(sequenceID: "2"), at: at(4))
    #expect(dog.check(at: at(11)) == .healthy)
    #expect(dog.check(at: at(14)) == .reconnect(.deaf))
  }

  @Test mutating func oneAnswerBetweenThemShowsThatCommandsArrive() {
    dog.began(at: at(0))
    dog.reported(at: at(1))
    dog.asked(.command(sequenceID: "1"), at: at(1))
    dog.asked(.command(sequenceID: "2"), at: at(2))
    #expect(dog.check(at: at(11)) == .healthy)
    dog.answered(.command(sequenceID: "2"))
    dog.asked(.command(sequenceID: "3"), at: at(12))
    #expect(dog.check(at: at(25)) == .healthy)
  }

  @Test mutating func noSessionIsForcedWhileAJobIsBeingRead() {
    dog.began(at: at(0))
    dog.reported(at: at(1))
    dog.asked(.command(sequenceID: "1"), at: at(1))
    dog.asked(.command(sequenceID: "2"), at: at(1))
    dog.spare(until: at(91))
    #expect(dog.check(at: at(20)) == .healthy)
    #expect(dog.check(at: at(90)) == .healthy)
    #expect(dog.check(at: at(91)) == .reconnect(.silent))
  }

  @Test mutating func itIsForcedAgainWhenTheJobWasRefused() {
    dog.began(at: at(0))
    dog.reported(at: at(1))
    dog.asked(.command(sequenceID: "1"), at: at(1))
    dog.asked(.command(sequenceID: "2"), at: at(1))
    dog.spare(until: at(91))
    #expect(dog.check(at: at(20)) == .healthy)
    dog.spare(until: nil)
    #expect(dog.check(at: at(21)) == .reconnect(.deaf))
  }

  @Test mutating func answersToOthersDoNotCount() {
    dog.began(at: at(0))
    dog.reported(at: at(1))
    dog.asked(.command(sequenceID: "1"), at: at(1))
    dog.asked(.fullReport, at: at(1))
    dog.answered(.command(sequenceID: "20001"))
    #expect(dog.check(at: at(12)) == .reconnect(.deaf))
  }

  @Test mutating func aFirmwareThatNeverAnswersOneQueryIsNotDeaf() {
    dog.began(at: at(0))
    for attempt in 0..<3 { dog.asked(.version, at: at(Double(attempt) * 5)) }
    dog.asked(.fullReport, at: at(0))
    dog.reported(at: at(1))
    dog.answered(.fullReport)
    #expect(dog.check(at: at(30)) == .healthy)
  }

  @Test mutating func whatTheLastSessionWasAskedIsForgotten() {
    dog.began(at: at(0))
    dog.asked(.command(sequenceID: "1"), at: at(0))
    dog.asked(.command(sequenceID: "2"), at: at(0))
    dog.ended()
    dog.began(at: at(5))
    dog.reported(at: at(6))
    #expect(dog.check(at: at(20)) == .healthy)
  }

  @Test mutating func tooManyWithoutAPubackRebuildTheSessionAtOnce() {
    dog.began(at: at(0))
    dog.reported(at: at(1))
    dog.clogged()
    #expect(dog.check(at: at(2)) == .reconnect(.clogged))
  }

  @Test mutating func whatIsFollowedIsBounded() {
    dog.began(at: at(0))
    dog.reported(at: at(1))
    for index in 0..<10_000 { dog.asked(.command(sequenceID: "\(index)"), at: at(1)) }
    #expect(dog.check(at: at(12)) == .reconnect(.deaf))
  }
}
