package import Model
import Rules
package import Store

/// What people and programs do with the queue. When a call returns, what it did is on the disk.
extension QueueKeeper {
  /// Which items somebody wants to see.
  package struct Selection: Hashable, Sendable {
    package var printer: PrinterID?
    package var status: QueueStatus?
    /// The printers that exist for the caller; nil is all of them.
    package var visible: Set<PrinterID>?

    package init(printer: PrinterID? = nil, status: QueueStatus? = nil, visible: Set<PrinterID>? = nil) {
      self.printer = printer
      self.status = status
      self.visible = visible
    }

    func takes(_ item: QueueItemRecord) -> Bool {
      (printer == nil || item.printer == printer) && (status == nil || item.status == status)
        && QueueItem(record: item).isSeen(by: visible)
    }
  }

  // MARK: Reading

  /// Those that wait and are under way in their order, then the ended ones, the last first.
  /// - Returns: how many of them are live, and all.
  package func list(_ selection: Selection) async throws -> (live: Int, items: [QueueItem]) {
    let ended = try await repository.ended()
    let etas = etas()
    let live = items.filter { $0.status.isUnderWay } + items.filter { $0.status == .pending }
    let chosen = live.filter(selection.takes)
    let shownLive = chosen.map { shown($0, etas: etas) }
    let liveNow = Set(items.map(\.id))
    let rest = ended.filter { selection.takes($0) && !liveNow.contains($0.id) }
    return (shownLive.count, shownLive + rest.map { QueueItem(record: $0) })
  }

  package func item(_ id: QueueItemID, visible: Set<PrinterID>?) async throws -> QueueItem {
    if let live = items.first(where: { $0.id == id }) {
      let item = shown(live)
      guard item.isSeen(by: visible) else { throw Self.missing(id) }
      return item
    }
    guard let ended = try await repository.get(id) else { throw Self.missing(id) }
    let item = QueueItem(record: ended)
    guard item.isSeen(by: visible) else { throw Self.missing(id) }
    return item
  }

  // MARK: Adding and changing

  /// - Parameter isFirst: at the head of its printer's queue instead of at the end of all.
  package func add(
    _ request: QueueRequest, isFirst: Bool = false, visible: Set<PrinterID>?
  ) async throws -> QueueItem {
    let wish = try await intake.wish(for: request, seeing: visible)
    return try await inTurn {
      let item = try await insert(wish, isFirst: isFirst)
      publish(item)
      wake()
      return shown(item)
    }
  }

  package func change(
    _ id: QueueItemID, visible: Set<PrinterID>?, _ change: @Sendable (inout QueueRequest) -> Void
  ) async throws -> QueueItem {
    let before = try await item(id, visible: visible).record
    try requireWaiting(before)
    guard var request = QueueRequest(before.wish) else { throw Self.missing(id) }
    change(&request)
    let wish = try await intake.wish(for: request, seeing: visible)
    return try await inTurn {
      do {
        take(try await repository.change(id, wish, now: clock.now))
      } catch QueueRepository.Refusal.notSo {
        throw Self.notWaiting(items.first { $0.id == id }?.status)
      } catch QueueRepository.Refusal.missing {
        throw Fault(.printerNotFound, "The printer or the archive was deleted meanwhile.")
      }
      let changed = try current(id)
      publish(changed)
      wake()
      return shown(changed)
    }
  }

  package func delete(_ id: QueueItemID, visible: Set<PrinterID>?) async throws {
    let printer = try await item(id, visible: visible).record.printer
    try await inTurn {
      do {
        guard try await repository.delete(id) else { throw Self.missing(id) }
      } catch QueueRepository.Refusal.notSo {
        throw Fault(.conflict, "The item is on its way to its printer or being printed. Cancel it first.")
      }
      forget(id)
      feed.publish(.queue(.deleted(id, printer)))
      wake()
    }
  }

  private func insert(_ wish: QueueWish, isFirst: Bool) async throws -> QueueItemRecord {
    var place = QueueRepository.Place.end
    if isFirst, let printer = wish.printerID, let machine = machines().first(where: { $0.id == printer }) {
      let next = items.first { $0.status == .pending && $0.entry?.isMeant(for: machine) ?? false }
      if let next { place = .before(rank: next.rank) }
    }
    do {
      let item = try await repository.insert(wish, at: place, now: clock.now)
      // The ranks behind it have moved.
      if case .before = place { try await reload() } else { take(item) }
      return item
    } catch QueueRepository.Refusal.full {
      throw Fault(.conflict, "\(QueueRepository.capacity) items wait already. Remove some before you add another.")
    } catch QueueRepository.Refusal.missing {
      throw Fault(.archiveNotFound, "The archive or the printer was deleted meanwhile.")
    }
  }

  // MARK: Order

  /// - Parameter position: from 0 among all that wait; beyond the last is the end.
  package func move(_ id: QueueItemID, to position: Int, visible: Set<PrinterID>?) async throws -> QueueItem {
    try requireWaiting(try await item(id, visible: visible).record)
    return try await inTurn {
      var order = items.filter { $0.status == .pending }.map(\.id)
      guard let place = order.firstIndex(of: id) else {
        throw Self.notWaiting(items.first { $0.id == id }?.status)
      }
      order.remove(at: place)
      order.insert(id, at: min(position, order.count))
      try await keep(order)
      return shown(try current(id))
    }
  }

  /// They take the places that they hold together.
  package func order(_ ids: [QueueItemID], visible: Set<PrinterID>?) async throws -> [QueueItem] {
    guard Set(ids).count == ids.count else { throw Fault(InvalidValue("order", "must name each item once")) }
    for id in ids where try await item(id, visible: visible).record.status != .pending {
      throw Fault(InvalidValue("order", "must hold items that wait; \(id) does not"))
    }
    return try await inTurn {
      try await keep(ids)
      let etas = etas()
      return items.filter { $0.status == .pending && QueueItem(record: $0).isSeen(by: visible) }.map {
        shown($0, etas: etas)
      }
    }
  }

  private func keep(_ order: [QueueItemID]) async throws {
    do {
      replace(try await repository.order(order, now: clock.now))
    } catch QueueRepository.Refusal.notSo {
      throw Fault(InvalidValue("order", "must hold items that wait; one of them has just started"))
    }
    feed.publish(.queue(.order(items.filter { $0.status == .pending }.map { ($0.id, $0.printer) })))
    wake()
  }

  // MARK: Start and stop

  /// Lifts the time of an item, and nothing else.
  package func start(_ id: QueueItemID, visible: Set<PrinterID>?) async throws -> QueueItem {
    _ = try await item(id, visible: visible)
    return try await inTurn {
      let item = try current(id)
      try requireWaiting(item)
      var wish = item.wish
      wish.scheduledTime = nil
      var timeless = item
      timeless.wish = wish
      var scheduler = scheduler()
      if let entry = timeless.entry, let place = scheduler.entries.firstIndex(where: { $0.id == id }) {
        scheduler.entries[place] = entry
      }
      switch scheduler.verdict(now: clock.now).gates[id] {
      case nil, .poweringOn, .bootingUp: break
      case let gate?: throw Fault(.conflict, "The item waits (\(gate.name)): \(gate.sentence)")
      }
      if item.wish.scheduledTime != nil { take(try await repository.change(id, wish, now: clock.now)) }
      wake()
      return shown(try current(id))
    }
  }

  /// - Parameter stopsPrint: what is being printed is stopped; else that is a 409.
  package func cancel(_ id: QueueItemID, stopsPrint: Bool, visible: Set<PrinterID>?) async throws -> QueueItem {
    let item = try await item(id, visible: visible).record
    if item.status == .printing {
      guard stopsPrint else {
        throw Fault(.conflict, #"The item is being printed. Send {"stop_print":true} to stop the print."#)
      }
      guard let printer = item.dispatch?.machine else { throw Self.missing(id) }
      try await fleet.perform(.stop, on: printer)
    }
    try await inTurn {
      guard let now = items.first(where: { $0.id == id }) else { return }
      let wasSent = now.status == .dispatching && now.dispatch?.sentAt != nil
      let ending = QueueEnding(
        .cancelled, isUnproven: wasSent, isCooling: now.status == .printing && now.wish.autoPowerOff)
      let ended = try await repository.end(
        id, ending, from: [.pending, .dispatching, .printing], at: clock.now, now: clock.now)
      if ended.isUnproven { doubtful.append(ended) }
      if ended.isCooling { cooling.append(ended) }
      take(ended)
      finishAttendance(id, .failure(Fault(.conflict, "The print was cancelled before it began.")))
      publish(ended)
      errands[id]?.cancel()
    }
    // What a slow printer has of the file is removed behind whoever asked.
    if item.status == .dispatching { await errands[id]?.ends(within: Self.tidyPatience) }
    wake()
    let after = try await self.item(id, visible: visible)
    guard after.record.status == .cancelled else { throw Self.notWaiting(after.record.status) }
    return after
  }

  /// - Parameter printer: nil is the whole queue.
  package func pause(_ printer: PrinterID?, _ isPaused: Bool) async throws -> QueuePauses {
    try await inTurn {
      do {
        try await repository.pause(printer, isPaused)
      } catch QueueRepository.Refusal.missing {
        throw Fault(.printerNotFound, "There is no printer \(printer.map { "\($0)" } ?? "").")
      }
      pauses = try await repository.pauses()
      wake()
      return pauses
    }
  }

  // MARK: Helpers

  /// How long whoever cancels waits for the file to be gone again.
  private static let tidyPatience = Duration.seconds(3)

  private var intake: QueueIntake { QueueIntake(source: source, view: view) }

  private func current(_ id: QueueItemID) throws -> QueueItemRecord {
    guard let item = items.first(where: { $0.id == id }) else { throw Self.notWaiting(nil) }
    return item
  }

  private func requireWaiting(_ item: QueueItemRecord) throws {
    guard item.status == .pending else { throw Self.notWaiting(item.status) }
  }

  private static func missing(_ id: QueueItemID) -> Fault { Fault(.queueItemNotFound, "There is no queue item \(id).") }

  private static func notWaiting(_ status: QueueStatus?) -> Fault {
    Fault(.conflict, "The item does not wait any more\(status.map { ": it is \($0.rawValue)" } ?? "").")
  }
}
