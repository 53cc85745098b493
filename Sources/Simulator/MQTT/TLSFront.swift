import Glibc

/// A printer's MQTT port: TLS with its certificate, the access code checked, and the faults made; behind it the
/// common broker. All on the simulator's thread.
final class TLSFront {
  /// What the front tells its printer.
  struct Events {
    var opened: () -> Void
    var connected: () -> Void
    var refused: () -> Void
    var subscribed: () -> Void
    /// A request on this printer's topic, with its quality of service above 0 or not.
    var requested: (_ atLeastOnce: Bool) -> Void
  }

  let serial: String
  let dropsRequestSubscribers: Bool
  let poller: Poller
  let brokerPort: UInt16
  let events: Events
  private(set) var port: UInt16
  /// Of the loopback.
  private(set) var address = "127.0.0.1"
  var accessCode: String
  var faults = FrontFaults()
  private var context: TLSServerContext
  private var listener: Int32
  private(set) var connections: [FrontConnection] = []
  /// Packets for clients kept back while silent.
  var swallowed = 0

  init(
    serial: String, accessCode: String, port: UInt16, dropsRequestSubscribers: Bool, context: TLSServerContext,
    brokerPort: UInt16, poller: Poller, events: Events
  ) throws(SimulatorError) {
    self.serial = serial
    self.accessCode = accessCode
    self.dropsRequestSubscribers = dropsRequestSubscribers
    self.context = context
    self.brokerPort = brokerPort
    self.poller = poller
    self.events = events
    (listener, self.port) = try Sockets.listen(port: port)
    watchListener()
  }

  var hasSessions: Bool { connections.contains { $0.isBridging } }
  var sessionCount: Int { connections.count { $0.isBridging } }

  /// The certificate of all connections from now on.
  func use(_ context: TLSServerContext) { self.context = context }

  func close() {
    closeListener()
    dropAll()
  }

  /// Ends every connection without a word.
  func dropAll() {
    for connection in connections { connection.close() }
  }

  /// The next report to each client is cut in its middle.
  func cutNextPublish() {
    for connection in connections { connection.cutsNextPublish = true }
  }

  func closeListener() {
    guard listener >= 0 else { return }
    poller.unwatch(listener)
    Glibc.close(listener)
    listener = -1
  }

  /// Another lease: it is gone where it was, and answers there.
  func move(to address: String, port: UInt16) throws(SimulatorError) {
    close()
    self.address = address
    self.port = port
    try openListener()
  }

  func openListener() throws(SimulatorError) {
    guard listener < 0 else { return }
    listener = try Sockets.listen(on: address, port: port).descriptor
    watchListener()
  }

  func remove(_ connection: FrontConnection) { connections.removeAll { $0 === connection } }

  /// Whether one more session fits; makes room when the oldest goes.
  func admits(_ newcomer: FrontConnection) -> Bool {
    let sessions = connections.filter { $0.isBridging && $0 !== newcomer }
    guard sessions.count >= faults.limit else { return true }
    guard faults.evictsOldest, let oldest = sessions.first else { return false }
    oldest.close()
    return true
  }

  private func watchListener() {
    poller.watch(listener, events: POLLIN) { [weak self] _ in self?.acceptAll() }
  }

  private func acceptAll() {
    while listener >= 0, let descriptor = Sockets.accept(listener) {
      events.opened()
      switch faults.entrance {
      case .reset:
        Sockets.reset(descriptor)
      case .garbage:
        answerGarbage(on: descriptor)
      case .open, .refused:
        guard let session = context.makeSession(on: descriptor) else {
          Glibc.close(descriptor)
          continue
        }
        let connection = FrontConnection(descriptor: descriptor, session: session, front: self)
        connections.append(connection)
        connection.start()
      }
    }
  }

  /// The peer's greeting is read to its end: closing over unread bytes resets, and the peer may lose what was sent.
  private func answerGarbage(on descriptor: Int32) {
    let text = Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)
    _ = send(descriptor, text, text.count, Int32(MSG_NOSIGNAL))
    shutdown(descriptor, Int32(SHUT_WR))
    poller.watch(descriptor, events: POLLIN) { [poller] _ in
      var chunk = [UInt8](repeating: 0, count: 4096)
      let count = read(descriptor, &chunk, chunk.count)
      guard count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR) else { return }
      poller.unwatch(descriptor)
      Glibc.close(descriptor)
    }
  }
}
