package import Model

/// Decides which items start now, on which printers, and says of every other one why it waits (contract, section 5,
/// "Queue"). Pure: the same queue and the same printers give the same answer.
///
/// The order of the queue is kept on every printer: the first item that is due and meant for a printer starts on it before
/// any later one, and holds those back that are meant for that printer as well while it waits for something. Three kinds
/// hold nobody back: an item whose time has not come, one of a paused queue, and one for a model that does not fit this
/// printer, since another may take it.
package struct QueueScheduler: Sendable {
  /// Seconds that a printer may take from power to its first report.
  package static let bootPatience = 300.0

  package var entries: [QueueEntry]
  package var machines: [QueueMachine]
  package var isPaused: Bool
  /// `queue.require_plate_clear`.
  package var requiresClearPlate: Bool
  package var isClockSet: Bool

  package init(
    entries: [QueueEntry], machines: [QueueMachine], isPaused: Bool = false, requiresClearPlate: Bool = true,
    isClockSet: Bool = true
  ) {
    self.entries = entries
    self.machines = machines
    self.isPaused = isPaused
    self.requiresClearPlate = requiresClearPlate
    self.isClockSet = isClockSet
  }

  package enum Decision: Hashable, Sendable {
    case start(QueueItemID, on: PrinterID, TrayPlan)
    /// The item waits for this printer, whose plug is off.
    case switchOn(PrinterID, for: QueueItemID)
  }

  package struct Verdict: Hashable, Sendable {
    package var decisions: [Decision] = []
    /// Of every item that does not start now.
    package var gates: [QueueItemID: QueueGate] = [:]

    /// When something may change by itself.
    package var nextMoment: Timestamp? { gates.values.compactMap(\.opensAt).min() }
  }

  package func verdict(now: Timestamp) -> Verdict {
    var round = Round(scheduler: self, now: now)
    for entry in entries { round.weigh(entry) }
    return round.verdict
  }

  /// Whether the time of an item has come; what its printer says to that is another matter.
  package func isDue(_ entry: QueueEntry, now: Timestamp) -> Bool {
    guard let time = entry.scheduledTime else { return true }
    return isClockSet && time <= now
  }

  // MARK: One machine and one item

  /// Why the item cannot start on this machine, whatever else waits; nil when it can.
  package func gate(_ entry: QueueEntry, on machine: QueueMachine, now: Timestamp) -> (
    gate: QueueGate?, plan: TrayPlan?
  ) {
    if machine.isPaused { return (.printerPaused(machine.id), nil) }
    guard machine.isEnabled else { return (.printerDisconnected(machine.id), nil) }
    if let reason = misfit(entry, machine) { return (.incompatible(reason), nil) }
    if machine.isTaken || machine.state.isBusy { return (.printerBusy(machine.id), nil) }
    if let until = machine.openStartUntil, now < until { return (.startOpen(machine.id, until: until), nil) }
    if machine.control == .refused { return (.controlRefused(machine.id), nil) }
    if requiresClearPlate, !machine.isPlateCleared { return (.plateNotCleared(machine.id), nil) }
    if let gate = powerGate(machine, now: now) { return (gate, nil) }
    guard machine.isAtRest, let report = machine.report else {
      return (.printerOffline(machine.id, machine.state), nil)
    }
    do throws(TrayMisfit) {
      return (nil, try TrayMatching(entry.demand, on: report).plan(mapping: entry.mapping, usesAMS: entry.usesAMS))
    } catch {
      return (.filamentMissing(machine.id, error.sentence), nil)
    }
  }

  func misfit(_ entry: QueueEntry, _ machine: QueueMachine) -> String? {
    MachineFit.objection(
      entry.demand, model: machine.model, nozzles: machine.nozzles, ignoringNozzles: entry.ignoresMismatch)
  }

  private func powerGate(_ machine: QueueMachine, now: Timestamp) -> QueueGate? {
    switch machine.feed {
    case .off:
      if let failure = machine.powerFailure, now < failure.retryAt {
        return .powerFailed(machine.id, failure.reason, until: failure.retryAt)
      }
      return .poweringOn(machine.id)
    case .on, .unknown, .none:
      guard !machine.isAtRest, let powered = machine.poweredAt else { return nil }
      let end = powered.adding(seconds: Self.bootPatience)
      return now < end ? .bootingUp(machine.id, until: end) : nil
    }
  }
}

/// One pass over the queue, in its order.
private struct Round {
  let scheduler: QueueScheduler
  let now: Timestamp
  var verdict = QueueScheduler.Verdict()
  /// By which item a printer is taken, or kept for, in this pass.
  private var holders: [PrinterID: QueueItemID] = [:]

  init(scheduler: QueueScheduler, now: Timestamp) {
    self.scheduler = scheduler
    self.now = now
  }

  mutating func weigh(_ entry: QueueEntry) {
    if let gate = timeGate(entry) {
      verdict.gates[entry.id] = gate
      return
    }
    switch entry.target {
    case .printer(let id): weigh(entry, for: id)
    case .model(let model, _): weigh(entry, for: model)
    }
  }

  private func timeGate(_ entry: QueueEntry) -> QueueGate? {
    if let time = entry.scheduledTime {
      guard scheduler.isClockSet else { return .clockUnset }
      if now < time { return .scheduled(time) }
    }
    return scheduler.isPaused ? .queuePaused : nil
  }

  private func retryGate(_ entry: QueueEntry) -> QueueGate? {
    guard let retry = entry.retry, now < retry.at else { return nil }
    return .retrying(retry.at, retry.reason)
  }

  private mutating func weigh(_ entry: QueueEntry, for id: PrinterID) {
    guard let machine = scheduler.machines.first(where: { $0.id == id }) else {
      verdict.gates[entry.id] = .noPrinter(nil)
      return
    }
    if let first = holders[id] {
      verdict.gates[entry.id] = .behind(first)
      return
    }
    holders[id] = entry.id
    if let gate = retryGate(entry) {
      verdict.gates[entry.id] = gate
      return
    }
    settle(entry, machine, scheduler.gate(entry, on: machine, now: now))
  }

  private mutating func weigh(_ entry: QueueEntry, for model: PrinterModel) {
    if let gate = retryGate(entry) {
      verdict.gates[entry.id] = gate
      return
    }
    var nearest: (machine: QueueMachine, gate: QueueGate)?
    for machine in scheduler.machines where entry.isMeant(for: machine) {
      var answer = scheduler.gate(entry, on: machine, now: now)
      if let first = holders[machine.id] { answer = (.behind(first), nil) }
      guard let gate = answer.gate else { return settle(entry, machine, answer) }
      if nearest.map({ gate.rank < $0.gate.rank }) ?? true { nearest = (machine, gate) }
    }
    guard let nearest else {
      verdict.gates[entry.id] = .noPrinter(model)
      return
    }
    settle(entry, nearest.machine, (nearest.gate, nil))
  }

  private mutating func settle(
    _ entry: QueueEntry, _ machine: QueueMachine, _ answer: (gate: QueueGate?, plan: TrayPlan?)
  ) {
    guard let gate = answer.gate else {
      holders[machine.id] = entry.id
      if let plan = answer.plan { verdict.decisions.append(.start(entry.id, on: machine.id, plan)) }
      return
    }
    verdict.gates[entry.id] = gate
    switch gate {
    // It will be this one's when it has come up: the next item for the model looks for another.
    case .poweringOn, .bootingUp: holders[machine.id] = entry.id
    default: break
    }
    if case .poweringOn(let id) = gate, !verdict.decisions.contains(where: { $0.switchesOn(id) }) {
      verdict.decisions.append(.switchOn(id, for: entry.id))
    }
  }
}

extension QueueScheduler.Decision {
  fileprivate func switchesOn(_ printer: PrinterID) -> Bool {
    if case .switchOn(printer, _) = self { true } else { false }
  }
}
