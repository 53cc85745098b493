import Glibc
import Synchronization

/// A port of 127.0.0.1 that speaks HTTP/1.1, a thread for each connection: few clients, and plain code to read.
final class CloudStandPort: Sendable {
  private struct State {
    var sockets: Set<Int32> = []
    var isStopped = false
  }

  let number: UInt16
  private let listener: Int32
  private let state = Mutex(State())

  init(port: UInt16) throws(FileServerError) {
    let (descriptor, bound) = try FileSockets.listen(port: port)
    listener = descriptor
    number = bound
  }

  func serve(_ body: @escaping @Sendable (CloudStandChannel) -> Void) throws(FileServerError) {
    let isStarted = SessionThread.start { [self] in
      while true {
        let socket = accept(listener, nil, nil)
        if socket < 0 {
          if errno == EINTR || errno == ECONNABORTED { continue }
          break
        }
        let isKept = state.withLock { state in
          if !state.isStopped { state.sockets.insert(socket) }
          return !state.isStopped
        }
        let runs =
          isKept
          && SessionThread.start { [self] in
            body(CloudStandChannel(socket: socket))
            release(socket)
          }
        if !runs { release(socket) }
      }
      close(listener)
    }
    guard isStarted else {
      close(listener)
      throw FileServerError("no thread for the simulated cloud")
    }
  }

  func stop() {
    state.withLock { state in
      guard !state.isStopped else { return }
      state.isStopped = true
      shutdown(listener, Int32(SHUT_RDWR))
      for socket in state.sockets { shutdown(socket, Int32(SHUT_RDWR)) }
    }
  }

  private func release(_ socket: Int32) {
    state.withLock { state in
      state.sockets.remove(socket)
      close(socket)
    }
  }
}

/// One connection; confined to its thread.
final class CloudStandChannel {
  /// Bytes of a head, and of a body.
  private static let headLimit = 64 << 10
  private static let bodyLimit = 64 << 20

  private let socket: Int32
  private var buffer: [UInt8] = []

  init(socket: Int32) { self.socket = socket }

  /// The next request; nil when the peer is gone or speaks something else.
  /// - Parameter wants: asked with the head whether the body is read; false ends the connection after a part of it.
  func request(reading wants: (CloudStandRequest) -> Bool) -> CloudStandRequest? {
    guard let line = line() else { return nil }
    let words = line.split(separator: " ")
    guard words.count == 3, words[2] == "HTTP/1.1" else { return nil }
    var request = CloudStandRequest(method: String(words[0]), target: String(words[1]), headers: [:], body: [])
    while true {
      guard let line = self.line() else { return nil }
      if line.isEmpty { break }
      guard let colon = line.firstIndex(of: ":") else { return nil }
      request.headers[line[..<colon].lowercased()] = String(line[line.index(after: colon)...].drop { $0 == " " })
    }
    let length = request.headers["content-length"].flatMap(Int.init) ?? 0
    guard (0...Self.bodyLimit).contains(length) else { return nil }
    guard wants(request) else {
      _ = fill()
      return nil
    }
    while buffer.count < length { guard fill() else { return nil } }
    request.body = Array(buffer[..<length])
    buffer.removeFirst(length)
    return request
  }

  private func line() -> String? {
    while true {
      if let end = buffer.firstIndex(of: 0x0A) {
        defer { buffer.removeFirst(end + 1) }
        return String(decoding: buffer[..<end].last == 0x0D ? buffer[..<(end - 1)] : buffer[..<end], as: UTF8.self)
      }
      guard buffer.count < Self.headLimit, fill() else { return nil }
    }
  }

  private func fill() -> Bool {
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    let count = recv(socket, &chunk, chunk.count, 0)
    guard count > 0 else { return false }
    buffer += chunk[..<count]
    return true
  }

  @discardableResult
  func write(_ bytes: some Collection<UInt8>) -> Bool {
    var rest = Array(bytes)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  /// Waits until the peer goes, or the port stops.
  func holdStill() { while fill() { buffer = [] } }

  /// So many bytes of nothing, for as long as they are taken.
  func writeEndlessly(_ count: Int) {
    let block = [UInt8](repeating: UInt8(ascii: " "), count: 64 << 10)
    var left = count
    while left > 0, write(block.prefix(min(left, block.count))) { left -= block.count }
  }
}
