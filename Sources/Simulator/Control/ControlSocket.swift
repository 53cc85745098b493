import Glibc

/// A Unix socket that takes control lines and answers each with a line or more, ending with an empty one.
final class ControlSocket {
  private static let lineLimit = 4096

  private let path: String
  private let poller: Poller
  private let answer: (String) -> String
  private let listener: Int32
  private var clients: [Int32: [UInt8]] = [:]

  init(path: String, poller: Poller, answer: @escaping (String) -> String) throws(SimulatorError) {
    self.path = path
    self.poller = poller
    self.answer = answer
    listener = try Sockets.listen(path: path)
    poller.watch(listener, events: POLLIN) { [weak self] _ in self?.accept() }
  }

  func close() {
    poller.unwatch(listener)
    Glibc.close(listener)
    unlink(path)
    for client in Array(clients.keys) { drop(client) }
  }

  private func accept() {
    while let client = Sockets.accept(listener) {
      guard clients.count < 16 else {
        Glibc.close(client)
        continue
      }
      clients[client] = []
      poller.watch(client, events: POLLIN) { [weak self] _ in self?.serve(client) }
    }
  }

  private func drop(_ client: Int32) {
    poller.unwatch(client)
    Glibc.close(client)
    clients[client] = nil
  }

  private func serve(_ client: Int32) {
    var chunk = [UInt8](repeating: 0, count: 1024)
    let count = read(client, &chunk, chunk.count)
    guard count > 0, var buffer = clients[client] else {
      if count < 0, errno == EAGAIN || errno == EINTR { return }
      return drop(client)
    }
    buffer += chunk[..<count]
    while let end = buffer.firstIndex(of: 0x0A) {
      let line = String(decoding: buffer[..<end], as: UTF8.self)
      buffer.removeSubrange(...end)
      let reply = Array((answer(line) + "\n\n").utf8)
      _ = send(client, reply, reply.count, Int32(MSG_NOSIGNAL))
    }
    guard buffer.count <= Self.lineLimit else { return drop(client) }
    clients[client] = buffer
  }
}
