package import Logging
package import Loop
package import Model
package import Rules
package import Store
import Synchronization
import Wire

/// Tells people and programs what happens: hears the event feed, writes down for each provider what it is to be told, and
/// sees to it that it is delivered.
///
/// Nothing waits for it: an event is noted in passing, a worker writes it, couriers deliver what is written.
package final class NotificationDesk: Sendable {
  /// What it works with.
  package struct Surroundings: Sendable {
    package var database: Database
    package var feed: EventFeed
    package var sender: NotificationSender
    package var photos: any PhotoSource
    package var clock: any WallClock
    package var logger: Logger
    /// The setting `notify.progress_steps`.
    package var steps: @Sendable () -> [Int]
    /// Where a provider may be.
    package var rule: @Sendable () -> AddressRule
    /// Seconds that the clock on the wall is ahead of UTC at a moment.
    package var zone: @Sendable (Timestamp) -> Int
    package var delivery = DeliveryRule()

    package init(
      database: Database, feed: EventFeed, sender: NotificationSender, photos: any PhotoSource, clock: any WallClock,
      logger: Logger, steps: @escaping @Sendable () -> [Int], rule: @escaping @Sendable () -> AddressRule,
      zone: (@Sendable (Timestamp) -> Int)? = nil
    ) {
      self.database = database
      self.feed = feed
      self.sender = sender
      self.photos = photos
      self.clock = clock
      self.logger = logger
      self.steps = steps
      self.rule = rule
      self.zone = zone ?? LocalTime.systemOffset
    }
  }

  /// Events that may wait to be written; beyond that progress gives way, then the oldest.
  private static let waitingLimit = 512

  private struct State {
    var waiting: [Occasion] = []
    var worker: Task<Void, Never>?
    var subscription: EventFeed.Subscription?
    var offline: Set<PrinterID> = []
    var filament: [PrinterID: FilamentWatch] = [:]
    /// The step of its print that each printer was asked about last, so that a per cent costs no look at the disk.
    var steps: [PrinterID: (print: String, step: Int)] = [:]
    var isStopped = false
  }

  let repository: ProviderRepository
  let outbox: OutboxRepository
  let book: ProviderBook
  let courier: Courier
  let surroundings: Surroundings
  private let state = Mutex(State())

  package init(_ surroundings: Surroundings) {
    self.surroundings = surroundings
    repository = ProviderRepository(surroundings.database)
    outbox = OutboxRepository(surroundings.database)
    book = ProviderBook(repository)
    courier = Courier(
      outbox: outbox, providers: book, sender: surroundings.sender, photos: surroundings.photos,
      rule: surroundings.delivery, clock: surroundings.clock, logger: surroundings.logger)
  }

  /// Takes up what a stop or a crash has left in the outbox, and hears the feed.
  package func start() async {
    let made = surroundings.feed.follow { [weak self] event in self?.heard(event) }
    state.withLock { $0.subscription = made }
    await lookAfterAll()
  }

  /// What has happened is in the outbox; what is under way is broken off, and sent again after the next start.
  package func stop() async {
    state.withLock { state in
      state.subscription = nil
      state.isStopped = true
    }
    while let worker = state.withLock({ $0.worker }) { await worker.value }
    await courier.stop()
  }

  /// There may be something to deliver, to anybody.
  package func lookAfterAll() async {
    do {
      for provider in try await book.all() { await courier.look(after: provider.id) }
    } catch {
      surroundings.logger.error("the providers could not be read", metadata: ["error": "\(error)"])
    }
  }

  // MARK: What happens

  /// Called on whatever thread tells it: it must be quick.
  private func heard(_ event: ServiceEvent) {
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
    case .printerRemoved(let id):
      state.withLock { state in
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

  /// Notes what is to be told.
  func take(_ occasion: Occasion) {
    let isLost = state.withLock { state -> Bool in
      guard !state.isStopped else { return true }
      state.waiting.append(occasion)
      var isLost = false
      if state.waiting.count > Self.waitingLimit {
        state.waiting.remove(at: state.waiting.firstIndex { $0.isProgress } ?? 0)
        isLost = true
      }
      // Lives while something waits; `stop` waits for it.
      if state.worker == nil { state.worker = Task { await self.work() } }
      return isLost
    }
    if isLost { surroundings.logger.warning("an event was told to nobody: the disk does not keep up") }
  }

  private func work() async {
    while let occasion = next() {
      do { try await write(occasion) } catch {
        surroundings.logger.error("an event could not be put into the outbox", metadata: ["error": "\(error)"])
      }
    }
  }

  private func next() -> Occasion? {
    state.withLock { state in
      guard !state.waiting.isEmpty else {
        state.worker = nil
        return nil
      }
      return state.waiting.removeFirst()
    }
  }

  private func write(_ heard: Occasion) async throws {
    var occasion = heard
    if let (print, percent) = occasion.progress, let printer = occasion.printer {
      let steps = surroundings.steps()
      let step = try await outbox.takeStep(of: print, on: printer) {
        ProgressSteps.reached(percent, steps: steps, told: $0)
      }
      guard step != nil else { return }
      occasion.values[.progress] = String(percent)
      occasion.data["progress"] = .int(Int64(percent))
    }
    let (title, message) = try await book.template(for: occasion.event).rendered(occasion.values)
    surroundings.feed.publish(
      .notification(
        NotificationNotice(
          event: occasion.event, printer: occasion.printer, title: title, message: message, level: occasion.level)))
    let providers = try await book.all().filter { $0.wants(occasion) }
    guard !providers.isEmpty else { return }
    let data = String(decoding: jsonBytes(occasion.data), as: UTF8.self)
    let now = surroundings.clock.now
    let records = providers.map { provider in
      let digest = provider.digest?.next(after: occasion.at, offset: surroundings.zone)
      let quiet = provider.quietHours?.end(at: occasion.at, offset: surroundings.zone)
      return OutgoingRecord(
        provider: provider.id, event: occasion.event.rawValue, level: occasion.level, printer: occasion.printer,
        archive: occasion.photo, title: title, message: message, data: data, due: digest ?? quiet ?? now,
        isHeld: digest != nil)
    }
    try await outbox.add(records, now: occasion.at)
    for provider in providers { await courier.look(after: provider.id) }
  }
}

extension ProviderRecord {
  func wants(_ occasion: Occasion) -> Bool {
    isEnabled && events.contains(occasion.event)
      && (occasion.printer.flatMap { printerIDs?.contains($0) } ?? true)
  }

  package var quietHours: QuietHours? {
    guard let start = quietStart.flatMap({ DayMinute(number: $0) }),
      let end = quietEnd.flatMap({ DayMinute(number: $0) })
    else { return nil }
    return try? QuietHours(start: start, end: end)
  }

  package var digest: DayMinute? { digestMinute.flatMap { DayMinute(number: $0) } }
}
