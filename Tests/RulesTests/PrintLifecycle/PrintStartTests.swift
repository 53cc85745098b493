import Model
import Rules
import Testing

@Suite("A start that has not been seen")
struct PrintStartTests {
  private let start = PrintStart(taskID: 4711, file: "/box.3mf", sentAt: .at(1_000))

  @Test("is open for ninety seconds, or as long as it is given")
  func patience() {
    #expect(start.isOpen(now: .at(1_000)) && start.isOpen(now: .at(1_089)))
    #expect(!start.isOpen(now: .at(1_090)))
    #expect(start.isOpen(now: .at(1_001), patience: 2) && !start.isOpen(now: .at(1_002), patience: 2))
  }

  @Test("is as old as can be when the clock was set back")
  func clock() { #expect(!start.isOpen(now: .at(999))) }

  @Test("is settled by any job on the machine, and by nothing else", arguments: GcodeState.allCases)
  func settled(state: GcodeState) {
    var report = PrinterReport()
    #expect(!start.isSettled(by: report))
    report.gcodeState = state
    #expect(start.isSettled(by: report) == [.prepare, .slicing, .running, .pause].contains(state))
  }
}
