package import Model

/// What a template can name.
package enum TemplatePlaceholder: String, CaseIterable, Hashable, Sendable {
  case printer, time, filename
  case taskName = "task_name"
  case duration, status, error, progress
  case remainingTime = "remaining_time"
  case layer, reason, filament, remaining, item, maintenance

  /// What stands for it in a preview.
  package var sample: String {
    switch self {
    case .printer: "Workshop X1C"
    case .time: "2024-01-15T14:30:00Z"
    case .filename: "benchy.3mf"
    case .taskName: "Benchy"
    case .duration: "2 h 15 min"
    case .status: "success"
    case .error: "The nozzle is clogged."
    case .progress: "50"
    case .remainingTime: "1 h 5 min"
    case .layer: "120/240"
    case .reason: "unreachable"
    case .filament: "PLA (AMS 1, slot 2)"
    case .remaining: "8"
    case .item: "Benchy"
    case .maintenance: "Clean the carbon rods"
    }
  }

  /// Those that an event has a value for.
  package static func known(to event: NotificationEvent) -> [TemplatePlaceholder] {
    switch event {
    case .printStarted: [.printer, .time, .filename, .taskName]
    case .printProgress: [.printer, .time, .filename, .taskName, .progress, .remainingTime, .layer]
    case .printComplete, .printFailed: [.printer, .time, .filename, .taskName, .duration, .status, .error]
    case .printerOffline: [.printer, .time, .reason]
    case .printerOnline, .plateNotCleared: [.printer, .time]
    case .printerError: [.printer, .time, .error]
    case .queueUpdate: [.printer, .time, .item, .status]
    case .maintenanceDue: [.printer, .time, .maintenance]
    case .filamentLow: [.printer, .time, .filament, .remaining]
    case .serviceNotice: [.time, .item, .reason]
    }
  }
}
