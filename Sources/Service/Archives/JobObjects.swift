package import Model
import Synchronization

/// The objects of the job on each printer, as its file names them (`identify_id`): what `skip-objects` may take.
package final class JobObjects: Sendable {
  private let objects = Mutex<[PrinterID: Set<Int>]>([:])

  package init() {}

  /// nil where no job is on the printer, or its file has not been read.
  package subscript(printer: PrinterID) -> Set<Int>? { objects.withLock { $0[printer] } }

  func set(_ printer: PrinterID, _ known: Set<Int>?) { objects.withLock { $0[printer] = known } }
}
