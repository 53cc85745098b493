package import Model

/// Tells an error that comes up from one that stood before: while a start is awaited, a new one is the printer's reason
/// for not starting (protocol sheet, section 3.7).
package struct PrintErrorWatch: Hashable, Sendable {
  private var known: PrintErrorCode?

  /// - Parameter known: what the printer shows already.
  package init(known: PrintErrorCode?) { self.known = known }

  /// The new error; one that went away and comes again is new.
  package mutating func news(in report: PrinterReport) -> PrintErrorCode? {
    let before = known
    known = report.printError
    // A low half below 0x4000 marks a phase, and a cancellation is of the job before.
    guard let error = report.printError, error != before, error.rawValue & 0xFFFF >= 0x4000, !error.isCancellation
    else { return nil }
    return error
  }
}
