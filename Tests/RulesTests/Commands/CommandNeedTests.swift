import Model
import Testing

@testable import Rules

/// In which state what may be asked of a printer (contract, section 5).
@Suite("What a command needs of the printer's state")
struct CommandNeedTests {
  /// `.` may go out, `c` CONFLICT, `b` PRINTER_BUSY, `o` PRINTER_OFFLINE; the columns are the states in this order.
  static let states: [PrinterState] = [
    .idle, .preparing, .printing, .paused, .finished, .failed, .offline, .error, .unknown,
  ]

  static let table: [(need: CommandNeed, row: String)] = [
    (.contact, "......ooc"),
    (.runningJob, "c..cccooc"),
    (.pausedJob, "ccc.ccooc"),
    (.job, "c...ccooc"),
    (.partsOfJob, "cc..ccooc"),
    (.freeMachine, ".bbb..ooc"),
    (.restingHead, ".bb...ooc"),
  ]

  @Test("the table holds", arguments: table)
  func everyStateIsJudged(need: CommandNeed, row: String) {
    for (state, mark) in zip(Self.states, row) {
      let fault = need.objection(state: state)
      let code: ErrorCode? =
        switch mark {
        case "c": .conflict
        case "b": .printerBusy
        case "o": .printerOffline
        default: nil
        }
      #expect(fault?.code == code, "\(need) while \(state)")
      if let fault { #expect(fault.status == 409) }
    }
  }

  @Test("no need is left out of the table")
  func theTableIsWhole() { #expect(Set(Self.table.map(\.need)) == Set(CommandNeed.allCases)) }

  @Test("a refusing printer's reason is in the sentence")
  func theProblemIsNamed() {
    let fault = CommandNeed.contact.objection(state: .error, problem: .wrongAccessCode)
    #expect(fault?.message.contains("wrong_access_code") == true)
  }

  @Test("the state that forbids it is in the sentence")
  func theStateIsNamed() {
    #expect(CommandNeed.freeMachine.objection(state: .paused)?.message.contains("paused") == true)
    #expect(CommandNeed.pausedJob.objection(state: .finished)?.message.contains("finished") == true)
  }
}
