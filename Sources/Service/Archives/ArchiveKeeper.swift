package import Logging
package import Model
import Rules
package import Store
import Synchronization

/// The archive for those who look and change: records, told of by the event feed.
package final class ArchiveKeeper: Sendable {
  let repository: ArchiveRepository
  let vault: FileVault
  let clock: any WallClock
  private let emptyBin: @Sendable () async -> Void
  private let feed: EventFeed
  private let logger: Logger
  private let subscription = Mutex<EventFeed.Subscription?>(nil)

  /// - Parameter emptyBin: removes what the bin does not keep, after something went there.
  package init(
    repository: ArchiveRepository, vault: FileVault, feed: EventFeed, clock: any WallClock, logger: Logger,
    emptyBin: @escaping @Sendable () async -> Void
  ) {
    self.repository = repository
    self.vault = vault
    self.emptyBin = emptyBin
    self.feed = feed
    self.clock = clock
    self.logger = logger
  }

  /// Tells of the records that prints make and close.
  package func start() {
    let made = feed.follow { [weak self] event in
      guard case .print(let step, _, let id?) = event, step.changesRecord else { return }
      // Owned by nobody: one look at the record, which is on the disk.
      Task { [weak self] in await self?.tell(id) }
    }
    subscription.withLock { $0 = made }
  }

  package func stop() { subscription.withLock { $0 = nil } }

  private func tell(_ id: ArchiveID) async {
    do {
      if let record = try await repository.get(id) { publish(record) }
    } catch {
      logger.error("a record could not be read", metadata: ["archive": "\(id)", "error": "\(error)"])
    }
  }

  func publish(_ record: ArchiveRecord) { feed.publish(.archive(record)) }

  // MARK: Reading

  /// Lists may be remembered for as long as this stays the same.
  package var generation: Int { repository.generation }

  package func list(
    _ filter: ArchiveFilter, limit: Int, offset: Int
  ) async throws -> (total: Int, records: [ArchiveRecord]) {
    try await repository.list(filter, limit: limit, offset: offset)
  }

  /// - Parameter isDeleted: of the bin, or not.
  /// - Throws: `Fault` 404
  package func get(_ id: ArchiveID, isDeleted: Bool = false) async throws -> ArchiveRecord {
    guard let record = try await repository.get(id), (record.deletedAt != nil) == isDeleted else {
      throw Self.unknown(id)
    }
    return record
  }

  package func duplicates(of record: ArchiveRecord) async throws -> [ArchiveRecord] {
    try await repository.duplicates(of: record)
  }

  package static func unknown(_ id: ArchiveID) -> Fault { Fault(.archiveNotFound, "There is no archive \(id).") }

  // MARK: Changing

  package func update(_ id: ArchiveID, _ changes: ArchiveChanges) async throws -> ArchiveRecord {
    try await change { try await repository.update(id, changes, now: clock.now) }
  }

  /// Into the bin, which may keep nothing (the setting `archive.bin_days` is 0): then it is gone for good.
  package func delete(_ id: ArchiveID) async throws -> ArchiveRecord {
    let record = try await change { try await repository.delete(id, now: clock.now) }
    await emptyBin()
    return record
  }

  package func undelete(_ id: ArchiveID) async throws -> ArchiveRecord {
    try await change { try await repository.undelete(id, now: clock.now) }
  }

  private func change(_ body: () async throws -> ArchiveRecord) async throws -> ArchiveRecord {
    do {
      let record = try await body()
      publish(record)
      return record
    } catch let refusal as ArchiveRepository.Refusal {
      switch refusal {
      case .notFound: throw Fault(.archiveNotFound, "There is no such archive.")
      case .unknownProject: throw Fault(.projectNotFound, "There is no such project.")
      case .isAwaited:
        throw Fault(.conflict, "The queue still has items that print this archive. Cancel them first.")
      case .isPrinting: throw Fault(.conflict, "This print is going on. Wait for its end, or stop it.")
      }
    }
  }
}

extension PrintEvent {
  /// What is worth telling of a record; progress is told by itself.
  fileprivate var changesRecord: Bool {
    switch self {
    case .started, .observed, .identified, .ended: true
    case .progress, .stageChanged, .paused, .resumed: false
    }
  }
}
