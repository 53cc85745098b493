import Model
import Rules
import Testing
import Wire

@Suite struct PrintBeginningTests {
  @Test(arguments: ["IDLE", "FINISH", "FAILED"]) func aBusyStateAfterRestIsAStart(rest: String) throws {
    for busy in ["PREPARE", "SLICING", "RUNNING"] {
      let run = LifecycleRun()
      run.message(["gcode_state": .string(rest)])
      run.message(Message.ended(busy))
      #expect(run.words == ["started"])
      let print = try #require(run.lifecycle.tracked)
      #expect(print.startedAt == .at(2) && print.subtaskID == "7" && print.file == "Box.gcode.3mf" && !print.isOurs)
    }
  }

  @Test(arguments: ["PREPARE", "SLICING", "RUNNING"]) func aJobThatIsThereWhenWeComeIsObserved(state: String) {
    let run = LifecycleRun()
    run.message(Message.ended(state))
    #expect(run.words == ["observed"])
    #expect(run.lifecycle.tracked?.isObserved == true)
    #expect(run.lifecycle.tracked?.followedSince == .at(1))
  }

  @Test(arguments: ["IDLE", "FINISH", "FAILED"]) func anEndFromBeforeOurTimeIsNothing(state: String) {
    let run = LifecycleRun()
    run.message(Message.ended(state))
    run.message(Message.ended(state))
    run.wait(10)
    #expect(run.events.isEmpty)
  }

  @Test func nothingIsConcludedBeforeAFullReport() {
    var lifecycle = PrintLifecycle()
    var report = PrinterReport()
    report.gcodeState = .running
    #expect(lifecycle.step(report: report, now: .at(0)).isEmpty)
    report.isComplete = true
    #expect(lifecycle.step(report: report, now: .at(1)).map(\.word) == ["observed"])
  }

  @Test func stepsOnTheWayAreNoNewStart() {
    let run = LifecycleRun()
    run.message(Message.idle)
    for state in ["SLICING", "PREPARE", "RUNNING", "PAUSE", "RUNNING"] { run.message(Message.ended(state)) }
    #expect(run.words == ["started", "paused", "resumed"])
  }

  @Test func nameAndNumberMayComeWithRunning() {
    let run = LifecycleRun()
    run.message(Message.ended("FINISH", "6", file: "Old.gcode.3mf"))
    run.message(["gcode_state": "PREPARE"])
    run.message(Message.running("7", file: "New.gcode.3mf"))
    #expect(run.words == ["started", "identified"])
    #expect(run.lifecycle.tracked?.subtaskID == "7")
    #expect(run.lifecycle.tracked?.file == "New.gcode.3mf")
  }

  @Test func figuresOfTheJobBeforeAreNotShown() {
    let run = LifecycleRun()
    run.message(Message.running(percent: 100, layer: 90))
    run.message(["gcode_state": "FINISH"])
    run.message(["gcode_state": "PREPARE", "subtask_id": "8"])
    let events = run.message(["gcode_state": "RUNNING"])
    #expect(!events.contains { if case .progress = $0 { true } else { false } })
    #expect(run.lifecycle.tracked?.lastPercent == nil)
    run.message(["mc_percent": 0, "layer_num": 0])
    run.message(["mc_percent": 1, "layer_num": 1])
    #expect(run.lifecycle.tracked?.lastPercent == 1 && run.lifecycle.tracked?.lastLayer == 1)
  }

  @Test func anotherTaskNumberWhileRunningIsAnotherJob() {
    let run = LifecycleRun()
    run.message(Message.running("7"))
    run.message(Message.running("8"))
    #expect(run.words == ["observed", "unknown", "started"])
  }

  @Test func withoutNumbersAnotherFileIsAnotherJob() {
    let run = LifecycleRun()
    run.message(Message.running("0", file: "A.gcode"))
    run.message(Message.running("0", file: "B.gcode"))
    #expect(run.words == ["observed", "unknown", "started"])
  }

  @Test func theSameFileTwiceInARowIsTwoJobs() throws {
    let run = LifecycleRun()
    run.message(Message.idle)
    for _ in 0..<2 {
      run.message(Message.running("0", percent: 0, layer: 0))
      run.message(["mc_percent": 100, "layer_num": 90])
      run.message(["gcode_state": "FINISH"])
    }
    #expect(run.words == ["started", "finished", "started", "finished"])
    let ends = run.events.compactMap(\.end)
    #expect(ends[0].print.startedAt != ends[1].print.startedAt)
  }

  @Test func aTaskNumberThatWeGaveMarksTheJobAsOurs() {
    let run = LifecycleRun()
    run.message(Message.idle)
    run.lifecycle.submitted(
      PrintStart(taskID: 7, file: "/Box.3mf", sentAt: .at(0), archive: ArchiveID(rawValue: 3)))
    run.message(["gcode_state": "PREPARE"])
    #expect(run.lifecycle.tracked?.isOurs == false)
    run.message(Message.running("7"))
    #expect(run.lifecycle.tracked?.isOurs == true)
  }

  @Test func calibrationRunsAreSystemJobs() {
    for print: [String: JSONValue] in [
      ["gcode_state": "RUNNING", "print_type": "system"],
      ["gcode_state": "RUNNING", "gcode_file": "/usr/etc/print/auto_cali_for_user.gcode"],
      ["gcode_state": "RUNNING", "gcode_file": "auto_cali_for_user.gcode"],
    ] {
      let run = LifecycleRun()
      run.message(print)
      #expect(run.lifecycle.tracked?.isSystemJob == true)
    }
    let run = LifecycleRun()
    run.message(Message.running())
    #expect(run.lifecycle.tracked?.isSystemJob == false)
  }

  @Test(arguments: [
    ("/data/Metadata/plate_3.gcode", 3), ("Box_plate_12.gcode.3mf", 12), ("Box.gcode.3mf", nil), ("plate_.gcode", nil),
  ])
  func thePlateIsReadFromTheFile(file: String, plate: Int?) {
    let run = LifecycleRun()
    run.message(Message.running(file: file))
    #expect(run.lifecycle.tracked?.plate == plate)
  }
}
