import Logging
import Model
import Rules
import Store

/// Delivers the outbox: for each provider one message at a time, in order, for as long as there are some.
///
/// A provider that fails holds up its own messages and nobody else's. What waits is in the database and not here.
actor Courier {
  /// Messages that a digest puts together at most; more go into the next.
  static let digestLimit = 100

  /// One provider's round.
  private struct Round {
    var task: Task<Void, Never>
    var sleep: Task<Void, Never>?
    /// Something changed while it was at work: it looks again before it ends.
    var mustLookAgain = false
  }

  private let outbox: OutboxRepository
  private let providers: ProviderBook
  private let sender: NotificationSender
  private let photos: any PhotoSource
  private let rule: DeliveryRule
  private let zone: @Sendable (Timestamp) -> Int
  private let clock: any WallClock
  private let logger: Logger
  private var rounds: [ProviderID: Round] = [:]
  private var isStopped = false

  init(
    outbox: OutboxRepository, providers: ProviderBook, sender: NotificationSender, photos: any PhotoSource,
    rule: DeliveryRule, zone: @escaping @Sendable (Timestamp) -> Int, clock: any WallClock, logger: Logger
  ) {
    self.outbox = outbox
    self.providers = providers
    self.sender = sender
    self.photos = photos
    self.rule = rule
    self.zone = zone
    self.clock = clock
    self.logger = logger
  }

  /// There may be something to deliver.
  func look(after provider: ProviderID) {
    guard !isStopped else { return }
    if rounds[provider] != nil {
      rounds[provider]?.mustLookAgain = true
      rounds[provider]?.sleep?.cancel()
      return
    }
    // Owned by `rounds` until it has nothing to do; `stop` ends it.
    rounds[provider] = Round(task: Task { await self.deliver(for: provider) })
  }

  /// Ends all rounds; what is under way is broken off and comes again.
  func stop() async {
    isStopped = true
    let tasks = rounds.values.map(\.task)
    for round in rounds.values {
      round.sleep?.cancel()
      round.task.cancel()
    }
    for task in tasks { await task.value }
  }

  private func deliver(for provider: ProviderID) async {
    while !isStopped {
      rounds[provider]?.mustLookAgain = false
      do {
        guard let due = try await step(provider) else {
          guard rounds[provider]?.mustLookAgain == true else { break }
          continue
        }
        await sleep(until: due, provider)
      } catch {
        guard !isStopped else { break }
        logger.error("the outbox could not be read or written", metadata: ["error": "\(error)"])
        await sleep(until: clock.now.adding(seconds: 30), provider)
      }
    }
    rounds[provider] = nil
  }

  /// Does what can be done now.
  /// - Returns: when there is more to do; nil when nothing waits.
  private func step(_ id: ProviderID) async throws -> Timestamp? {
    guard let provider = await providers.record(id), provider.isEnabled else { return nil }
    let now = clock.now
    let digest = try await outbox.digestDue(for: id)
    if let digest, digest <= now {
      try await outbox.digest(for: id, limit: Self.digestLimit, now: now) { [zone] in
        Self.digest(of: $0, provider: id, zone: zone, now: now)
      }
      return now
    }
    guard let message = try await outbox.next(for: id) else { return digest }
    guard message.due <= now else { return [message.due, digest].compactMap(\.self).min() }
    try await attempt(message, provider)
    return clock.now
  }

  private func attempt(_ record: NotificationRecord, _ provider: ProviderRecord) async throws {
    guard let config = ProviderConfig(provider.type, stored: provider.config) else {
      return try await outbox.failed(
        record.id, attempts: record.attempts, error: "The provider's config is not whole. Change it.", now: clock.now)
    }
    var photo: OutgoingMessage.Photo?
    if let print = record.archiveID {
      if record.attempts == 0, let printer = record.printerID { await photos.settled(of: printer) }
      photo = await photos.file(of: print).map { OutgoingMessage.Photo(path: $0.path, bytes: $0.bytes) }
    }
    let verdict = await sender.send(OutgoingMessage(record, photo: photo), by: config)
    // What the stop broke off has not failed.
    guard !isStopped || verdict == .taken else { return }
    let attempts = record.attempts + 1
    switch verdict {
    case .taken: try await outbox.sent(record.id, attempts: attempts, now: clock.now)
    case .refused(let failure, let reason):
      let step = rule.step(
        after: failure, attempts: attempts, created: record.createdAt, now: clock.now, jitter: Double.random(in: 0...1))
      switch step {
      case .retry(let due): try await outbox.retry(record.id, attempts: attempts, error: reason, due: due)
      case .giveUp:
        logger.notice(
          "a notification was given up", metadata: ["provider": "\(provider.id)", "reason": "\(reason)"])
        try await outbox.failed(record.id, attempts: attempts, error: reason, now: clock.now)
      }
    }
  }

  private func sleep(until due: Timestamp, _ provider: ProviderID) async {
    // By a clock that may be set meanwhile: it looks again after a quarter of an hour at the latest.
    let seconds = min(due.seconds(since: clock.now), 900)
    guard seconds > 0, rounds[provider]?.mustLookAgain == false, !isStopped else { return }
    let sleep = Task<Void, Never> { try? await Task.sleep(for: .milliseconds(Int64(seconds * 1000) + 1)) }
    rounds[provider]?.sleep = sleep
    await sleep.value
    rounds[provider]?.sleep = nil
  }

  private static func digest(
    of records: [NotificationRecord], provider: ProviderID, zone: (Timestamp) -> Int, now: Timestamp
  ) -> OutgoingRecord {
    let lines = records.map { record in
      let local = record.createdAt.adding(seconds: Double(zone(record.createdAt)))
      return "\(local.description.dropFirst(11).prefix(5)) \(record.title): \(record.message)"
    }
    let level = records.map(\.level).max { $0.weight < $1.weight } ?? .info
    return OutgoingRecord(
      provider: provider, event: "digest", level: level, printer: nil, archive: nil,
      title: "\(records.count) \(records.count == 1 ? "message" : "messages") of the day",
      message: String(lines.joined(separator: "\n").prefix(8000)), data: "{\"count\":\(records.count)}", due: now)
  }
}

extension NotificationLevel {
  fileprivate var weight: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
