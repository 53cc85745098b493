import Model
import Rules
import Wire

/// Drives a `PrintLifecycle` with messages and keeps what it told.
final class LifecycleRun {
  var builder = ReportBuilder()
  var lifecycle: PrintLifecycle
  private(set) var now = Timestamp.at(0)
  private(set) var events: [PrintEvent] = []

  init(restoring tracked: TrackedPrint? = nil) { lifecycle = PrintLifecycle(restoring: tracked) }

  /// A message arrives `after` seconds; the answer is what it caused, due ends included.
  @discardableResult
  func message(after seconds: Double = 1, _ print: [String: JSONValue]) -> [PrintEvent] {
    let due = wait(seconds)
    builder.apply(print)
    let new = lifecycle.step(report: builder.report, now: now)
    events += new
    return due + new
  }

  /// Time goes by, and whatever becomes due is told at its moment.
  @discardableResult
  func wait(_ seconds: Double) -> [PrintEvent] {
    let end = now.adding(seconds: seconds)
    var new: [PrintEvent] = []
    while let deadline = lifecycle.nextDeadline, deadline <= end {
      now = max(now, deadline)
      new += lifecycle.tick(now: now)
    }
    now = end
    events += new
    return new
  }

  /// The connection goes away and comes back with a full report.
  @discardableResult
  func reconnect(after seconds: Double, _ print: [String: JSONValue]) -> [PrintEvent] {
    lifecycle.linkLost(now: now)
    var new = wait(seconds)
    lifecycle.linkRestored(now: now)
    builder = ReportBuilder()
    new += message(after: 0, print)
    return new
  }

  /// The service stops and starts again with what was stored.
  func restart(after seconds: Double) {
    lifecycle = PrintLifecycle(restoring: lifecycle.tracked)
    now = now.adding(seconds: seconds)
    builder = ReportBuilder()
  }

  var words: [String] { events.compactMap(\.word) }
}

extension PrintEvent {
  /// The event without its details; nil for progress and stages.
  var word: String? {
    switch self {
    case .started: "started"
    case .observed: "observed"
    case .identified: "identified"
    case .progress, .stageChanged: nil
    case .paused: "paused"
    case .resumed: "resumed"
    case .ended(let end):
      switch end.outcome {
      case .finished: "finished"
      case .failed: "failed"
      case .stopped: "stopped"
      case .unknown: "unknown"
      }
    }
  }

  var end: PrintEnd? {
    if case .ended(let end) = self { return end }
    return nil
  }
}

/// Messages as printers send them.
enum Message {
  static let idle: [String: JSONValue] = ["gcode_state": "IDLE", "subtask_id": "0", "print_error": 0]
  static let cancelCode: [String: JSONValue] = ["print_error": 50_348_044]
  static let failed: [String: JSONValue] = ["gcode_state": "FAILED"]

  static func prepare(_ id: String = "7", file: String = "Box.gcode.3mf") -> [String: JSONValue] {
    job("PREPARE", id, file)
  }

  static func running(
    _ id: String = "7", file: String = "Box.gcode.3mf", percent: Int64 = 40, layer: Int64 = 36
  ) -> [String: JSONValue] {
    var print = job("RUNNING", id, file)
    print["mc_percent"] = .int(percent)
    print["layer_num"] = .int(layer)
    print["total_layer_num"] = 90
    return print
  }

  static func ended(_ state: String, _ id: String = "7", file: String = "Box.gcode.3mf") -> [String: JSONValue] {
    job(state, id, file)
  }

  private static func job(_ state: String, _ id: String, _ file: String) -> [String: JSONValue] {
    [
      "gcode_state": .string(state), "subtask_id": .string(id), "gcode_file": .string(file), "subtask_name": "Box",
      "print_type": "local",
    ]
  }
}
