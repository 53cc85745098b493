import HTTPServer
import Model
package import Service
import Store
import Synchronization

/// Ends the streams and WebSockets of whoever may no longer have them: when a key is deleted, narrowed or over, at log-out, and
/// when the password changes, within a second (contract, section 3).
///
/// One task looks for all of them, twice a second and only while there are any.
package final class StandingWatch: Sendable {
  private static let interval = Duration.milliseconds(400)
  /// Rounds after which sessions are looked at though nothing was changed: they may have become too old.
  private static let sessionRounds = 150

  private struct Entry {
    let caller: Caller
    let access: Access
    /// Changes when the key's time does.
    var expiresAt: Timestamp?
    let end: @Sendable () -> Void
  }

  private struct State {
    var entries: [Int: Entry] = [:]
    var next = 0
    var isLooking = false
  }

  private struct Revision: Hashable {
    var keys: KeyRing.Revision
    var sessions: Int
    var isOpen: Bool
  }

  private let keys: KeyRing
  private let sessions: SessionBook
  private let isOpen: @Sendable () -> Bool
  private let clock: any WallClock
  private let state = Mutex(State())

  /// - Parameter isOpen: whether `auth.mode` is `open`.
  package init(
    keys: KeyRing, sessions: SessionBook, clock: any WallClock, isOpen: @escaping @Sendable () -> Bool
  ) {
    self.keys = keys
    self.sessions = sessions
    self.clock = clock
    self.isOpen = isOpen
  }

  /// Runs `body`, and `end` when the caller may no longer have what it opened.
  package func during<Value>(
    _ caller: Caller, _ access: Access, end: @escaping @Sendable () -> Void,
    isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Value
  ) async rethrows -> Value {
    guard caller.kind != .nobody else { return try await body() }
    let number = enter(Entry(caller: caller, access: access, expiresAt: caller.expiresAt, end: end))
    defer { state.withLock { _ = $0.entries.removeValue(forKey: number) } }
    return try await body()
  }

  /// The same answer, whose stream ends when the caller may no longer have it.
  func guarding(_ reply: HTTPReply, for caller: Caller, _ access: Access) -> HTTPReply {
    if access != .anyone, case .broadcast(let ticket) = reply.body {
      guardTicket(ticket, caller, access)
      return reply
    }
    guard access != .anyone, case .stream(let length, let produce) = reply.body else { return reply }
    var guarded = reply
    guarded.body = .stream(length: length) { [self] writer in
      let production = Task { try await produce(writer) }
      try await withTaskCancellationHandler {
        try await during(caller, access, end: { production.cancel() }) { try await production.value }
      } onCancel: {
        production.cancel()
      }
    }
    return guarded
  }

  private func guardTicket(_ ticket: BroadcastTicket, _ caller: Caller, _ access: Access) {
    let number = enter(
      Entry(caller: caller, access: access, expiresAt: caller.expiresAt, end: { [weak ticket] in ticket?.withdraw() }))
    ticket.whenEnded { [weak self] in self?.state.withLock { _ = $0.entries.removeValue(forKey: number) } }
  }

  private func enter(_ entry: Entry) -> Int {
    let (number, mustStart) = state.withLock { state in
      state.next += 1
      state.entries[state.next] = entry
      defer { state.isLooking = true }
      return (state.next, !state.isLooking)
    }
    // Ends by itself when nothing is open any more.
    if mustStart { Task { await look() } }
    return number
  }

  private func look() async {
    var known: Revision?
    var round = 0
    while !isOver() {
      try? await Task.sleep(for: Self.interval, tolerance: .milliseconds(100))
      round += 1
      // While the database does not answer, nobody can have been let out.
      guard let revision = try? await revision() else { continue }
      if revision != known || round % Self.sessionRounds == 0 {
        guard (try? await judgeAll()) != nil else { continue }
        known = revision
      }
      endExpired()
    }
  }

  /// Whether nothing is open any more; then the next one starts another task.
  private func isOver() -> Bool {
    state.withLock { state in
      if state.entries.isEmpty { state.isLooking = false }
      return state.entries.isEmpty
    }
  }

  private func revision() async throws -> Revision {
    Revision(keys: try await keys.revision(), sessions: try await sessions.revision(), isOpen: isOpen())
  }

  private func judgeAll() async throws {
    let records = Dictionary(try await keys.standing().map { ($0.id, $0) }) { first, _ in first }
    let standing = try await sessions.standing()
    let open = isOpen()
    let ended = state.withLock { state -> [Entry] in
      var ended: [Entry] = []
      for (number, entry) in state.entries {
        switch entry.caller.kind {
        case .key(let id, _):
          // Whatever was taken from it: what is open goes by what the key had then.
          guard let record = records[id], entry.caller.permissions.isSubset(of: record.permissions),
            record.printerIDs == entry.caller.printers
          else { break }
          state.entries[number]?.expiresAt = record.expiresAt
          continue
        case .session(let id): if standing.contains(id) { continue }
        case .open: if open { continue }
        case .nobody: continue
        }
        state.entries[number] = nil
        ended.append(entry)
      }
      return ended
    }
    for entry in ended { entry.end() }
  }

  private func endExpired() {
    guard clock.isSet else { return }
    let now = clock.now
    let ended = state.withLock { state -> [Entry] in
      let over = state.entries.filter { $0.value.expiresAt.map { $0 <= now } ?? false }
      for number in over.keys { state.entries[number] = nil }
      return Array(over.values)
    }
    for entry in ended { entry.end() }
  }
}
