import Model
import Rules
import Testing
import Wire

@Suite struct PrintEndTests {
  private func running(_ percent: Int64 = 40) -> LifecycleRun {
    let run = LifecycleRun()
    run.message(Message.idle)
    run.message(Message.running(percent: 0, layer: 0))
    run.message(Message.running(percent: percent, layer: 36))
    return run
  }

  @Test func finishAtTheEndIsToldAtOnceAndOnce() {
    let run = running()
    run.message(["mc_percent": 100])
    #expect(run.message(Message.ended("FINISH")).map(\.word) == ["finished"])
    run.message(Message.ended("FINISH"))
    run.message(after: 60, Message.idle)
    #expect(run.words == ["started", "finished"])
  }

  @Test func finishWithThePercentInTheSameMessageIsToldAtOnce() {
    let run = running()
    #expect(run.message(["gcode_state": "FINISH", "mc_percent": 100]).map(\.word) == ["finished"])
  }

  @Test func finishInTheMiddleWaitsTwoSeconds() {
    let run = running()
    #expect(run.message(Message.ended("FINISH")).isEmpty)
    #expect(run.wait(1.9).isEmpty)
    #expect(run.wait(0.1).map(\.word) == ["finished"])
  }

  @Test func aFailureWaitsThreeSecondsAndKeepsItsCode() throws {
    let run = running()
    #expect(run.message(["gcode_state": "FAILED", "print_error": 0x0300_4006, "mc_percent": 0]).isEmpty)
    run.message(after: 1, ["print_error": 0])
    #expect(run.wait(1.9).isEmpty)
    let end = try #require(run.wait(0.2).first?.end)
    #expect(end.outcome == .failed(code: PrintErrorCode(rawValue: 0x0300_4006), hms: []))
    #expect(end.endedAt == .at(4) && end.isTimeKnown)
    #expect(end.print.lastPercent == 40 && end.print.lastLayer == 36)
  }

  @Test func theCodeOfACancellationBeforeFailedMeansStopped() {
    let run = running()
    run.message(Message.cancelCode)
    run.message(after: 2, ["print_error": 0])
    #expect(run.message(after: 20, Message.failed).map(\.word) == ["stopped"])
    run.wait(60)
    #expect(run.words == ["started", "stopped"])
  }

  @Test func theCodeWithFailedMeansStopped() {
    let run = running()
    #expect(run.message(["gcode_state": "FAILED", "print_error": 0x0500_400E]).map(\.word) == ["stopped"])
  }

  @Test func theCodeShortlyAfterFailedMeansStopped() {
    let run = running()
    run.message(Message.failed)
    #expect(run.message(after: 2.5, Message.cancelCode).map(\.word) == ["stopped"])
  }

  @Test func theCodeFromLongBeforeMeansNothing() {
    let run = running()
    run.message(Message.cancelCode)
    run.message(["print_error": 0])
    run.message(after: 60, ["mc_percent": 50])
    run.message(Message.failed)
    #expect(run.wait(4).map(\.word) == ["failed"])
  }

  @Test func theCodeOfTheJobBeforeMeansNothing() {
    let run = running()
    run.message(["gcode_state": "FAILED", "print_error": 50_348_044])
    // The merged report still holds the code when the next job begins.
    run.message(Message.prepare("8"))
    run.message(Message.failed)
    #expect(run.wait(4).map(\.word) == ["failed"])
    #expect(run.words == ["started", "stopped", "started", "failed"])
  }

  @Test func failReasonOfThisJobMeansStopped() {
    let run = running()
    #expect(run.message(["gcode_state": "FAILED", "fail_reason": "50348044"]).map(\.word) == ["stopped"])
  }

  @Test func failReasonOfTheJobBeforeMeansNothing() {
    let run = LifecycleRun()
    run.message(["gcode_state": "FAILED", "fail_reason": "50348044"])
    run.message(Message.running())
    run.message(Message.failed)
    #expect(run.wait(4).map(\.word) == ["failed"])
  }

  @Test func ourOwnStopMeansStopped() {
    let run = running()
    run.lifecycle.stopRequested(now: run.now)
    #expect(run.message(after: 8, Message.failed).map(\.word) == ["stopped"])
  }

  @Test func aStopThatWasRefusedLongAgoMeansNothing() {
    let run = running()
    run.lifecycle.stopRequested(now: run.now)
    run.message(after: 600, ["mc_percent": 80])
    run.message(Message.failed)
    #expect(run.wait(4).map(\.word) == ["failed"])
  }

  @Test func straightToIdleIsAStopAtTheScreen() {
    var run = running()
    #expect(run.message(["gcode_state": "IDLE"]).isEmpty)
    #expect(run.wait(3).map(\.word) == ["stopped"])
    run = running()
    #expect(run.message(["gcode_state": "IDLE", "print_error": 50_348_044]).map(\.word) == ["stopped"])
  }

  @Test func straightToIdleForAFatalErrorIsAFailure() {
    let run = running()
    run.message(["gcode_state": "IDLE", "print_error": 0x0300_4006])
    #expect(run.wait(3).map(\.word) == ["failed"])
  }

  @Test func aJobRejectedBeforeItRanHasFailed() throws {
    let run = LifecycleRun()
    run.message(Message.idle)
    run.message(Message.prepare())
    run.message(["gcode_state": "FAILED", "print_error": 0x0500_4003])
    let end = try #require(run.wait(3).first?.end)
    #expect(end.outcome == .failed(code: PrintErrorCode(rawValue: 0x0500_4003), hms: []))
    #expect(!end.print.hasRun)
  }

  @Test(arguments: ["IDLE", "FAILED", "FINISH"]) func anExcursionUnderTwoSecondsEndsNothing(state: String) {
    let run = running()
    run.message(["gcode_state": .string(state)])
    run.message(after: 1.9, ["gcode_state": "RUNNING"])
    run.wait(60)
    #expect(run.words == ["started"])
    #expect(run.lifecycle.tracked != nil)
  }

  @Test func aLongerOneIsAnEndAndABeginning() {
    let run = running()
    run.message(["gcode_state": "FAILED"])
    run.message(after: 2.5, ["gcode_state": "RUNNING"])
    #expect(run.words == ["started", "failed", "started"])
  }

  @Test func aNewJobWhileAnEndIsHeldClosesItFirst() {
    let run = running()
    run.message(["gcode_state": "FAILED"])
    run.message(after: 1, Message.prepare("8"))
    #expect(run.words == ["started", "failed", "started"])
  }
}
