import Model
import Rules
import Testing

/// Holds a pacing, so that an expectation can move it on.
private final class Pacer {
  var pacing = StatePacing()

  @discardableResult
  func changed(state: PrinterState, now: Timestamp) -> Bool { pacing.changed(state: state, now: now) }

  func isDue(now: Timestamp) -> Bool { pacing.isDue(now: now) }
}

@Suite struct StatePacingTests {
  @Test func theFirstStateGoesOutAtOnce() {
    let pacing = Pacer()
    #expect(pacing.changed(state: .printing, now: .at(0)))
    #expect(pacing.pacing.nextDeadline == nil)
  }

  @Test func withinTheSecondValuesWaitForItsEnd() {
    let pacing = Pacer()
    pacing.changed(state: .printing, now: .at(0))
    #expect(!pacing.changed(state: .printing, now: .at(0.2)))
    #expect(!pacing.changed(state: .printing, now: .at(0.9)))
    #expect(pacing.pacing.nextDeadline == .at(1))
    #expect(!pacing.isDue(now: .at(0.999)))
    #expect(pacing.isDue(now: .at(1)))
    #expect(!pacing.isDue(now: .at(1.1)))
  }

  @Test func afterASecondOfQuietValuesGoOutAtOnce() {
    let pacing = Pacer()
    pacing.changed(state: .idle, now: .at(0))
    #expect(pacing.changed(state: .idle, now: .at(1)))
  }

  @Test func aChangeOfStateIsNeverHeldBack() {
    let pacing = Pacer()
    pacing.changed(state: .printing, now: .at(0))
    pacing.changed(state: .printing, now: .at(0.1))
    #expect(pacing.changed(state: .paused, now: .at(0.2)))
    #expect(pacing.pacing.nextDeadline == nil)
  }

  @Test func aClockSetBackEndsTheWait() {
    let pacing = Pacer()
    pacing.changed(state: .printing, now: .at(100))
    #expect(pacing.changed(state: .printing, now: .at(10)))
  }
}
