import Model
import Wire

/// Merges messages like a printer's into a `PrinterReport`: as much of the decoding as the life of a print needs.
struct ReportBuilder {
  private(set) var report = PrinterReport()

  init() { report.isComplete = true }

  mutating func apply(_ print: [String: JSONValue]) {
    for (key, value) in print {
      switch (key, value) {
      case ("gcode_state", .string(let text)): report.gcodeState = GcodeState(rawValue: text)
      case ("mc_percent", .int(let number)): report.job.progress = Int(number)
      case ("mc_remaining_time", .int(let number)): report.job.remainingMinutes = Int(number)
      case ("layer_num", .int(let number)): report.job.layer = Int(number)
      case ("total_layer_num", .int(let number)): report.job.totalLayers = Int(number)
      case ("subtask_id", .string(let text)): report.job.subtaskID = text
      case ("task_id", .string(let text)): report.job.taskID = text
      case ("subtask_name", .string(let text)): report.job.taskName = text
      case ("gcode_file", .string(let text)): report.job.file = text
      case ("print_type", .string(let text)): report.job.printType = text
      case ("stg_cur", .int(let number)): report.stage = PrintStage(id: Int(number), name: "stage \(number)")
      case ("print_error", .int(let number)):
        report.printError = number == 0 ? nil : PrintErrorCode(rawValue: UInt32(number))
      case ("fail_reason", .string(let text)):
        report.job.failReason = UInt32(text).flatMap { $0 == 0 ? nil : PrintErrorCode(rawValue: $0) }
      case ("hms", .array(let entries)):
        report.hms = entries.compactMap { entry in
          guard case .int(let attribute)? = entry["attr"], case .int(let code)? = entry["code"] else { return nil }
          return HMSCode(attribute: UInt32(attribute), code: UInt32(code))
        }
      default: break
      }
    }
  }
}

extension Timestamp {
  /// Seconds after the beginning of a test.
  static func at(_ seconds: Double) -> Timestamp { Timestamp(seconds: 1_800_000_000).adding(seconds: seconds) }
}
