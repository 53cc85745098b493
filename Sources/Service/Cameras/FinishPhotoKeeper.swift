import Camera
package import Logging
package import Model
import Rules
package import Store
import Synchronization

/// A photo of each finished part: the last good picture from before the printer said that it has finished, as it drives the
/// plate and the head away right after that.
package final class FinishPhotoKeeper: Sendable {
  /// So near to its end a print is watched.
  private static let lastPercent = 97
  private static let lastMinutes = 3

  private struct State {
    var watches: [PrinterID: FinishWatch] = [:]
    /// What becomes of the photo of the print that ended last.
    var concluding: [PrinterID: Task<Void, Never>] = [:]
    var subscription: EventFeed.Subscription?
  }

  private let desk: CameraDesk
  private let fleet: Fleet
  private let prints: PrintRepository
  private let store: FinishPhotoStore
  private let logger: Logger
  private let lightsUp: @Sendable () -> Bool
  private let state = Mutex(State())

  /// - Parameter lightsUp: the setting `camera.photo_light`.
  package init(
    desk: CameraDesk, fleet: Fleet, database: Database, vault: FileVault, clock: any WallClock, logger: Logger,
    lightsUp: @escaping @Sendable () -> Bool
  ) {
    self.desk = desk
    self.fleet = fleet
    prints = PrintRepository(database)
    store = FinishPhotoStore(database: database, vault: vault, clock: clock)
    self.logger = logger
    self.lightsUp = lightsUp
  }

  package func start(_ feed: EventFeed) {
    let made = feed.follow { [weak self] event in self?.heard(event) }
    state.withLock { $0.subscription = made }
  }

  package func stop() async {
    let watches = state.withLock { state in
      state.subscription = nil
      defer { state.watches = [:] }
      return Array(state.watches.values)
    }
    for watch in watches { await watch.giveUp() }
  }

  /// The photo of a print; nil where there is none.
  package func photo(of print: ArchiveID) async throws -> KeptFile? { try await store.photo(of: print) }

  private func heard(_ event: ServiceEvent) {
    switch event {
    case .printerState(let snapshot):
      // The printer's own word comes first; the print's end may be told some seconds later.
      if let report = snapshot.report?.gcodeState, !report.isBusy {
        state.withLock { $0.watches[snapshot.identity.id] }?.freeze()
      }
    case .print(.progress(let progress), let snapshot, _):
      if isNearEnd(progress), snapshot.print?.isSystemJob != true { begin(snapshot) }
    case .print(.ended(let end), let snapshot, let archive):
      let id = snapshot.identity.id
      let watch = state.withLock { $0.watches.removeValue(forKey: id) }
      watch?.freeze()
      // It ends with the photo on the disk, or without one; nobody but a notification waits for it.
      let task = Task {
        await watch?.conclude(isFinished: end.outcome == .finished)
        if let archive, end.isBroughtDown { await self.keepPicture(of: archive, on: id) }
      }
      state.withLock { $0.concluding[id] = task }
    case .printerRemoved(let id):
      state.withLock { _ = $0.concluding.removeValue(forKey: id) }
      guard let watch = state.withLock({ $0.watches.removeValue(forKey: id) }) else { return }
      Task { await watch.giveUp() }
    default: break
    }
  }

  /// A print that broke off, as it stands now.
  private func keepPicture(of print: ArchiveID, on printer: PrinterID) async {
    do {
      let picture = try await desk.hub(for: printer).picture(within: .seconds(10))
      try await store.keep(picture.jpeg, of: print)
    } catch {
      logger.info(
        "There is no photo of a print that broke off.", metadata: ["printer": "\(printer)", "error": "\(error)"])
    }
  }

  private func isNearEnd(_ progress: PrintProgress) -> Bool {
    if progress.percent >= Self.lastPercent { return true }
    if let minutes = progress.remainingMinutes, minutes <= Self.lastMinutes, progress.percent > 50 { return true }
    guard let layer = progress.layer, let total = progress.totalLayers, total > 1 else { return false }
    return layer >= total
  }

  private func begin(_ snapshot: PrinterSnapshot) {
    let id = snapshot.identity.id
    let made = state.withLock { state -> FinishWatch? in
      guard state.watches[id] == nil, state.subscription != nil else { return nil }
      let watch = FinishWatch(
        printer: id, desk: desk, fleet: fleet, prints: prints, store: store, logger: logger)
      state.watches[id] = watch
      return watch
    }
    guard let made else { return }
    let mayLight = lightsUp()
    // Owned by the watch, which ends with its print.
    Task { await made.begin(mayLight: mayLight) }
  }
}

extension FinishPhotoKeeper: PhotoSource {
  package func settled(of printer: PrinterID) async {
    await state.withLock { $0.concluding[printer] }?.value
  }

  package func file(of print: ArchiveID) async -> (path: String, bytes: Int64)? { await store.file(of: print) }
}

extension PrintEnd {
  /// It ended before our eyes, and not by itself.
  fileprivate var isBroughtDown: Bool {
    guard isTimeKnown else { return false }
    switch outcome {
    case .failed, .stopped: return true
    case .finished, .unknown: return false
    }
  }
}
