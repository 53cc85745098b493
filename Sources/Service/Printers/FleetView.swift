package import Model
import Synchronization

/// How all printers stand, for readers who must not wait: each printer's keeper writes its own snapshot, everybody reads.
package final class FleetView: Sendable {
  private let snapshots = Mutex<[PrinterSnapshot]>([])
  private let plugs = Mutex<[PrinterID: PrinterPlugs]>([:])

  package init() {}

  /// All printers, in the order of their ids.
  package var all: [PrinterSnapshot] {
    let plugs = plugs.withLock { $0 }
    let all = snapshots.withLock { $0 }
    guard !plugs.isEmpty else { return all }
    return all.map { snapshot in
      var snapshot = snapshot
      snapshot.plugs = plugs[snapshot.identity.id] ?? PrinterPlugs()
      return snapshot
    }
  }

  package subscript(id: PrinterID) -> PrinterSnapshot? {
    guard var snapshot = snapshots.withLock({ all in all.first { $0.identity.id == id } }) else { return nil }
    snapshot.plugs = plugs.withLock { $0[id] } ?? PrinterPlugs()
    return snapshot
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

  /// Which plugs belong to which printer, from now on.
  func store(_ plugs: [PrinterID: PrinterPlugs]) { self.plugs.withLock { $0 = plugs } }

  func remove(_ id: PrinterID) {
    snapshots.withLock { $0.removeAll { $0.identity.id == id } }
  }
}
