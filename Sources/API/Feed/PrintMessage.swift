import Model
import Rules
import Service
import Wire

/// The `data` of S1's webhook, with the job's name and why it failed.
struct PrintMessage: WireObject {
  let printer: PrinterIdentity
  /// nil for a printer's own run.
  let archive: ArchiveID?
  let print: TrackedPrint
  /// nil while it goes on.
  let end: PrintEnd?

  static let name = "PrintMessage"
  static let fields: [ObjectField<PrintMessage>] = [
    ObjectField("printer_id", "The printer.") { $0.printer.id.rawValue },
    ObjectField("printer_name", "What you call it.") { $0.printer.name },
    ObjectField("archive_id", "The record of the print, or null.") { $0.archive?.rawValue },
    ObjectField("filename", "The file.") { $0.print.file },
    ObjectField("task_name", "The name of the job.") { $0.print.taskName },
    ObjectField("duration", "Seconds from start to end; null where nobody saw one of them.") { $0.duration },
    ObjectField("status", "`started`, `success`, `failed` or `stopped`.") { $0.status },
    ObjectField("error", "Why it failed, or null.") { $0.error },
    ObjectField("print_error", "The code that it failed with, such as `0300_4006`, or null.") { $0.code?.text },
    ObjectField("hms_errors", "What the printer complained of when it failed.") { message in
      message.complaints.map { HMSView(code: $0, model: message.printer.model) }
    },
    ObjectField("error_url", "The maker's page about the failure, or null.") { $0.page },
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

  private var code: PrintErrorCode? {
    if case .failed(let code, _)? = end?.outcome { code } else { nil }
  }

  private var complaints: [HMSCode] {
    if case .failed(_, let hms)? = end?.outcome { hms } else { [] }
  }

  private var error: String? {
    if case .unknown? = end?.outcome { return "outcome unknown" }
    if let code { return FaultText.describe(code, model: printer.model).message ?? code.text }
    return complaints.first.map { FaultText.describe($0, model: printer.model).message ?? $0.text }
  }

  /// Only health messages have pages of their own (protocol sheet, section 3.7).
  private var page: String? {
    complaints.first.map { FaultText.describe($0, model: printer.model).url }
      ?? code.map { FaultText.describe($0, model: printer.model).url }
  }
}
