package import Model
import Synchronization

/// How all printers stand, for readers who must not wait: each printer's keeper writes its own snapshot, everybody reads.
package final class FleetView: Sendable {
  private let snapshots = Mutex<[PrinterSnapshot]>([])

  package init() {}

  /// All printers, in the order of their ids.
  package var all: [PrinterSnapshot] { snapshots.withLock { $0 } }

  package subscript(id: PrinterID) -> PrinterSnapshot? {
    snapshots.withLock { all in all.first { $0.identity.id == id } }
  }

  func store(_ snapshot: PrinterSnapshot) {
    snapshots.withLock { all in
      if let index = all.firstIndex(where: { $0.identity.id >= snapshot.identity.id }) {
        if all[index].identity.id == snapshot.identity.id {
          all[index] = snapshot
        } else {
          all.insert(snapshot, at: index)
        }
      } else {
        all.append(snapshot)
      }
    }
  }

  func remove(_ id: PrinterID) {
    snapshots.withLock { $0.removeAll { $0.identity.id == id } }
  }
}
