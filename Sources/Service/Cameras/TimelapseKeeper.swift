package import Logging
package import Model
import Rules
package import Store
import Synchronization

/// The time-lapses: filmed while prints go on, kept within bounds, and given away (contract, section 5, "Camera").
package final class TimelapseKeeper: Sendable {
  private let house: TimelapseHouse
  private let recorders = Mutex<[PrinterID: TimelapseRecorder]>([:])
  private let subscription = Mutex<EventFeed.Subscription?>(nil)

  package init(
    desk: CameraDesk, view: FleetView, database: Database, clock: any WallClock, logger: Logger,
    bounds: @escaping @Sendable () -> TimelapseBounds
  ) {
    house = TimelapseHouse(
      desk: desk, view: view, database: database, clock: clock, logger: logger, bounds: bounds)
  }

  /// Makes whole what was left, and follows the prints from then on.
  package func start(_ feed: EventFeed) async {
    do {
      let followed = try await house.prints.followed()
      var prints: Set<ArchiveID> = []
      for print in followed {
        if let id = try await house.prints.followedPrint(of: print.printerID) { prints.insert(id) }
      }
      try await house.tidy(followed: prints)
    } catch {
      house.logger.error("the time-lapses could not be looked through", metadata: ["error": "\(error)"])
    }
    let made = feed.follow { [weak self] event in self?.heard(event) }
    subscription.withLock { $0 = made }
  }

  package func stop() async {
    subscription.withLock { $0 = nil }
    let all = recorders.withLock { Array($0.values) }
    for recorder in all { await recorder.stop() }
  }

  /// Of one printer, the newest first.
  package func all(of printer: PrinterID) async throws -> [TimelapseRecord] {
    try await house.films.all(of: printer).map(current)
  }

  package func get(_ id: TimelapseID) async throws -> TimelapseRecord? { try await house.films.get(id).map(current) }

  /// The film as far as it goes, to be read.
  package func open(_ record: TimelapseRecord) throws(Fault) -> KeptFile {
    try KeptFile(house.path(of: record.id), limit: record.bytes)
  }

  /// - Throws: `Fault` for one that is being recorded.
  package func delete(_ record: TimelapseRecord) async throws {
    if let printer = record.printerID, let recorder = recorders.withLock({ $0[printer] }) {
      guard await !recorder.isRecording(record.id) else {
        throw Fault(.conflict, "The time-lapse is still being recorded. Delete it when the print has ended.")
      }
    }
    await house.discard(record.id)
  }

  private func current(_ record: TimelapseRecord) -> TimelapseRecord {
    var record = record
    guard record.isRecording, let live = house.figures(of: record.id) else { return record }
    (record.frames, record.bytes) = live
    return record
  }

  private func heard(_ event: ServiceEvent) {
    switch event {
    case .print(.progress(let progress), let snapshot, _):
      guard let layer = progress.layer, snapshot.print?.isSystemJob != true else { return }
      guard house.bounds().isOn || recorders.withLock({ $0[snapshot.identity.id] != nil }) else { return }
      recorder(of: snapshot.identity.id).tell(.layer(layer, of: progress.totalLayers))
    case .print(.ended, let snapshot, _):
      recorder(of: snapshot.identity.id).tell(.end)
    case .printerRemoved(let id):
      recorders.withLock { $0.removeValue(forKey: id) }?.tell(.end)
    default: break
    }
  }

  private func recorder(of printer: PrinterID) -> TimelapseRecorder {
    recorders.withLock { recorders in
      if let known = recorders[printer] { return known }
      let made = TimelapseRecorder(printer: printer, house: house)
      recorders[printer] = made
      return made
    }
  }
}
