import Model
import Rules
import Testing

/// No item is ever started twice: what cannot be proven is told, never tried again (contract, section 5, "Queue").
@Suite struct DispatchCourseTests {
  private static let path = (try? StoragePath("/box-1a.gcode.3mf")) ?? .root

  private static func course(_ task: String? = "77", sent: Double? = 0, sign: Double? = nil) -> DispatchCourse {
    DispatchCourse(
      taskID: task, path: path, sentAt: sent.map { .at($0) }, signAt: sign.map { .at($0) })
  }

  private static func report(_ state: GcodeState?, task: String? = nil, file: String? = nil) -> PrinterReport {
    var report = PrinterReport()
    report.isComplete = true
    report.gcodeState = state
    report.job.subtaskID = task
    report.job.file = file
    return report
  }

  private static func word(_ verdict: DispatchCourse.Verdict) -> String {
    switch verdict {
    case .wait: "wait"
    case .printing: "printing"
    case .completed: "completed"
    case .failed: "failed"
    case .unproven: "unproven"
    }
  }

  static let rows: [(state: GcodeState, task: String?, verdict: String)] = [
    (.prepare, "77", "printing"), (.slicing, "77", "printing"), (.running, "77", "printing"),
    (.pause, "77", "printing"),
    (.finish, "77", "completed"), (.failed, "77", "failed"), (.idle, "77", "unproven"), (.idle, nil, "unproven"),
    (.idle, "0", "unproven"), (.finish, "76", "unproven"), (.failed, "", "unproven"), (.running, "76", "unproven"),
    (.prepare, nil, "unproven"),
  ]

  @Test(arguments: rows) func afterACrashTheFirstFullReportDecides(state: GcodeState, task: String?, verdict: String) {
    #expect(Self.word(Self.course().verdict(after: Self.report(state, task: task))) == verdict)
    var fragment = Self.report(state, task: task)
    fragment.isComplete = false
    #expect(Self.course().verdict(after: fragment) == .wait(until: nil))
    #expect(Self.course().verdict(after: Self.report(nil, task: task)) == .wait(until: nil))
  }

  @Test func plainGcodeIsKnownByItsName() {
    let course = Self.course(nil)
    #expect(course.verdict(after: Self.report(.running, file: "box-1a.gcode.3mf")) == .printing)
    #expect(Self.word(course.verdict(after: Self.report(.finish, file: "box-1a.gcode.3mf"))) == "unproven")
    #expect(Self.word(course.verdict(after: Self.report(.running, file: "other.gcode"))) == "unproven")
  }

  @Test func theWordsSayThatTheStartIsNotProven() {
    for (course, says) in [(Self.course(sent: nil), "before the start"), (Self.course(), "was under way")] {
      guard case .unproven(let sentence) = course.verdict(after: Self.report(.idle)) else {
        Issue.record("it is not proven")
        continue
      }
      #expect(sentence.contains("the start is not proven") && sentence.contains(says), "\(sentence)")
    }
  }

  @Test func aStartHas90SecondsForASignAnd180MoreForAJob() {
    #expect(Self.course(sent: nil).verdict(at: .at(1e6)) == .wait(until: nil))
    #expect(Self.course().verdict(at: .at(89.9)) == .wait(until: .at(90)))
    #expect(Self.word(Self.course().verdict(at: .at(90))) == "unproven")
    #expect(Self.course(sign: 50).verdict(at: .at(229)) == .wait(until: .at(230)))
    #expect(Self.word(Self.course(sign: 50).verdict(at: .at(230))) == "unproven")
    #expect(Self.word(Self.course().verdict(at: .at(-1))) == "unproven", "a clock that was set back")
  }
}
