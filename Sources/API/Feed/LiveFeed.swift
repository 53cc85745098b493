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
  private let watch: StandingWatch
  private let subscription = Mutex<EventFeed.Subscription?>(nil)

  package init(feed: EventFeed, view: FleetView, watch: StandingWatch) {
    self.view = view
    self.watch = watch
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
    await watch.during(
      caller, .permission(.read),
      end: { connection.close(.policyViolation, reason: "what let this in no longer does") }
    ) { await client.listen() }
  }

  private func tell(_ event: ServiceEvent) {
    let clients = state.withLock { Array($0.clients.values) }
    guard !clients.isEmpty, let message = LiveEvent(event) else { return }
    for client in clients { client.tell(message) }
  }
}
