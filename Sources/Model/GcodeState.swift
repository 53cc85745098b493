/// `gcode_state` of a report (protocol sheet, section 3.3).
package enum GcodeState: String, Sendable, CaseIterable {
  case idle = "IDLE"
  case prepare = "PREPARE"
  case slicing = "SLICING"
  case running = "RUNNING"
  case pause = "PAUSE"
  case finish = "FINISH"
  case failed = "FAILED"

  /// A job is on the machine: no start is possible.
  package var isBusy: Bool {
    switch self {
    case .prepare, .slicing, .running, .pause: true
    case .idle, .finish, .failed: false
    }
  }

  package var printerState: PrinterState {
    switch self {
    case .idle: .idle
    case .prepare, .slicing: .preparing
    case .running: .printing
    case .pause: .paused
    case .finish: .finished
    case .failed: .failed
    }
  }
}
