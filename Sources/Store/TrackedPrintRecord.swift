package import Model

/// What is being followed of the print on a printer, so that a restart in the middle of it goes on with it.
package struct TrackedPrintRecord: Hashable, Sendable {
  package var printerID: PrinterID
  package var subtaskID: String?
  package var taskName: String?
  package var file: String?
  /// 1-based, where the file's name tells it; kept in the archive.
  package var plate: Int?
  /// nil when nobody saw it begin.
  package var startedAt: Timestamp?
  package var followedAt: Timestamp
  package var lastPercent: Int?
  package var lastLayer: Int?
  package var totalLayers: Int?
  package var state: PrinterState
  /// The printer's own run: calibration, unloading.
  package var isSystem = false
  /// The task number that we gave, where the print is ours.
  package var ourTaskID: String?
  /// The record whose file is printed, where we sent it.
  package var sourceArchive: ArchiveID?
  /// Whatever else the follower needs, as JSON.
  package var detailsJSON: String?
  package var updatedAt: Timestamp

  package init(printerID: PrinterID, state: PrinterState, updatedAt: Timestamp) {
    self.printerID = printerID
    self.state = state
    self.updatedAt = updatedAt
    followedAt = updatedAt
  }

  /// The last part of the path.
  var filename: String? { file?.split(separator: "/").last.map(String.init) }
}

/// How a print ended.
package struct PrintEnding: Hashable, Sendable {
  package enum Outcome: String, Sendable, CaseIterable {
    case success, failed, stopped
    /// Nobody saw the end, and nothing tells of it.
    case unknown
  }

  package var outcome: Outcome
  package var endedAt: Timestamp
  /// False when the end fell in a time without connection; `endedAt` is then when we heard of it.
  package var isTimeKnown: Bool
  /// The code of what went wrong: `0300_8007`.
  package var error: String?

  package init(outcome: Outcome, endedAt: Timestamp, isTimeKnown: Bool, error: String? = nil) {
    self.outcome = outcome
    self.endedAt = endedAt
    self.isTimeKnown = isTimeKnown
    self.error = error
  }
}
