import Model
import Rules
import Store
import Synchronization

/// What of the event feed people are told.
extension NotificationDesk {
  /// Seconds for which an item that nobody knew is new.
  private static let newness = 60.0

  /// Called on whatever thread tells it: it must be quick.
  func heard(_ event: ServiceEvent) {
    let now = surroundings.clock.now
    switch event {
    case .print(let step, let snapshot, let archive):
      if case .progress(let progress) = step, !mayBeStep(progress.percent, snapshot, archive) { return }
      if let occasion = Occasion(step, snapshot, archive, at: now) { take(occasion) }
    case .printerOffline(let snapshot, let reason):
      state.withLock { _ = $0.offline.insert(snapshot.identity.id) }
      take(.offline(snapshot, reason: reason, at: now))
    case .printerState(let snapshot): heard(snapshot, now)
    case .printerError(let snapshot):
      if let occasion = Occasion.fault(snapshot, at: now) { take(occasion) }
    case .maintenanceDue(let snapshot, let row): take(.maintenance(snapshot, row, at: now))
    case .queue(.item(let item)): heard(item, now)
    case .queue(.deleted(let id, _)): state.withLock { _ = $0.items.removeValue(forKey: id) }
    case .notice(let notice): take(.notice(notice, printer: notice.printer.flatMap(surroundings.printer), at: now))
    case .printerRemoved(let id):
      state.withLock { state in
        state.plates.remove(id)
        state.offline.remove(id)
        state.filament[id] = nil
        state.steps[id] = nil
      }
    default: break
    }
  }

  private func heard(_ snapshot: PrinterSnapshot, _ now: Timestamp) {
    let id = snapshot.identity.id
    let isBack =
      snapshot.isConnected && snapshot.state != .error && snapshot.state != .unknown
      && state.withLock { $0.offline.remove(id) != nil }
    if isBack { take(.online(snapshot, at: now)) }
    if snapshot.identity.plateCleared { state.withLock { _ = $0.plates.remove(id) } }
    guard let report = snapshot.report, snapshot.state == .printing else { return }
    for unit in report.ams {
      for tray in unit.trays where tray.isActive {
        let isLow = state.withLock { state in
          state.filament[id, default: FilamentWatch()].isNewlyLow(
            .init(unit: unit.id, slot: tray.slot), remaining: tray.remaining, isPresent: tray.isPresent)
        }
        if isLow { take(.filamentLow(snapshot, unit: unit.id, tray: tray, at: now)) }
      }
    }
  }

  private func mayBeStep(_ percent: Int, _ snapshot: PrinterSnapshot, _ archive: ArchiveID?) -> Bool {
    guard let print = snapshot.print else { return false }
    let key = Occasion.key(of: print, archive)
    let steps = surroundings.steps()
    return state.withLock { state in
      let told = state.steps[snapshot.identity.id].map { $0.print == key ? $0.step : 0 } ?? 0
      guard let step = ProgressSteps.reached(percent, steps: steps, told: told) else { return false }
      state.steps[snapshot.identity.id] = (key, step)
      return true
    }
  }

  /// Each status of an item once, and a plate that holds it up once until it is cleared.
  private func heard(_ item: QueueItem, _ now: Timestamp) {
    let record = item.record
    let isNews = state.withLock { state -> Bool in
      let before = state.items[record.id]
      state.items[record.id] = record.status.isLive ? record.status : nil
      guard let before else {
        // After a restart, what waits is no news.
        return record.status != .pending || now.seconds(since: record.createdAt) < Self.newness
      }
      return before != record.status
    }
    if isNews { take(.queue(item, printer: record.printer.flatMap(surroundings.printer), at: now)) }
    guard case .plateNotCleared(let id)? = item.gate, let printer = surroundings.printer(id),
      state.withLock({ $0.plates.insert(id).inserted })
    else { return }
    take(.plate(printer, item: record.id, at: now))
  }
}
