package import Model
package import Rules
import Wire

/// A print as it is told to people and programs: S1's `data` and what the contract adds.
package struct PrintFacts: Sendable {
  package let printer: PrinterIdentity
  package let print: TrackedPrint
  /// nil while it goes on.
  package let end: PrintEnd?

  package init(printer: PrinterIdentity, print: TrackedPrint, end: PrintEnd?) {
    self.printer = printer
    self.print = print
    self.end = end
  }

  /// Seconds from start to end; nil where nobody saw one of them.
  package var duration: Int? {
    guard let end, end.isTimeKnown, let started = print.startedAt else { return nil }
    return Int(end.endedAt.seconds(since: started))
  }

  /// `started`, `success`, `failed` or `stopped`.
  package var status: String {
    switch end?.outcome {
    case nil: "started"
    case .finished?: "success"
    case .stopped?: "stopped"
    case .failed?, .unknown?: "failed"
    }
  }

  package var code: PrintErrorCode? {
    if case .failed(let code, _)? = end?.outcome { code } else { nil }
  }

  package var complaints: [HMSCode] {
    if case .failed(_, let hms)? = end?.outcome { hms } else { [] }
  }

  /// Why it failed, as a sentence; nil where it did not.
  package var error: String? {
    if case .unknown? = end?.outcome { return "outcome unknown" }
    if let code { return FaultText.describe(code, model: printer.model).message ?? code.text }
    return complaints.first.map { FaultText.describe($0, model: printer.model).message ?? $0.text }
  }
}
