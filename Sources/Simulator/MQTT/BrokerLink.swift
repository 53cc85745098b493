import Glibc

/// The printers' own side of the broker: one plain MQTT session that publishes all reports and hears all requests.
final class BrokerLink {
  /// Bytes that may wait for a slow broker; beyond them reports are dropped, as a printer short of memory does.
  private static let backlogLimit = 64 << 20

  private let poller: Poller
  private var descriptor: Int32 = -1
  private var splitter = MQTTPacketSplitter()
  private var output = OutputQueue()
  private let received: (PublishFields) -> Void

  init(poller: Poller, received: @escaping (PublishFields) -> Void) {
    self.poller = poller
    self.received = received
  }

  var isOpen: Bool { descriptor >= 0 }

  func open(port: UInt16) throws(SimulatorError) {
    close()
    guard let socket = Sockets.connect(port: port) else {
      throw SimulatorError("the broker does not answer on 127.0.0.1:\(port)")
    }
    descriptor = socket
    splitter = MQTTPacketSplitter()
    var connect: [UInt8] = []
    connect.appendMQTT("MQTT")
    connect.append(contentsOf: [4, 0x02, 0, 0])
    connect.appendMQTT("layerberry-simulator")
    var subscribe: [UInt8] = [0, 1]
    subscribe.appendMQTT("device/+/request")
    subscribe.append(0)
    send(MQTTPacket(.connect, body: connect))
    send(MQTTPacket(.subscribe, flags: 2, body: subscribe))
    poller.watch(descriptor, events: POLLIN) { [weak self] events in self?.serve(events) }
    update()
  }

  func close() {
    guard descriptor >= 0 else { return }
    poller.unwatch(descriptor)
    Glibc.close(descriptor)
    descriptor = -1
    output.clear()
  }

  /// False when the report was dropped: no broker, or too much waiting.
  @discardableResult
  func publish(topic: String, payload: [UInt8]) -> Bool {
    guard isOpen, output.count + payload.count < Self.backlogLimit else { return false }
    send(MQTTPacket.publish(topic: topic, payload: payload))
    return isOpen
  }

  private func send(_ packet: MQTTPacket) {
    output.append(packet.encoded)
    flush()
  }

  private func flush() {
    let descriptor = descriptor
    guard output.drain({ Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }) else {
      return close()
    }
    update()
  }

  private func update() {
    guard isOpen else { return }
    poller.setEvents(descriptor, to: output.isEmpty ? POLLIN : POLLIN | POLLOUT)
  }

  private func serve(_ events: Int16) {
    if Int32(events) & POLLOUT != 0 { flush() }
    guard isOpen, Int32(events) & ~POLLOUT != 0 else { return }
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    let count = read(descriptor, &chunk, chunk.count)
    guard count > 0 else {
      if count < 0, errno == EAGAIN || errno == EINTR { return }
      return close()
    }
    splitter.append(chunk[..<count])
    do {
      while let packet = try splitter.next() {
        if let fields = PublishFields(packet) { received(fields) }
      }
    } catch { close() }
  }
}
