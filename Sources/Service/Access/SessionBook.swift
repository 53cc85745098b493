package import Model
package import Store
import Synchronization

/// The sessions of signed-in browsers: kept as hashes, good for 30 days after the last use, over a restart (contract,
/// section 3). Answers from memory; what another process changes is heeded within a second.
package final class SessionBook: Sendable {
  /// Seconds that a session lasts after its last use.
  package static let lifetime = 30.0 * 86_400
  /// Times of use are written at most this often, in seconds (contract, section 8).
  private static let writeInterval = 600.0

  private struct State {
    /// By the hash of the cookie.
    var sessions: [[UInt8]: SessionRecord] = [:]
    /// Sessions whose last use is not on the disk yet.
    var unwritten: Set<[UInt8]> = []
    var writtenAt: Timestamp?
    /// The foreign counter at which `sessions` was read; nil before the first time.
    var counter: Int64?
    var changes = 0
    /// Grows with every change made here: what was read before one says nothing after it.
    var generation = 0
  }

  private let repository: SessionRepository
  private let foreign: ForeignChanges
  private let clock: any WallClock
  private let state = Mutex(State())

  package init(database: Database, foreign: ForeignChanges, clock: any WallClock) {
    repository = SessionRepository(database)
    self.foreign = foreign
    self.clock = clock
  }

  /// The session that a cookie belongs to; nil when it is unknown, ended or too old.
  package func session(presenting token: SessionToken) async throws -> SessionID? {
    try await refresh()
    let hash = token.hash
    let now = clock.now
    return state.withLock { state in
      guard let record = state.sessions[hash], holds(record, at: now) else { return nil }
      state.sessions[hash]?.lastUsedAt = now
      state.unwritten.insert(hash)
      return record.id
    }
  }

  /// The sessions whose streams may stay open. Asking is no use of them.
  package func standing() async throws -> Set<SessionID> {
    try await refresh()
    let now = clock.now
    return state.withLock { state in Set(state.sessions.values.filter { holds($0, at: now) }.map(\.id)) }
  }

  /// Another number when any session may have ended, here or by another process.
  package func revision() async throws -> Int {
    try await refresh()
    return state.withLock { $0.changes }
  }

  /// Begins a session for somebody who knew this password; nil when it has been changed meanwhile.
  package func begin(under password: PasswordHash) async throws -> (id: SessionID, token: SessionToken)? {
    let token = try SessionToken.random()
    guard let id = try await repository.insert(token, under: password, now: clock.now) else { return nil }
    try await reload()
    return (id, token)
  }

  package func end(_ id: SessionID) async throws {
    try await repository.delete(id)
    try await reload()
  }

  /// Reads the sessions again, after somebody else here has changed them.
  package func reload() async throws {
    state.withLock { $0.generation += 1 }
    try await load(counter: nil)
  }

  /// Writes when sessions were used where that is due, and forgets those that have ended.
  package func writeUses(atStop: Bool = false) async throws {
    let now = clock.now
    let (uses, ended) = state.withLock { state -> ([SessionID: Timestamp], [SessionID]) in
      let isDue = state.writtenAt.map { abs(now.seconds(since: $0)) >= Self.writeInterval } ?? true
      guard atStop || isDue else { return ([:], []) }
      state.writtenAt = now
      let ended = state.sessions.filter { !holds($0.value, at: now) }
      for hash in ended.keys { state.sessions[hash] = nil }
      let used = state.unwritten.compactMap { state.sessions[$0] }
      state.unwritten = []
      return (Dictionary(used.map { ($0.id, $0.lastUsedAt) }) { $1 }, ended.values.map(\.id))
    }
    try await repository.touch(uses, removing: ended)
  }

  private func refresh() async throws {
    if let known = foreign.known, state.withLock({ $0.counter == known }) { return }
    let counter = try await foreign.counter()
    guard state.withLock({ $0.counter != counter }) else { return }
    try await load(counter: counter)
  }

  private func load(counter: Int64?) async throws {
    while true {
      let generation = state.withLock { $0.generation }
      let records = try await repository.all()
      let isTaken = state.withLock { state in
        guard state.generation == generation else { return false }
        Self.take(records, into: &state)
        if let counter { state.counter = counter }
        return true
      }
      if isTaken { return }
    }
  }

  /// What is on the disk, with the later times of use that are known here.
  private static func take(_ records: [SessionRecord], into state: inout State) {
    var sessions: [[UInt8]: SessionRecord] = [:]
    for var record in records {
      if let known = state.sessions[record.tokenHash] { record.lastUsedAt = max(record.lastUsedAt, known.lastUsedAt) }
      sessions[record.tokenHash] = record
    }
    state.sessions = sessions
    state.unwritten.formIntersection(sessions.keys)
    state.changes += 1
  }

  private func holds(_ record: SessionRecord, at now: Timestamp) -> Bool {
    // A time from before the clock was set says nothing.
    guard clock.isSet, clock.wasSet(at: record.lastUsedAt) else { return true }
    return now.seconds(since: record.lastUsedAt) < Self.lifetime
  }
}
