import Store
package import HTTPServer
import Model
package import Service
import Synchronization

/// All open WebSockets. Every event is written once and shared; what a client misses is decided in its own outbox.
package final class LiveFeed: Sendable {
  private struct State {
    var clients: [Int: LiveClient] = [:]
    var next = 0
  }

  private let state = Mutex(State())
  private let view: FleetView
  private let keys: KeyRing
  private let subscription = Mutex<EventFeed.Subscription?>(nil)

  package init(feed: EventFeed, view: FleetView, keys: KeyRing) {
    self.view = view
    self.keys = keys
    let subscribed = feed.follow { [weak self] event in self?.tell(event) }
    subscription.withLock { $0 = subscribed }
  }

  /// Serves one client until it goes, or may no longer stay.
  package func serve(_ connection: WebSocketConnection, for caller: Caller) async {
    let client = LiveClient(connection: connection, caller: caller)
    let number = state.withLock { state in
      state.next += 1
      state.clients[state.next] = client
      return state.next
    }
    defer { state.withLock { _ = $0.clients.removeValue(forKey: number) } }
    for (index, snapshot) in view.all.enumerated() {
      client.tell(LiveEvent(state: snapshot))
      // The opening of a large farm is more than an outbox holds.
      if index % 16 == 15 { await connection.drained() }
    }
    await withTaskGroup { group in
      group.addTask { await client.listen() }
      group.addTask { await self.watch(client) }
      await group.next()
      group.cancelAll()
    }
  }

  private func tell(_ event: ServiceEvent) {
    let clients = state.withLock { Array($0.clients.values) }
    guard !clients.isEmpty, let message = LiveEvent(event) else { return }
    for client in clients { client.tell(message) }
  }

  /// A key that is deleted, narrowed or has expired closes what it opened within a second (contract, section 3).
  private func watch(_ client: LiveClient) async {
    guard case .key(let id, _) = client.caller.kind else { return await Self.forever() }
    var revision: KeyRing.Revision?
    while !Task.isCancelled {
      do {
        try await Task.sleep(for: .seconds(1), tolerance: .milliseconds(100))
        let now = try await keys.revision()
        guard now != revision || client.caller.expires else { continue }
        revision = now
        guard let record = try await keys.standing(id), record.permissions.contains(.read),
          record.printerIDs == client.caller.printers
        else {
          client.connection.close(.policyViolation, reason: "the key no longer allows this")
          return
        }
      } catch is CancellationError {
        return
      } catch {
        continue
      }
    }
  }

  private static func forever() async {
    try? await Task.sleep(for: .seconds(1_000_000_000))
  }
}
