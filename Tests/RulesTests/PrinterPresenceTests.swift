import Model
import Rules
import Testing

@Suite struct PrinterPresenceTests {
  private func presence(
    _ link: LinkCondition, enabled: Bool = true, report: Double? = nil, complete: Bool = true,
    state: GcodeState? = .running, now: Double = 100
  ) -> PrinterPresence {
    PrinterPresence(
      isEnabled: enabled, link: link, lastReportAt: report.map(Timestamp.at), isComplete: complete, gcodeState: state,
      now: .at(now))
  }

  @Test func withoutALiveSessionItIsOffline() {
    for link in [LinkCondition.stopped, .connecting] {
      let shown = presence(link, report: 99)
      #expect(shown.state == .offline && shown.problem == nil && shown.changesAt == nil)
    }
    let down = presence(.down(.unreachable), report: 99)
    #expect(down.state == .offline && down.problem == .unreachable)
  }

  @Test func aDisabledPrinterIsOfflineWithoutAProblem() {
    let shown = presence(.up(since: .at(0)), enabled: false, report: 99)
    #expect(shown.state == .offline && shown.problem == nil)
  }

  @Test(arguments: [PrinterProblem.wrongAccessCode, .wrongSerial, .certificateChanged])
  func refusedOrNotWhoItShouldBeIsAnError(problem: PrinterProblem) {
    #expect(presence(.refused(problem)).state == .error)
    #expect(presence(.down(problem)).state == .error)
    #expect(presence(.refused(problem)).problem == problem)
  }

  @Test func untilTheFirstFullReportItIsUnknown() {
    let shown = presence(.up(since: .at(95)), report: 99, complete: false)
    #expect(shown.state == .unknown && shown.changesAt == .at(189))
    #expect(!shown.showsReport)
  }

  @Test func ninetySecondsOfSilenceMakeItOffline() {
    let last = presence(.up(since: .at(0)), report: 100, now: 189.999)
    #expect(last.state == .printing && last.changesAt == .at(190))
    let silent = presence(.up(since: .at(0)), report: 100, now: 190)
    #expect(silent.state == .offline && silent.problem == .noData && silent.changesAt == nil)
  }

  @Test func aReportFromBeforeTheSessionDoesNotCount() {
    let shown = presence(.up(since: .at(100)), report: 5, complete: false, now: 101)
    #expect(shown.state == .unknown && shown.changesAt == .at(190))
  }

  @Test(arguments: [
    (GcodeState.idle, PrinterState.idle), (.prepare, .preparing), (.slicing, .preparing), (.running, .printing),
    (.pause, .paused), (.finish, .finished), (.failed, .failed),
  ])
  func theReportedStateIsShown(reported: GcodeState, shown: PrinterState) {
    let presence = presence(.up(since: .at(0)), report: 99, state: reported)
    #expect(presence.state == shown && presence.problem == nil && presence.showsReport)
  }
}
