import Glibc
import Model
import Wire

/// The bind port: says in one frame who the printer is, and closes (protocol sheet, section 2). On the simulator's thread.
final class BindServer {
  let port: UInt16
  private let listener: Int32
  private let context: TLSServerContext?
  private let poller: Poller
  private let device: () -> PrinterDevice?
  private var visitors: [Int32: Visitor] = [:]

  private final class Visitor {
    let session: TLSServerSession?
    var isReady: Bool
    var decoder = BindFrameDecoder()

    init(session: TLSServerSession?) {
      self.session = session
      isReady = session == nil
    }
  }

  /// - Parameter context: nil speaks plainly.
  init(
    port: UInt16, context: TLSServerContext?, poller: Poller, device: @escaping () -> PrinterDevice?
  ) throws(SimulatorError) {
    self.context = context
    self.poller = poller
    self.device = device
    (listener, self.port) = try Sockets.listen(port: port)
    poller.watch(listener, events: POLLIN) { [weak self] _ in self?.acceptAll() }
  }

  func close() {
    for descriptor in visitors.keys { end(descriptor) }
    poller.unwatch(listener)
    Glibc.close(listener)
  }

  private func acceptAll() {
    while let descriptor = Sockets.accept(listener) {
      let session = context?.makeSession(on: descriptor)
      guard context == nil || session != nil else {
        Glibc.close(descriptor)
        continue
      }
      visitors[descriptor] = Visitor(session: session)
      poller.watch(descriptor, events: POLLIN) { [weak self] _ in self?.serve(descriptor) }
    }
  }

  private func serve(_ descriptor: Int32) {
    guard let visitor = visitors[descriptor] else { return }
    if let session = visitor.session, !visitor.isReady {
      switch session.handshake() {
      case .done: visitor.isReady = true
      case .wait(let events): return poller.setEvents(descriptor, to: events)
      case .ended: return end(descriptor)
      }
      poller.setEvents(descriptor, to: POLLIN)
    }
    var chunk = [UInt8](repeating: 0, count: 4096)
    let count: Int
    if let session = visitor.session {
      switch session.read(into: &chunk) {
      case .done(let read): count = read
      case .wait: return
      case .ended: return end(descriptor)
      }
    } else {
      count = recv(descriptor, &chunk, chunk.count, 0)
      guard count > 0 else { return end(descriptor) }
    }
    guard let payloads = try? visitor.decoder.append(chunk[..<count]) else { return end(descriptor) }
    guard let question = payloads.first else { return }
    answer(question, visitor, descriptor)
    end(descriptor)
  }

  private func answer(_ question: [UInt8], _ visitor: Visitor, _ descriptor: Int32) {
    guard let device = device(), device.isOn, let json = try? JSONParser.parse(question, limits: .init(bytes: 4096)),
      json["login"]?["command"]?.string == "detect",
      let frame = BindFrame.encode(Self.description(of: device))
    else { return }
    if let session = visitor.session {
      _ = frame.withUnsafeBytes { session.write($0) }
    } else {
      _ = send(descriptor, frame, frame.count, Int32(MSG_NOSIGNAL))
    }
  }

  private static func description(of device: PrinterDevice) -> [UInt8] {
    var json = JSONWriter()
    json.write(
      [
        "login": [
          "bind": "free", "command": "detect", "connect": "lan", "dev_cap": 1, "id": .string(device.serial),
          "model": .string(device.model.codes.first ?? device.model.rawValue), "name": .string(device.name),
          "sequence_id": 3021, "version": "01.07.00.00",
        ]
      ] as JSONValue)
    return json.bytes
  }

  private func end(_ descriptor: Int32) {
    guard visitors.removeValue(forKey: descriptor) != nil else { return }
    poller.unwatch(descriptor)
    Glibc.close(descriptor)
  }
}
