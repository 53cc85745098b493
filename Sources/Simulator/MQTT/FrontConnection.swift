import Glibc

/// One client's connection: TLS on its side, plain MQTT on the broker's.
final class FrontConnection {
  private enum Phase { case handshake, connect, bridging, closing, closed }

  /// A client that takes no more than this much behind is disconnected. Bytes.
  private static let backlogLimit = 64 << 20
  /// From TCP to CONNECT. Seconds.
  private static let patience = 30.0

  var cutsNextPublish = false
  private unowned let front: TLSFront
  private let descriptor: Int32
  private let session: TLSServerSession
  private var phase = Phase.handshake
  private var handshakeEvents = POLLIN
  private var fromClient = MQTTPacketSplitter()
  private var fromBroker = MQTTPacketSplitter()
  private var toClient = OutputQueue()
  private var toBroker = OutputQueue()
  private var broker: Int32 = -1
  private var gathered: [UInt8] = []
  private var heldAcknowledgement: MQTTPacket?
  private var chunk = [UInt8](repeating: 0, count: 16 << 10)

  init(descriptor: Int32, session: TLSServerSession, front: TLSFront) {
    self.descriptor = descriptor
    self.session = session
    self.front = front
  }

  var isBridging: Bool { phase == .bridging }

  func start() {
    front.poller.watch(descriptor, events: POLLIN) { [weak self] events in self?.serveClient(events) }
    front.poller.after(Self.patience) { [weak self] in
      guard let self, phase == .handshake || phase == .connect else { return }
      close()
    }
  }

  /// Ends both sides at once, without DISCONNECT and without a TLS goodbye.
  func close() {
    guard phase != .closed else { return }
    phase = .closed
    front.poller.unwatch(descriptor)
    Sockets.end(descriptor)
    closeBroker()
    front.remove(self)
  }

  private func closeBroker() {
    guard broker >= 0 else { return }
    front.poller.unwatch(broker)
    Sockets.end(broker)
    broker = -1
  }

  // MARK: The client's side

  private func serveClient(_ events: Int16) {
    if phase == .handshake {
      switch session.handshake() {
      case .done: phase = .connect
      case .wait(let events):
        handshakeEvents = events
        return update()
      case .ended: return close()
      }
    }
    if Int32(events) & POLLOUT != 0 { flushClient() }
    readClient()
    update()
  }

  private func readClient() {
    while phase == .connect || phase == .bridging {
      switch session.read(into: &chunk) {
      case .done(let count):
        if front.faults.isSilent { continue }
        fromClient.append(chunk[..<count])
        do {
          while phase == .connect || phase == .bridging, let packet = try fromClient.next() { handle(packet) }
        } catch { close() }
      case .wait: return
      case .ended: close()
      }
    }
  }

  private func handle(_ packet: MQTTPacket) {
    if phase == .connect { return admit(packet) }
    switch packet.kind {
    case .connect: return close()
    case .subscribe:
      let filters = SubscribeFields(packet)?.filters ?? []
      if front.dropsRequestSubscribers, filters.contains(where: { $0.hasSuffix("/request") }) { return close() }
    case .publish:
      guard let fields = PublishFields(packet) else { return close() }
      guard fields.topic.hasPrefix("device/\(front.serial)/") else {
        // The printer's own broker has no other printers: taken, and nobody hears it.
        if let id = fields.packetID { acknowledge(id) }
        return
      }
      if fields.topic == "device/\(front.serial)/request" { front.events.requested(fields.packetID != nil) }
    default: break
    }
    toBroker.append(packet.encoded)
    flushBroker()
  }

  private func acknowledge(_ id: UInt16) {
    var body: [UInt8] = []
    body.appendMQTT(id)
    deliver(MQTTPacket(.puback, body: body))
  }

  private func admit(_ packet: MQTTPacket) {
    guard let request = ConnectRequest(packet) else { return close() }
    guard request.protocolName == "MQTT", request.level == 4 else { return refuse(with: 1) }
    let isKnown = request.username == "bblp" && request.password == Array(front.accessCode.utf8)
    if let code = front.faults.refusal ?? (isKnown ? nil : 5) { return refuse(with: code) }
    guard front.admits(self) else { return refuse(with: 3) }
    guard let socket = Sockets.connect(port: front.brokerPort) else { return close() }
    broker = socket
    phase = .bridging
    front.poller.watch(broker, events: POLLIN) { [weak self] events in self?.serveBroker(events) }
    let name = request.clientID.isEmpty ? "" : "\(front.serial)/\(request.clientID)"
    toBroker.append(request.forwarded(clientID: name).encoded)
    flushBroker()
    front.events.connected()
  }

  private func refuse(with code: UInt8) {
    front.events.refused()
    toClient.append(MQTTPacket(.connack, body: [0, code]).encoded)
    phase = .closing
    flushClient()
  }

  // MARK: The broker's side

  private func serveBroker(_ events: Int16) {
    if Int32(events) & POLLOUT != 0 { flushBroker() }
    guard broker >= 0, Int32(events) & ~POLLOUT != 0 else { return }
    let count = read(broker, &chunk, chunk.count)
    guard count > 0 else {
      if count < 0, errno == EAGAIN || errno == EINTR { return }
      return close()
    }
    fromBroker.append(chunk[..<count])
    do {
      while phase == .bridging, let packet = try fromBroker.next() { forward(packet) }
    } catch { close() }
    update()
  }

  private func forward(_ packet: MQTTPacket) {
    if front.faults.isSilent {
      front.swallowed += 1
      return
    }
    switch packet.kind {
    case .publish:
      guard let topic = MQTTReader(packet.body).firstText, topic.hasPrefix("device/\(front.serial)/") else { return }
      guard cutsNextPublish else { return deliver(packet) }
      let bytes = packet.encoded
      toClient.append(Array(bytes[..<(bytes.count / 2)]))
      phase = .closing
      flushClient()
    case .puback: forwardAcknowledgement(packet)
    case .suback:
      front.events.subscribed()
      deliver(packet)
    default: deliver(packet)
    }
  }

  private func forwardAcknowledgement(_ packet: MQTTPacket) {
    switch front.faults.acknowledgements {
    case .prompt: deliver(packet)
    case .none: break
    case .delayed(let seconds): front.poller.after(seconds) { [weak self] in self?.deliver(packet) }
    case .swapped:
      if let held = heldAcknowledgement {
        heldAcknowledgement = nil
        deliver(packet)
        deliver(held)
      } else {
        heldAcknowledgement = packet
        // Alone it waits for a second one, but not for ever.
        front.poller.after(2) { [weak self] in
          guard let self, let held = heldAcknowledgement else { return }
          heldAcknowledgement = nil
          deliver(held)
        }
      }
    }
  }

  /// Puts a packet on its way to the client, in records as the faults want them.
  private func deliver(_ packet: MQTTPacket) {
    guard phase == .bridging else { return }
    let bytes = packet.encoded
    switch front.faults.records {
    case .whole: toClient.append(bytes)
    case .split:
      let size = bytes.count > 4096 ? 97 : 3
      for start in stride(from: 0, to: bytes.count, by: size) {
        toClient.append(Array(bytes[start..<min(start + size, bytes.count)]))
      }
    case .coalesced:
      if gathered.isEmpty { front.poller.after(0.3) { [weak self] in self?.sendGathered() } }
      gathered += bytes
      return
    }
    guard toClient.count < Self.backlogLimit else { return close() }
    flushClient()
  }

  private func sendGathered() {
    guard phase == .bridging else { return }
    toClient.append(gathered)
    gathered = []
    flushClient()
  }

  // MARK: Writing

  private func flushClient() {
    let good = toClient.drain { bytes in
      switch session.write(bytes) {
      case .done(let count): return count
      case .wait:
        errno = EAGAIN
        return -1
      case .ended:
        errno = EPIPE
        return -1
      }
    }
    if !good || (phase == .closing && toClient.isEmpty) { return close() }
    update()
  }

  private func flushBroker() {
    guard broker >= 0 else { return }
    let socket = broker
    guard toBroker.drain({ send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }) else {
      return close()
    }
    update()
  }

  private func update() {
    switch phase {
    case .closed: break
    case .handshake: front.poller.setEvents(descriptor, to: handshakeEvents)
    default:
      front.poller.setEvents(descriptor, to: toClient.isEmpty ? POLLIN : POLLIN | POLLOUT)
      if broker >= 0 { front.poller.setEvents(broker, to: toBroker.isEmpty ? POLLIN : POLLIN | POLLOUT) }
    }
  }
}

extension MQTTReader {
  /// The first field as text, for a look at a topic without copying the rest.
  fileprivate var firstText: String? {
    var copy = self
    return copy.text()
  }
}
