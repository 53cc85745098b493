package import Logging
package import Model
import Rules
package import Store
import Synchronization

/// How something stands that has to be done to a printer.
package struct MaintenanceRow: Hashable, Sendable {
  package var printer: PrinterID
  package var printerName: String
  package var type: MaintenanceType
  /// Hours of printing or days, by the type's unit, since it was done, or since the printer was entered.
  package var since: Double
  package var doneAt: Timestamp?

  /// Below zero for as long as it is overdue.
  package var remaining: Double { Double(type.interval) - since }
  package var isDue: Bool { remaining <= 0 }
  var telling: Telling { .maintenance(printer, type.id) }
}

/// Knows what has to be done to which printer, and tells when it is due: once, until it was done.
package final class MaintenanceKeeper: Sendable {
  package static let typeLimit = 200
  /// Days pass without an event: it looks this often, in seconds.
  private static let interval = 3600

  private struct State {
    var subscription: EventFeed.Subscription?
    var clockwork: Task<Void, Never>?
    var isLooking = false
    var mustLookAgain = false
    /// Said by this process; it is struck off only with the message in the outbox.
    var said: Set<Telling> = []
  }

  private let repository: MaintenanceRepository
  private let view: FleetView
  private let feed: EventFeed
  private let clock: any WallClock
  private let logger: Logger
  private let state = Mutex(State())

  package init(database: Database, view: FleetView, feed: EventFeed, clock: any WallClock, logger: Logger) {
    repository = MaintenanceRepository(database)
    self.view = view
    self.feed = feed
    self.clock = clock
    self.logger = logger
  }

  package func start() {
    let made = feed.follow { [weak self] event in
      if case .print(.ended, _, _) = event { self?.lookSoon() }
    }
    // Ended by `stop`.
    let clockwork = Task { [weak self] in
      while !Task.isCancelled {
        self?.lookSoon()
        try? await Task.sleep(for: .seconds(Self.interval), tolerance: .seconds(60))
      }
    }
    state.withLock { state in
      state.subscription = made
      state.clockwork = clockwork
    }
  }

  package func stop() {
    state.withLock { state in
      state.subscription = nil
      state.clockwork?.cancel()
      state.clockwork = nil
    }
  }

  // MARK: What is due

  private func lookSoon() {
    let begins = state.withLock { state in
      state.mustLookAgain = true
      defer { state.isLooking = true }
      return !state.isLooking
    }
    // Owned by nobody: one look at the database, at most one at a time.
    if begins { Task { await self.look() } }
  }

  private func look() async {
    while true {
      let goesOn = state.withLock { state in
        state.isLooking = state.mustLookAgain
        defer { state.mustLookAgain = false }
        return state.mustLookAgain
      }
      guard goesOn else { return }
      do {
        // Until the clock is set nobody knows how many days have passed.
        let due = try await rows().filter { $0.isDue && ($0.type.unit == .hours || clock.isSet) }
        let told = try await repository.told()
        state.withLock { $0.said.formIntersection(due.map(\.telling)) }
        for row in due where !told.contains(row.telling) {
          guard let snapshot = view[row.printer], state.withLock({ $0.said.insert(row.telling).inserted }) else {
            continue
          }
          feed.publish(.maintenanceDue(snapshot, row))
        }
      } catch {
        logger.error("what is due could not be read", metadata: ["error": "\(error)"])
      }
    }
  }

  /// Of every printer, what has to be done to its model.
  package func rows() async throws -> [MaintenanceRow] {
    let types = try await repository.types().filter(\.isEnabled)
    let printed = try await repository.printed()
    let standings = try await repository.standings()
    let now = clock.now
    return view.all.flatMap { snapshot -> [MaintenanceRow] in
      let printer = snapshot.identity
      return types.filter { $0.fits(printer.model) }.map { type in
        let last = standings.first { $0.printerID == printer.id && $0.typeID == type.id }
        let since: Double
        switch type.unit {
        case .hours: since = Double((printed[printer.id] ?? 0) - (last?.printedThen ?? 0)) / 3600
        case .days: since = max(0, now.seconds(since: last?.doneAt ?? printer.createdAt)) / 86_400
        }
        return MaintenanceRow(
          printer: printer.id, printerName: printer.name, type: type, since: max(0, since), doneAt: last?.doneAt)
      }
    }
  }

  // MARK: Types

  package func types() async throws -> [MaintenanceType] { try await repository.types() }

  package func type(_ id: MaintenanceTypeID) async throws -> MaintenanceType {
    guard let type = try await repository.types().first(where: { $0.id == id }) else {
      throw Fault(.notFound, "There is no maintenance type \(id).")
    }
    return type
  }

  package func add(_ type: MaintenanceType) async throws -> MaintenanceType {
    guard let id = try await repository.insert(type, limit: Self.typeLimit) else {
      throw Fault(.conflict, "There are \(Self.typeLimit) maintenance types already. Delete one first.")
    }
    lookSoon()
    return try await self.type(id)
  }

  /// - Parameter isSwitchOnly: nothing but `isEnabled` is different; of a built-in type nothing else can be.
  package func change(_ type: MaintenanceType, isSwitchOnly: Bool) async throws -> MaintenanceType {
    guard !type.isBuiltIn || isSwitchOnly else {
      throw Fault(.conflict, "A built-in maintenance type can only be disabled. Add one of your own instead.")
    }
    guard try await repository.update(type) else { throw Fault(.notFound, "There is no maintenance type \(type.id).") }
    lookSoon()
    return try await self.type(type.id)
  }

  package func delete(_ id: MaintenanceTypeID) async throws {
    guard try await !type(id).isBuiltIn else {
      throw Fault(.conflict, "A built-in maintenance type can only be disabled.")
    }
    guard try await repository.delete(id) else { throw Fault(.notFound, "There is no maintenance type \(id).") }
  }

  // MARK: The log

  package func log(
    _ printer: PrinterID, _ type: MaintenanceTypeID, notes: String, doneAt: Timestamp?
  ) async throws -> MaintenanceEntry {
    let now = clock.now
    let done = doneAt ?? now
    guard done <= now.adding(seconds: 60) else { throw Fault(InvalidValue("done_at", "must not be in the future")) }
    guard let entry = try await repository.log(printer, type, notes: notes, doneAt: done, now: now) else {
      throw Fault(.notFound, "The printer or the maintenance type is gone.")
    }
    lookSoon()
    return entry
  }

  package func entries() async throws -> [MaintenanceEntry] { try await repository.entries() }
}

extension MaintenanceType {
  func fits(_ model: PrinterModel?) -> Bool {
    guard let models else { return true }
    return model.map(models.contains) ?? false
  }
}
