import Logging
import Model
import Rules
import Store

/// Plugs: on for an item that waits, off when its print is over and the printer cool.
extension QueueKeeper {
  /// Seconds before a plug that did not obey is tried again.
  private static let pause = 60.0

  func switchOn(_ printer: PrinterID) {
    guard switching[printer] == nil else { return }
    let power = power
    // Owned by `switching`, which `stop` empties.
    switching[printer] = Task { [weak self] in
      do {
        try await power.switchFeedOn(of: printer)
        await self?.switched(printer, failure: nil, isOn: true)
      } catch {
        await self?.switched(printer, failure: error, isOn: true)
      }
    }
  }

  private func switched(_ printer: PrinterID, failure: (any Error)?, isOn: Bool) {
    switching[printer] = nil
    if let failure {
      powerFailures[printer] = QueueMachine.PowerFailure(
        reason: Self.words(failure), retryAt: clock.now.adding(seconds: Self.pause))
    } else {
      powerFailures[printer] = nil
      poweredAt[printer] = isOn ? clock.now : nil
    }
    wake()
  }

  /// - Returns: when a printer may be switched off by its time.
  func followCooling(now: Timestamp) async throws -> Timestamp? {
    var next: Timestamp?
    let scheduler = scheduler()
    for item in cooling {
      guard let id = item.dispatch?.machine, let machine = scheduler.machines.first(where: { $0.id == id }) else {
        try await endCooling(item)
        continue
      }
      guard switching[id] == nil else { continue }
      let watch = CooldownWatch(
        printer: id, item: item.id, taskID: item.demand.isPlainGcode ? nil : item.dispatch.map { String($0.taskID) },
        endedAt: item.completedAt ?? now)
      let isDue = scheduler.entries.contains { scheduler.isDue($0, now: now) && $0.isMeant(for: machine) }
      switch watch.verdict(machine, plan: settings().powerOff, isItemDue: isDue, now: now) {
      case .over: try await endCooling(item)
      case .wait(let until): if let until { next = min(next ?? until, until) }
      case .switchOff:
        if let failure = powerFailures[id], now < failure.retryAt {
          next = min(next ?? failure.retryAt, failure.retryAt)
        } else {
          switchOff(id, after: item)
        }
      }
    }
    return next
  }

  private func endCooling(_ item: QueueItemRecord) async throws {
    try await repository.cooled(item.id)
    cooling.removeAll { $0.id == item.id }
  }

  private func cooled(_ item: QueueItemRecord) async {
    await inTurn { try? await endCooling(item) }
  }

  private func switchOff(_ printer: PrinterID, after item: QueueItemRecord) {
    let (power, logger) = (power, logger)
    // Owned by `switching`, which `stop` empties. Nothing starts on the printer until it is over.
    switching[printer] = Task { [weak self] in
      do {
        try await power.switchFeedOff(of: printer)
        logger.notice(
          "A printer was switched off after its print.", metadata: ["printer": "\(printer)", "item": "\(item.id)"])
        await self?.cooled(item)
        await self?.switched(printer, failure: nil, isOn: false)
      } catch {
        await self?.switched(printer, failure: error, isOn: false)
      }
    }
  }
}
