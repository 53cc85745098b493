import Model
import Rules
import Testing
import Wire

@Suite struct PrintCourseTests {
  private func progress(_ events: [PrintEvent]) -> [PrintProgress] {
    events.compactMap { if case .progress(let progress) = $0 { progress } else { nil } }
  }

  @Test func progressIsToldOnEveryPerCentAndLayer() {
    let run = LifecycleRun()
    run.message(Message.running(percent: 40, layer: 36))
    #expect(progress(run.message(["wifi_signal": "-50dBm"])).isEmpty)
    #expect(progress(run.message(["mc_percent": 41])).map(\.percent) == [41])
    #expect(progress(run.message(["layer_num": 37])).map(\.layer) == [37])
    #expect(progress(run.message(["mc_percent": 42, "layer_num": 38])).count == 1)
  }

  @Test func zeroAtTheEndKeepsTheLastFigures() {
    let run = LifecycleRun()
    run.message(Message.running(percent: 40, layer: 36))
    #expect(progress(run.message(["mc_percent": 0, "layer_num": 0, "total_layer_num": 0])).isEmpty)
    let print = run.lifecycle.tracked
    #expect(print?.lastPercent == 40 && print?.lastLayer == 36 && print?.totalLayers == 90)
  }

  @Test func stagesAreToldWhenTheyChange() {
    let run = LifecycleRun()
    run.message(Message.idle)
    run.message(Message.prepare())
    #expect(run.message(["stg_cur": 2]) == [.stageChanged(PrintStage(id: 2, name: "stage 2"))])
    #expect(run.message(["stg_cur": 2]).isEmpty)
  }

  @Test(
    arguments: [
      (["stg_cur": 6, "print_error": 117_473_297], "the filament ran out"),
      (["stg_cur": 16], "paused by a person"),
      (["stg_cur": 0, "print_error": 0x0300_800F], "the door is open"),
      (["stg_cur": 0, "print_error": 0x0300_8FFF], "error 0300_8FFF"),
      (["hms": [["attr": 50_331_904, "code": 65_543]]], "HMS 0300_0100_0001_0007"),
      ([:], "the printer gives no reason"),
    ] as [([String: JSONValue], String)])
  func aPauseSaysWhy(details: [String: JSONValue], text: String) {
    let run = LifecycleRun()
    run.message(Message.running())
    let events = run.message(details.merging(["gcode_state": "PAUSE"]) { $1 })
    let reasons = events.compactMap { if case .paused(let reason) = $0 { reason.text } else { nil } }
    #expect(reasons == [text])
    #expect(run.lifecycle.tracked?.pauseReason == text)
  }

  @Test func aReasonThatComesLaterIsKeptWithoutASecondPause() {
    let run = LifecycleRun()
    run.message(Message.running())
    run.message(["gcode_state": "PAUSE"])
    run.message(["stg_cur": 17])
    #expect(run.words == ["observed", "paused"])
    #expect(run.lifecycle.tracked?.pauseReason == "the front cover fell off")
  }

  @Test func aJobFoundPausedIsObservedAndPaused() {
    let run = LifecycleRun()
    run.message(Message.ended("PAUSE"))
    run.message(Message.running())
    #expect(run.words == ["observed", "paused", "resumed"])
  }

  @Test func aPausedJobCanEnd() {
    let run = LifecycleRun()
    run.message(Message.running())
    run.message(["gcode_state": "PAUSE"])
    run.message(["gcode_state": "FAILED", "print_error": 50_348_044])
    #expect(run.words == ["observed", "paused", "stopped"])
  }
}

@Suite struct PrintInterruptionTests {
  @Test func theSameJobGoesOnAfterTheLinkWasLost() {
    let run = LifecycleRun()
    run.message(Message.idle)
    run.message(Message.running())
    run.reconnect(after: 600, Message.running(percent: 60, layer: 50))
    #expect(run.words == ["started"])
    #expect(run.lifecycle.tracked?.lastPercent == 60)
  }

  @Test func itsFinishMeanwhileIsAFinishWhoseTimeNobodyKnows() throws {
    let run = LifecycleRun()
    run.message(Message.running())
    let end = try #require(run.reconnect(after: 600, Message.ended("FINISH")).first?.end)
    #expect(end.outcome == .finished && !end.isTimeKnown)
  }

  @Test func itsFailureMeanwhileIsAFailure() {
    let run = LifecycleRun()
    run.message(Message.running())
    run.reconnect(after: 600, Message.failed)
    #expect(run.wait(3).compactMap(\.word) == ["failed"])
  }

  @Test func aCancellationMeanwhileIsToldByFailReason() {
    for state in ["FAILED", "IDLE"] {
      let run = LifecycleRun()
      run.message(Message.running())
      let events = run.reconnect(after: 600, ["gcode_state": .string(state), "fail_reason": "50348044"])
      #expect(events.compactMap(\.word) == ["stopped"])
    }
  }

  @Test func anIdlePrinterLeavesTheOutcomeUnknown() {
    let run = LifecycleRun()
    run.message(Message.running())
    run.reconnect(after: 600, Message.idle)
    #expect(run.wait(3).compactMap(\.word) == ["unknown"])
  }

  @Test func ourStopBeforeTheLossExplainsAnIdlePrinter() {
    let run = LifecycleRun()
    run.message(Message.running())
    run.lifecycle.stopRequested(now: run.now)
    #expect(run.reconnect(after: 600, Message.idle).compactMap(\.word) == ["stopped"])
  }

  @Test(arguments: ["FINISH", "FAILED", "IDLE"]) func theEndOfAnotherJobTellsNothingOfOurs(state: String) {
    let run = LifecycleRun()
    run.message(Message.running("7"))
    #expect(run.reconnect(after: 600, Message.ended(state, "9")).compactMap(\.word) == ["unknown"])
  }

  @Test func anotherJobRunningClosesOursAndIsObserved() {
    let run = LifecycleRun()
    run.message(Message.running("7"))
    run.reconnect(after: 600, Message.running("9"))
    #expect(run.words == ["observed", "unknown", "observed"])
  }

  @Test func withoutNumbersAReprintShowsByGoingBackwards() {
    let run = LifecycleRun()
    run.message(Message.running("0", percent: 80, layer: 70))
    run.reconnect(after: 6000, Message.running("0", percent: 10, layer: 5))
    #expect(run.words == ["observed", "unknown", "observed"])
  }

  @Test func aRestartGoesOnWithTheStoredJob() throws {
    let run = LifecycleRun()
    run.message(Message.idle)
    run.message(Message.running())
    let began = run.lifecycle.tracked?.startedAt
    run.restart(after: 30)
    run.message(Message.running(percent: 50))
    run.message(["mc_percent": 100, "gcode_state": "FINISH"])
    #expect(run.words == ["started", "finished"])
    let end = try #require(run.events.last?.end)
    #expect(end.print.startedAt == began && end.isTimeKnown)
  }

  @Test func aHeldFailureIsJudgedAnewAfterARestart() {
    let run = LifecycleRun()
    run.message(Message.running())
    run.message(Message.failed)
    run.restart(after: 30)
    run.message(["gcode_state": "FAILED", "subtask_id": "7", "fail_reason": "50348044"])
    #expect(run.words == ["observed", "stopped"])
  }

  @Test func aHeldFailureRunsOutWhileTheLinkIsAway() {
    let run = LifecycleRun()
    run.message(Message.running())
    run.message(Message.failed)
    run.lifecycle.linkLost(now: run.now)
    #expect(run.wait(3).compactMap(\.word) == ["failed"])
  }

  @Test func afterAPowerCutTheJobIsPausedAndStillTheSame() {
    let run = LifecycleRun()
    run.message(Message.running())
    run.reconnect(
      after: 120,
      Message.ended("PAUSE").merging(["print_error": 0x0300_8007, "mc_percent": 0]) { $1 })
    #expect(run.words == ["observed", "paused"])
    #expect(run.lifecycle.tracked?.pauseReason == "the power failed during the print")
    #expect(run.lifecycle.tracked?.lastPercent == 40)
  }
}
