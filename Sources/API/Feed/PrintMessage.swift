import Model
import Rules
import Service
import Wire

/// The `data` of S1's webhook, with the job's name and why it failed.
struct PrintMessage: WireObject {
  let printer: PrinterIdentity
  let print: TrackedPrint
  /// nil while it goes on.
  let end: PrintEnd?

  static let name = "PrintMessage"
  static let fields: [ObjectField<PrintMessage>] = [
    ObjectField("printer_id", "The printer.") { $0.printer.id.rawValue },
    ObjectField("printer_name", "What you call it.") { $0.printer.name },
    ObjectField("archive_id", "The record of the print, or null.") { _ in Int64?.none },
    ObjectField("filename", "The file.") { $0.print.file },
    ObjectField("task_name", "The name of the job.") { $0.print.taskName },
    ObjectField("duration", "Seconds from start to end; null where nobody saw one of them.") { $0.duration },
    ObjectField("status", "`started`, `success`, `failed` or `stopped`.") { $0.status },
    ObjectField("error", "Why it failed, or null.") { $0.error },
  ]

  private var duration: Int? {
    guard let end, end.isTimeKnown, let started = print.startedAt else { return nil }
    return Int(end.endedAt.seconds(since: started))
  }

  private var status: String {
    switch end?.outcome {
    case nil: "started"
    case .finished?: "success"
    case .stopped?: "stopped"
    case .failed?, .unknown?: "failed"
    }
  }

  private var error: String? {
    switch end?.outcome {
    case .failed(let code, let hms)?:
      if let code { return FaultText.describe(code, model: printer.model).message ?? code.text }
      return hms.first.map { FaultText.describe($0, model: printer.model).message ?? $0.text }
    case .unknown?: return "outcome unknown"
    case nil, .finished?, .stopped?: return nil
    }
  }
}
