package import Model
package import Store
import Synchronization

/// Which key opens what. Answers from memory; a key made or deleted by another process is heeded within a second.
package final class KeyRing: Sendable {
  /// Keys that were presented lately; one more than this forgets them all.
  private static let remembered = 256

  private struct State {
    /// By the key's hash.
    var records: [[UInt8]: KeyRecord] = [:]
    /// The foreign counter at which they were read.
    var counter: Int64?
    var uses = KeyUses()
    /// How often a key was changed through this ring.
    var changes = 0
  }

  private let repository: KeyRepository
  private let foreign: ForeignChanges
  private let clock: any WallClock
  private let state = Mutex(State())

  package init(database: Database, foreign: ForeignChanges? = nil, clock: any WallClock) {
    repository = KeyRepository(database)
    self.foreign = foreign ?? ForeignChanges(database: database)
    self.clock = clock
  }

  /// The key's record, or nil when it is unknown, deleted or has expired.
  package func record(presenting key: Secret) async throws -> KeyRecord? {
    let hash = APIKey(key.exposed).hash
    let now = clock.now
    let counter = foreign.known
    let remembered = state.withLock { state in
      counter != nil && state.counter == counter ? state.records[hash] : nil
    }
    let record = if let remembered { remembered } else { try await look(for: hash) }
    guard let record, holds(record, at: now) else { return nil }
    state.withLock { $0.uses.note(record.id, at: now) }
    return record
  }

  /// The record behind a connection that was opened with this key; nil when it may not stay open.
  package func standing(_ id: KeyID) async throws -> KeyRecord? {
    guard let record = try await find(id), holds(record, at: clock.now) else { return nil }
    return record
  }

  /// All keys that open anything now.
  package func standing() async throws -> [KeyRecord] {
    let now = clock.now
    return try await repository.all().filter { holds($0, at: now) }
  }

  /// Another number when any key may have changed, here or in another process.
  package func revision() async throws -> Revision {
    Revision(foreign: try await foreign.counter(), own: state.withLock { $0.changes })
  }

  package struct Revision: Hashable, Sendable {
    fileprivate var foreign: Int64
    fileprivate var own: Int
  }

  package func all() async throws -> [KeyRecord] { try await repository.all() }

  package func get(_ id: KeyID) async throws -> KeyRecord {
    guard let record = try await find(id) else { throw Self.missing(id) }
    return record
  }

  package func create(_ grant: KeyGrant) async throws -> (record: KeyRecord, key: Secret) {
    do {
      let made = try await repository.insert(grant, now: clock.now)
      return (made.record, made.key.secret)
    } catch let refusal as KeyRepository.Refusal {
      throw Self.fault(refusal, nil)
    }
  }

  package func update(_ id: KeyID, _ grant: KeyGrant) async throws -> KeyRecord {
    defer { forget() }
    do {
      return try await repository.update(id, grant, now: clock.now)
    } catch let refusal as KeyRepository.Refusal {
      throw Self.fault(refusal, id)
    }
  }

  package func delete(_ id: KeyID) async throws {
    defer { forget() }
    guard try await repository.delete(id) else { throw Self.missing(id) }
  }

  /// Writes down when keys were used: at most every ten minutes (contract, section 8), and at the stop.
  package func writeUses(atStop: Bool = false) async throws {
    let now = clock.now
    let uses = state.withLock { atStop || $0.uses.isDue(now) ? $0.uses.take() : [:] }
    try await repository.touch(uses)
  }

  private func holds(_ record: KeyRecord, at now: Timestamp) -> Bool {
    guard clock.isSet, let end = record.expiresAt else { return true }
    return now < end
  }

  private func find(_ id: KeyID) async throws -> KeyRecord? {
    try await repository.all().first { $0.id == id }
  }

  private func forget() {
    state.withLock { state in
      state.records = [:]
      state.changes += 1
    }
  }

  /// The record from the database, remembered from then on.
  private func look(for hash: [UInt8]) async throws -> KeyRecord? {
    let counter = try await foreign.counter()
    let (known, changes) = state.withLock { state -> (KeyRecord?, Int) in
      if state.counter != counter { state.records = [:] }
      state.counter = counter
      return (state.records[hash], state.changes)
    }
    if let known { return known }
    guard let record = try await repository.find(hash: hash) else { return nil }
    state.withLock { state in
      // What was changed here meanwhile is read again next time.
      guard state.changes == changes else { return }
      if state.records.count >= Self.remembered { state.records = [:] }
      state.records[hash] = record
    }
    return record
  }

  private static func fault(_ refusal: KeyRepository.Refusal, _ id: KeyID?) -> Fault {
    switch refusal {
    case .adminOfSomePrinters:
      Fault(InvalidValue("permissions", "cannot hold admin together with printer_ids"))
    case .unknownPrinter: Fault(InvalidValue("printer_ids", "must name printers that exist"))
    case .notFound: missing(id ?? KeyID(rawValue: 0))
    }
  }

  private static func missing(_ id: KeyID) -> Fault { Fault(.notFound, "There is no API key \(id).") }
}
