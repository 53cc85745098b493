package import Model
package import Store
import Synchronization

/// Which key opens what. Answers from memory; a key made or deleted by another process is heeded within a second.
package final class KeyRing: Sendable {
  /// Keys that were presented lately; one more than this forgets them all.
  private static let remembered = 256
  /// How long an answer from memory holds before the database is asked whether it has changed.
  private static let freshness = 1.0
  /// `last_used_at` is written no more often (contract, section 8).
  private static let usageInterval = 600.0

  private struct State {
    var records: [KeyHash: KeyRecord] = [:]
    var counter: Int64?
    var checkedAt: Timestamp?
    var used: [KeyID: Timestamp] = [:]
    var usageWrittenAt: Timestamp?
  }

  private let repository: KeyRepository
  private let clock: any WallClock
  private let state = Mutex(State())

  package init(repository: KeyRepository, clock: any WallClock) {
    self.repository = repository
    self.clock = clock
  }

  /// The key's record, or nil when it is unknown, deleted or has expired.
  package func record(presenting key: Secret) async throws -> KeyRecord? {
    let hash = KeyHash(of: key)
    let now = clock.now
    let remembered: KeyRecord?? = state.withLock { state in
      guard let checked = state.checkedAt, abs(now.seconds(since: checked)) < Self.freshness else { return nil }
      return state.records[hash].map { .some($0) }
    }
    let record: KeyRecord?
    if let remembered {
      record = remembered
    } else {
      try await forgetWhenChanged(now: now)
      if let known = state.withLock({ $0.records[hash] }) {
        record = known
      } else {
        record = try await repository.find(hash)
        if let record {
          state.withLock { state in
            if state.records.count >= Self.remembered { state.records = [:] }
            state.records[hash] = record
          }
        }
      }
    }
    guard let record, record.expiresAt.map({ now < $0 }) ?? true else { return nil }
    state.withLock { $0.used[record.id] = now }
    return record
  }

  /// Whether a connection that was opened with this key may stay open.
  package func stillHolds(_ id: KeyID) async throws -> KeyRecord? {
    guard let record = try await repository.get(id), record.expiresAt.map({ clock.now < $0 }) ?? true else {
      return nil
    }
    return record
  }

  package func all() async throws -> [KeyRecord] { try await repository.all() }

  package func get(_ id: KeyID) async throws -> KeyRecord {
    guard let record = try await repository.get(id) else { throw Self.missing(id) }
    return record
  }

  package func create(
    name: String, permissions: Set<Permission>, printerIDs: Set<PrinterID>?, expiresAt: Timestamp?
  ) async throws -> (record: KeyRecord, key: Secret) {
    try Self.check(permissions, printerIDs)
    return try await repository.insert(
      name: name, permissions: permissions, printerIDs: printerIDs, expiresAt: expiresAt, now: clock.now)
  }

  package func update(_ record: KeyRecord) async throws -> KeyRecord {
    try Self.check(record.permissions, record.printerIDs)
    guard let changed = try await repository.update(record, now: clock.now) else { throw Self.missing(record.id) }
    forget()
    return changed
  }

  package func delete(_ id: KeyID) async throws {
    guard try await repository.delete(id) else { throw Self.missing(id) }
    forget()
  }

  /// Writes down when keys were used: at most every ten minutes, and at the stop.
  package func writeUsage(atStop: Bool = false) async throws {
    let now = clock.now
    let used: [KeyID: Timestamp] = state.withLock { state in
      if !atStop, let written = state.usageWrittenAt, now.seconds(since: written) < Self.usageInterval { return [:] }
      state.usageWrittenAt = now
      defer { state.used = [:] }
      return state.used
    }
    if !used.isEmpty { try await repository.touch(used) }
  }

  private func forget() {
    state.withLock { $0.records = [:] }
  }

  private func forgetWhenChanged(now: Timestamp) async throws {
    let counter = try await repository.changeCounter()
    state.withLock { state in
      if state.counter != counter { state.records = [:] }
      state.counter = counter
      state.checkedAt = now
    }
  }

  /// A key for some printers cannot hold `admin` (contract, section 3).
  private static func check(_ permissions: Set<Permission>, _ printerIDs: Set<PrinterID>?) throws(Fault) {
    guard printerIDs == nil || !permissions.contains(.admin) else {
      throw Fault(InvalidValue("permissions", "cannot hold admin together with printer_ids"))
    }
  }

  private static func missing(_ id: KeyID) -> Fault { Fault(.notFound, "There is no API key \(id).") }
}
