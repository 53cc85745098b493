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
    ObjectField("duration", "Seconds from start to end; null where nobody saw one of them.") { $0.facts.duration },
    ObjectField("status", "`started`, `success`, `failed` or `stopped`.") { $0.facts.status },
    ObjectField("error", "Why it failed, or null.") { $0.facts.error },
    ObjectField("print_error", "The code that it failed with, such as `0300_4006`, or null.") { $0.facts.code?.text },
    ObjectField("hms_errors", "What the printer complained of when it failed.") { message in
      message.facts.complaints.map { HMSView(code: $0, model: message.printer.model) }
    },
    ObjectField("error_url", "The maker's page about the failure, or null.") { $0.page },
  ]

  private var facts: PrintFacts { PrintFacts(printer: printer, print: print, end: end) }

  /// Only health messages have pages of their own (protocol sheet, section 3.7).
  private var page: String? {
    facts.complaints.first.map { FaultText.describe($0, model: printer.model).url }
      ?? facts.code.map { FaultText.describe($0, model: printer.model).url }
  }
}
