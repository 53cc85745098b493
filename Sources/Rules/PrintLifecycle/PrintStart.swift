package import Model

/// A start of ours that went to the printer and has not been seen to begin.
///
/// While it is open no other start goes out: the answer to it may have been lost, and the printer may obey late.
package struct PrintStart: Hashable, Sendable {
  /// Seconds after which a start without any sign is given up (contract, section 5, "Queue").
  package static let patience = 90.0

  package var taskID: Int
  package var file: String
  package var sentAt: Timestamp
  /// The record whose file it is; nil where the file was on the printer already.
  package var archive: ArchiveID?
  /// 1-based; nil for plain G-code.
  package var plate: Int?

  package init(taskID: Int, file: String, sentAt: Timestamp, archive: ArchiveID? = nil, plate: Int? = nil) {
    self.taskID = taskID
    self.file = file
    self.sentAt = sentAt
    self.archive = archive
    self.plate = plate
  }

  /// - Parameter patience: seconds; `PrintStart.patience` but for tests.
  package func isOpen(now: Timestamp, patience: Double = Self.patience) -> Bool {
    let age = now.seconds(since: sentAt)
    // A clock that was set back proves nothing either way: the start is then as old as can be.
    return age >= 0 && age < patience
  }

  /// A job is on the machine: this one, or one that leaves no room for it.
  package func isSettled(by report: PrinterReport) -> Bool { report.gcodeState?.isBusy ?? false }
}
