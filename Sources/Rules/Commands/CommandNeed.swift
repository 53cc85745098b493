package import Model

/// What a command needs of the printer's state to mean anything (contract, section 5; protocol sheet, section 3.8).
package enum CommandNeed: Hashable, Sendable, CaseIterable {
  /// A session with a known state and nothing else: lights, heaters, fans, switches.
  case contact
  /// A job that goes on: it can be paused.
  case runningJob
  /// A job that is paused: it can be resumed.
  case pausedJob
  /// Any job: it can be stopped, and its speed changed.
  case job
  /// A job past its preparation: objects of it can be left out.
  case partsOfJob
  /// No job at all: motion, calibration, a start.
  case freeMachine
  /// No job that moves the head just now; one that is paused is no hindrance to a change of filament.
  case restingHead

  /// Why the command means nothing now, as the 409 that says so; nil when it may go out.
  package func objection(state: PrinterState, problem: PrinterProblem? = nil) -> Fault? {
    switch state {
    case .offline: return Fault(.printerOffline, "The printer is offline, so nothing was sent. Its status says more.")
    case .error:
      let reason = problem.map { " (\($0.rawValue))" } ?? ""
      return Fault(.printerOffline, "There is no session with the printer\(reason), so nothing was sent.")
    case .unknown:
      return Fault(
        .conflict, "The printer has not said yet how it stands, so nothing was sent. Try again in a few seconds.")
    case .idle, .preparing, .printing, .paused, .finished, .failed: break
    }
    guard !isMet(by: state) else { return nil }
    return Fault(isInTheWay(state) ? .printerBusy : .conflict, "\(sentence(state)) Its state is \(state.rawValue).")
  }

  private func isMet(by state: PrinterState) -> Bool {
    switch self {
    case .contact: true
    case .runningJob: state == .printing || state == .preparing
    case .pausedJob: state == .paused
    case .job: state.isBusy
    case .partsOfJob: state == .printing || state == .paused
    case .freeMachine: !state.isBusy
    case .restingHead: !state.isBusy || state == .paused
    }
  }

  /// `PRINTER_BUSY` is for a job in the way; the rest is a state in which the command means nothing.
  private func isInTheWay(_ state: PrinterState) -> Bool {
    state.isBusy && (self == .freeMachine || self == .restingHead)
  }

  private func sentence(_ state: PrinterState) -> String {
    switch self {
    case .contact: "The printer cannot do this now."
    case .runningJob: state == .paused ? "The print is paused already." : "The printer prints nothing to pause."
    case .pausedJob: "No print is paused, so there is nothing to resume."
    case .job: "The printer has no job."
    case .partsOfJob: "Objects can be skipped only while a job prints or is paused."
    case .freeMachine: "A job is in the way: wait for its end, or stop it."
    case .restingHead: "A job is using the filament: pause it, or wait for its end."
    }
  }
}
