package import Model
import Synchronization

/// What a follower of the feed has last seen of each printer, as far as it matters to it.
///
/// A printer tells how it stands each second, and almost nothing of it concerns any one follower: whoever asks here first
/// wakes nobody for a temperature.
package final class PrinterMarks<Mark: Equatable & Sendable>: Sendable {
  private let marks = Mutex<[PrinterID: Mark]>([:])

  package init() {}

  /// Whether the printer stands otherwise than when last asked for it.
  package func isNews(_ mark: Mark, of printer: PrinterID) -> Bool {
    marks.withLock { marks in
      guard marks[printer] != mark else { return false }
      marks[printer] = mark
      return true
    }
  }

  package func forget(_ printer: PrinterID) { marks.withLock { _ = $0.removeValue(forKey: printer) } }
}
