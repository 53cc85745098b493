import NIOCore

/// A connection as the registry sees it. All calls on the event loop.
protocol ServedConnection: AnyObject {
  var network: String { get }
  var isWebSocket: Bool { get }
  /// How readily it is given up for a newcomer, lowest first; nil while a request is under way.
  var evictionRank: Int? { get }
  /// Since when it has been in that state.
  var since: NIODeadline { get }
  /// Looks at its own deadlines.
  func tick(_ now: NIODeadline)
  /// Ends as soon as what is under way allows.
  func stop()
  /// Closes at once.
  func abort()
}

/// All connections of a server: who may come in, who has been waiting too long. Confined to the event loop.
///
/// One timer serves every deadline, and only while there are connections: an idle service does not wake up for it.
final class ConnectionRegistry {
  private let eventLoop: any EventLoop
  private let tickInterval: TimeAmount
  private let maximum: Int
  private let counters: HTTPServerCounters
  private var connections: [ObjectIdentifier: any ServedConnection] = [:]
  private var perNetwork: [String: Int] = [:]
  private var timer: RepeatedTask?
  private var emptied: EventLoopPromise<Void>?
  /// The time of the last tick or arrival: exact enough for deadlines, and free.
  private(set) var now = NIODeadline.now()

  init(eventLoop: any EventLoop, limits: HTTPLimits, counters: HTTPServerCounters) {
    self.eventLoop = eventLoop
    self.counters = counters
    maximum = limits.connections
    let shortest = min(limits.headerTimeout, limits.bodyTimeout, limits.idleTimeout, limits.writeTimeout)
    tickInterval = min(.seconds(1), .nanoseconds(max(shortest.nanoseconds / 4, 5_000_000)))
  }

  /// Makes room for one more connection, if need be by closing the longest idle one.
  func makeRoom(for network: String) -> Bool {
    now = .now()
    if perNetwork[network, default: 0] >= counters.connectionsPerAddress, !evict(from: network) { return false }
    if connections.count >= maximum, !evict(from: nil) { return false }
    return true
  }

  func add(_ connection: any ServedConnection) {
    connections[ObjectIdentifier(connection)] = connection
    perNetwork[connection.network, default: 0] += 1
    counters.opened()
    if timer == nil {
      let registry = NIOLoopBound(self, eventLoop: eventLoop)
      timer = eventLoop.scheduleRepeatedTask(initialDelay: tickInterval, delay: tickInterval) { _ in
        registry.value.tick()
      }
    }
  }

  /// The same connection goes on as a WebSocket.
  func replace(_ old: any ServedConnection, by new: any ServedConnection) {
    guard connections.removeValue(forKey: ObjectIdentifier(old)) != nil else { return }
    connections[ObjectIdentifier(new)] = new
    counters.upgraded()
  }

  /// May be called more than once for a connection.
  func remove(_ connection: any ServedConnection) {
    guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
    let left = perNetwork[connection.network, default: 1] - 1
    perNetwork[connection.network] = left > 0 ? left : nil
    counters.closed(webSocket: connection.isWebSocket)
    guard connections.isEmpty else { return }
    timer?.cancel()
    timer = nil
    emptied?.succeed(())
    emptied = nil
  }

  /// Asks every connection to end; the future succeeds when the last one has.
  func stop() -> EventLoopFuture<Void> {
    let promise = eventLoop.makePromise(of: Void.self)
    guard !connections.isEmpty else {
      promise.succeed(())
      return promise.futureResult
    }
    emptied = promise
    for connection in Array(connections.values) { connection.stop() }
    return promise.futureResult
  }

  func abortAll() {
    for connection in Array(connections.values) { connection.abort() }
  }

  private func evict(from network: String?) -> Bool {
    var victim: (connection: any ServedConnection, rank: Int)?
    for connection in connections.values where network == nil || connection.network == network {
      guard let rank = connection.evictionRank else { continue }
      if let best = victim, (best.rank, best.connection.since) <= (rank, connection.since) { continue }
      victim = (connection, rank)
    }
    guard let victim else { return false }
    // Closing is completed by the loop later; the place is free from now on.
    remove(victim.connection)
    victim.connection.abort()
    return true
  }

  private func tick() {
    now = .now()
    for connection in Array(connections.values) { connection.tick(now) }
  }
}
