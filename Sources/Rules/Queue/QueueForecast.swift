package import Model

/// When each item that waits will probably be done (contract, section 5: `eta`).
///
/// It supposes that nobody keeps a printer waiting: plates are cleared at once, and what is missing is put in. Where that
/// says nothing (a printer that is silent, a file that does not tell how long it prints) there is no time.
package struct QueueForecast: Sendable {
  /// Seconds from the decision to the first line of a print: the file's way to the printer, and its preparation.
  static let overhead = 120.0

  private var free: [PrinterID: Timestamp?] = [:]
  private let machines: [QueueMachine]

  /// - Parameter remaining: seconds left of what is printed on a printer or on its way to it; a missing value is not known.
  package init(machines: [QueueMachine], remaining: [PrinterID: Double], now: Timestamp) {
    self.machines = machines
    for machine in machines {
      let isThere = machine.isEnabled && !machine.isPaused && machine.control != .refused
      let isUp = machine.state.isBusy || machine.isAtRest || machine.feed == .off || machine.poweredAt != nil
      guard isThere, isUp else {
        free.updateValue(nil, forKey: machine.id)
        continue
      }
      let isWorking = machine.state.isBusy || machine.isTaken
      free.updateValue(isWorking ? remaining[machine.id].map { now.adding(seconds: $0) } : now, forKey: machine.id)
    }
  }

  /// - Parameter scheduler: the queue in its order.
  package mutating func etas(_ scheduler: QueueScheduler, now: Timestamp) -> [QueueItemID: Timestamp] {
    guard !scheduler.isPaused, scheduler.isClockSet else { return [:] }
    var etas: [QueueItemID: Timestamp] = [:]
    for entry in scheduler.entries {
      var last: Timestamp?
      for _ in 0..<max(1, entry.copies) {
        last = take(entry, scheduler, now: now)
        if last == nil { break }
      }
      if let last { etas[entry.id] = last }
    }
    return etas
  }

  /// Puts one print of the item onto the printer that is free first; when it will be done.
  private mutating func take(_ entry: QueueEntry, _ scheduler: QueueScheduler, now: Timestamp) -> Timestamp? {
    let meant = machines.filter { entry.isMeant(for: $0) && scheduler.misfit(entry, $0) == nil }
    let candidates = meant.compactMap { machine in free[machine.id].flatMap { $0 }.map { (machine.id, $0) } }
    guard let (id, from) = candidates.min(by: { ($0.1, $0.0) < ($1.1, $1.0) }) else { return nil }
    guard let duration = entry.demand.duration else {
      // What comes after it on that printer has no time either.
      free.updateValue(nil, forKey: id)
      return nil
    }
    let start = max(from, entry.scheduledTime ?? now, now)
    let end = start.adding(seconds: Self.overhead + Double(duration))
    // An item with a time of its own lets others go first, as the scheduler does.
    if start == from || entry.scheduledTime == nil || from >= (entry.scheduledTime ?? now) {
      free.updateValue(end, forKey: id)
    }
    return end
  }
}
