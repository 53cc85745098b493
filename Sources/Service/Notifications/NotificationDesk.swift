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
    /// Seconds that the setting `time_zone` is ahead of UTC at a moment.
    package var zone: @Sendable (Timestamp) -> Int
    /// A printer as people have entered it.
    package var printer: @Sendable (PrinterID) -> PrinterIdentity?
    package var delivery = DeliveryRule()

    package init(
      database: Database, feed: EventFeed, sender: NotificationSender, photos: any PhotoSource, clock: any WallClock,
      logger: Logger, steps: @escaping @Sendable () -> [Int], rule: @escaping @Sendable () -> AddressRule,
      zone: @escaping @Sendable (Timestamp) -> Int,
      printer: @escaping @Sendable (PrinterID) -> PrinterIdentity? = { _ in nil }
    ) {
      self.database = database
      self.feed = feed
      self.sender = sender
      self.photos = photos
      self.clock = clock
      self.logger = logger
      self.steps = steps
      self.rule = rule
      self.zone = zone
      self.printer = printer
    }
  }

  /// Events that may wait to be written; beyond that progress gives way, then the oldest.
  private static let waitingLimit = 512

  struct State {
    var waiting: [Occasion] = []
    var worker: Task<Void, Never>?
    var subscription: EventFeed.Subscription?
    var offline: Set<PrinterID> = []
    var filament: [PrinterID: FilamentWatch] = [:]
    /// The step of its print that each printer was asked about last, so that a per cent costs no look at the disk.
    var steps: [PrinterID: (print: String, step: Int)] = [:]
    /// How each item of the queue stood that has not ended.
    var items: [QueueItemID: QueueStatus] = [:]
    /// Printers whose plate was told as not cleared.
    var plates: Set<PrinterID> = []
    var isStopped = false
  }

  let repository: ProviderRepository
  let outbox: OutboxRepository
  let book: ProviderBook
  let courier: Courier
  let surroundings: Surroundings
  let state = Mutex(State())

  package init(_ surroundings: Surroundings) {
    self.surroundings = surroundings
    repository = ProviderRepository(surroundings.database)
    outbox = OutboxRepository(surroundings.database)
    book = ProviderBook(repository)
    courier = Courier(
      outbox: outbox, providers: book, sender: surroundings.sender, photos: surroundings.photos,
      rule: surroundings.delivery, zone: surroundings.zone, clock: surroundings.clock, logger: surroundings.logger)
  }

  /// Takes up what a stop or a crash has left in the outbox, and hears the feed.
  package func start() async {
    let made = surroundings.feed.follow { [weak self] event in self?.heard(event) }
    state.withLock { state in
      state.subscription = made
      // What a process before has written down comes before anything new.
      guard state.worker == nil else { return }
      state.worker = Task {
        await self.makeUp()
        await self.work()
      }
    }
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

  /// Events of prints that were written down, and of which nobody was told.
  private func makeUp() async {
    do {
      for (id, step) in try await outbox.owedPrints(limit: Self.waitingLimit) {
        guard let record = try await ArchiveRepository(surroundings.database).get(id),
          let occasion = Occasion(owed: step, of: record)
        else {
          try await outbox.add([], settling: .print(id, step), now: surroundings.clock.now)
          continue
        }
        try await write(occasion)
      }
    } catch {
      surroundings.logger.error("what is still to be told could not be read", metadata: ["error": "\(error)"])
    }
  }

  private func write(_ heard: Occasion) async throws {
    var occasion = heard
    if occasion.event == .queueUpdate {
      let name = try await named(occasion.itemArchive)
      occasion.values[.item] = name ?? "An item"
      occasion.data["name"] = name.map { .string($0) } ?? .null
    }
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
    let providers = try await book.all().filter { $0.wants(occasion) }
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
    guard try await outbox.add(records, settling: occasion.telling, now: occasion.at) else { return }
    // What is a notice is on the WebSocket already.
    if occasion.event != .serviceNotice {
      surroundings.feed.publish(
        .notification(
          NotificationNotice(
            event: occasion.event, printer: occasion.printer, title: title, message: message, level: occasion.level)))
    }
    for provider in providers { await courier.look(after: provider.id) }
  }
}

extension NotificationDesk {
  /// What people call the archive of an item.
  fileprivate func named(_ archive: ArchiveID?) async throws -> String? {
    guard let archive else { return nil }
    return try await ArchiveRepository(surroundings.database).get(archive)?.name
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
