package import Model

/// A time-lapse as it is kept; the film itself is a file with its number.
package struct TimelapseRecord: Hashable, Sendable {
  package var id: TimelapseID
  /// nil once the printer's entry is gone.
  package var printerID: PrinterID?
  package var printerName: String
  package var printID: ArchiveID?
  package var taskName: String?
  package var isRecording: Bool
  /// Why it ended before its print did; nil where it did not.
  package var endReason: String?
  /// While it is being recorded, as of its beginning.
  package var frames: Int
  package var bytes: Int64
  package var begunAt: Timestamp
  package var updatedAt: Timestamp
}
