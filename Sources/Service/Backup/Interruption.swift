import Model
package import Store

/// Whether the service may be interrupted for long: for a restoring or an update. A print goes on without it, but what it
/// is in the middle of would be lost or wrong.
package struct Interruption: Sendable {
  private let view: FleetView
  private let queue: QueueRepository
  private let desk: BoardDesk

  package init(view: FleetView, database: Database, desk: BoardDesk) {
    self.view = view
    queue = QueueRepository(database)
    self.desk = desk
  }

  /// - Parameter what: is to be done, as the beginning of a sentence.
  /// - Throws: `CONFLICT` while a printer is at work, an item of the queue is under way, or a relay of the board feeds a
  ///   printer whose power must stay.
  package func check(_ what: String) async throws {
    let busy = view.all.filter { $0.state.isBusy || $0.print != nil }.map(\.identity.name)
    guard busy.isEmpty else {
      throw Fault(
        .conflict, "\(what) has to wait: \(busy.joined(separator: ", ")) is printing, or was when last heard of.")
    }
    guard try await queue.underWay() == 0 else {
      throw Fault(.conflict, "\(what) has to wait: an item of the queue is under way.")
    }
    try await desk.refuseInterruption()
  }
}
