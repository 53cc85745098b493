package import Model

/// What is known of the plate of a printer, so that nothing is started onto a part that is still there (contract,
/// section 5, "Queue": the gate survives a restart, and a printer first seen idle counts as cleared).
package struct PlateStanding: Hashable, Sendable {
  package var isCleared: Bool
  /// Somebody or something has said so; else it is only how every printer begins.
  package var isKnown: Bool
  /// The job that the printer showed when it was said: another one since then lies on the plate.
  package var job: String?

  package init(isCleared: Bool, isKnown: Bool, job: String?) {
    self.isCleared = isCleared
    self.isKnown = isKnown
    self.job = job
  }

  /// Somebody says how it is.
  package mutating func said(_ isCleared: Bool, seeing report: PrinterReport?) {
    self = PlateStanding(isCleared: isCleared, isKnown: true, job: report.flatMap(Self.job))
  }

  /// A job is on the machine, or was before anybody looked.
  package mutating func printBegan() { self = PlateStanding(isCleared: false, isKnown: true, job: nil) }

  /// - Returns: whether this changes what is known.
  package mutating func saw(_ report: PrinterReport) -> Bool {
    guard report.isComplete, let state = report.gcodeState else { return false }
    let before = self
    if state.isBusy {
      printBegan()
    } else if !isKnown {
      // A job that has ended is most likely still there.
      said(state == .idle, seeing: report)
    } else if isCleared, state != .idle, let shown = Self.job(report) {
      if let job, job != shown { printBegan() } else { job = shown }
    }
    return self != before
  }

  private static func job(_ report: PrinterReport) -> String? {
    TrackedPrint.known(id: report.job.subtaskID) ?? report.job.file ?? report.job.taskName
  }
}
