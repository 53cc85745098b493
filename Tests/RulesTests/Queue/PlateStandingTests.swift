import Model
import Rules
import Testing

/// No start onto a part that is still there, also over a restart (lessons 25, 26).
@Suite struct PlateStandingTests {
  private static func report(_ state: GcodeState, _ task: String? = nil) -> PrinterReport {
    var report = PrinterReport()
    report.isComplete = true
    report.gcodeState = state
    report.job.subtaskID = task
    return report
  }

  private static let fresh = PlateStanding(isCleared: false, isKnown: false, job: nil)

  static let first: [(GcodeState, Bool)] = [
    (.idle, true), (.finish, false), (.failed, false), (.running, false), (.prepare, false), (.pause, false),
  ]

  @Test(arguments: first) func aPrinterFirstSeenIdleCountsAsCleared(state: GcodeState, isCleared: Bool) {
    var plate = Self.fresh
    let isNews = plate.saw(Self.report(state))
    #expect(isNews)
    #expect(plate.isCleared == isCleared && plate.isKnown)
    // Only the first time: idle after a print says nothing.
    plate.printBegan()
    _ = plate.saw(Self.report(.idle))
    #expect(!plate.isCleared)
  }

  @Test func aFragmentSaysNothing() {
    var plate = Self.fresh
    var report = Self.report(.idle)
    report.isComplete = false
    let isNews = plate.saw(report)
    #expect(!isNews && plate == Self.fresh)
  }

  @Test func whatAPersonSaysHoldsUntilTheNextPrint() {
    var plate = Self.fresh
    plate.said(true, seeing: Self.report(.finish, "7"))
    for state in [GcodeState.finish, .idle] {
      let isNews = plate.saw(Self.report(state, "7"))
      #expect(!isNews && plate.isCleared)
    }
    let isNews = plate.saw(Self.report(.prepare, "8"))
    #expect(isNews && !plate.isCleared)
    _ = plate.saw(Self.report(.finish, "8"))
    #expect(!plate.isCleared)
  }

  @Test func aPrintThatNobodySawLiesOnThePlate() {
    var plate = Self.fresh
    plate.said(true, seeing: Self.report(.finish, "7"))
    // The service was not running; the printer shows another job at its end.
    let isNews = plate.saw(Self.report(.finish, "8"))
    #expect(isNews && !plate.isCleared)
  }

  @Test func whatIsSaidOfASilentPrinterHoldsForWhatItShowsThen() {
    var plate = Self.fresh
    plate.said(true, seeing: nil)
    for (task, isCleared) in [("7", true), ("8", false)] {
      let isNews = plate.saw(Self.report(.finish, task))
      #expect(isNews && plate.isCleared == isCleared)
    }
  }
}
