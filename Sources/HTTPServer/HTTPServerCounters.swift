import Synchronization

/// Counts that anyone may read at any time, and the one limit that anyone may change.
final class HTTPServerCounters: Sendable {
  private let open = Atomic<Int>(0)
  private let webSockets = Atomic<Int>(0)
  private let accepted = Atomic<Int>(0)
  private let refused = Atomic<Int>(0)
  private let requests = Atomic<Int>(0)
  private let perAddress: Atomic<Int>

  init(connectionsPerAddress: Int) { perAddress = Atomic(max(1, connectionsPerAddress)) }

  /// Connections at once from one address; at least one.
  var connectionsPerAddress: Int {
    get { perAddress.load(ordering: .relaxed) }
    set { perAddress.store(max(1, newValue), ordering: .relaxed) }
  }

  func opened() {
    open.add(1, ordering: .relaxed)
    accepted.add(1, ordering: .relaxed)
  }

  func upgraded() { webSockets.add(1, ordering: .relaxed) }

  func closed(webSocket: Bool) {
    open.subtract(1, ordering: .relaxed)
    if webSocket { webSockets.subtract(1, ordering: .relaxed) }
  }

  func refusedConnection() { refused.add(1, ordering: .relaxed) }

  func request() { requests.add(1, ordering: .relaxed) }

  var statistics: HTTPServerStatistics {
    HTTPServerStatistics(
      openConnections: open.load(ordering: .relaxed), webSockets: webSockets.load(ordering: .relaxed),
      acceptedConnections: accepted.load(ordering: .relaxed), refusedConnections: refused.load(ordering: .relaxed),
      requests: requests.load(ordering: .relaxed))
  }
}
