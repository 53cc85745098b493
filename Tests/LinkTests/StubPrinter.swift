import COpenSSL
import Glibc
import Synchronization
import TestKit

/// A TLS server that speaks as much MQTT as a test wants: it greets, grants, and then sends what it is told to.
final class StubPrinter: @unchecked Sendable {
  // Unchecked: everything that changes is behind the mutex; the rest is written in init.
  struct Manner: Sendable {
    /// CONNACK's code; nil says nothing.
    var greeting: UInt8? = 0
    var grant: UInt8 = 0
    /// Bytes after SUBACK, sent as many times.
    var after: [UInt8] = []
    var times = 1
    var acknowledges = false
    /// Closes right after SUBACK.
    var hangsUp = false
  }

  private struct Seen {
    var bytes = 0
    var connections = 0
    var publishes = 0
    var clientIDs: Set<[UInt8]> = []
    var sent = 0
    var waiting: (count: Int, continuation: CheckedContinuation<Bool, Never>)?
  }

  let port: UInt16
  private let listener: Int32
  private let context: OpaquePointer
  private let manner: Manner
  private let seen = Mutex(Seen())

  var bytesSeen: Int { seen.withLock { $0.bytes } }
  var connections: Int { seen.withLock { $0.connections } }
  var publishes: Int { seen.withLock { $0.publishes } }
  var clientIDs: Int { seen.withLock { $0.clientIDs.count } }
  var bytesSent: Int { seen.withLock { $0.sent } }

  init(_ leaf: TestCertificate, _ manner: Manner = Manner()) throws {
    guard let context = SSL_CTX_new(TLS_server_method()) else { throw TestKitError("no server") }
    SSL_CTX_use_certificate(context, leaf.certificate)
    SSL_CTX_use_PrivateKey(context, leaf.key)
    self.context = context
    self.manner = manner
    (listener, port) = try listen()
    signal(SIGPIPE, SIG_IGN)
    inThread { [self] in
      while true {
        let socket = accept(listener, nil, nil)
        guard socket >= 0 else { return }
        seen.withLock { $0.connections += 1 }
        inThread { [self] in serve(socket) }
      }
    }
  }

  /// True once so many commands have come; false when they do not within 10 s.
  func receives(publishes count: Int) async -> Bool {
    await withCheckedContinuation { continuation in
      let isThere = seen.withLock { seen in
        if seen.publishes < count { seen.waiting = (count, continuation) }
        return seen.publishes >= count
      }
      if isThere { return continuation.resume(returning: true) }
      inThread { [self] in
        sleep(10)
        let waiting = seen.withLock { seen in
          defer { seen.waiting = nil }
          return seen.waiting
        }
        waiting?.continuation.resume(returning: false)
      }
    }
  }

  private func noteCommand() {
    let reached = seen.withLock { seen -> CheckedContinuation<Bool, Never>? in
      seen.publishes += 1
      guard let waiting = seen.waiting, seen.publishes >= waiting.count else { return nil }
      seen.waiting = nil
      return waiting.continuation
    }
    reached?.resume(returning: true)
  }

  /// Ends the listener; connections end with their peers.
  func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

  private func serve(_ socket: Int32) {
    defer { close(socket) }
    guard let session = SSL_new(context) else { return }
    defer { SSL_free(session) }
    SSL_set_fd(session, socket)
    guard SSL_accept(session) == 1 else { return }
    var input: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Int(SSL_read(session, &chunk, Int32(chunk.count)))
      guard count > 0 else { return }
      seen.withLock { $0.bytes += count }
      input += chunk[..<count]
      while let packet = Self.packet(from: &input) {
        guard answer(packet, on: session) else { return }
      }
    }
  }

  private func answer(_ packet: [UInt8], on session: OpaquePointer) -> Bool {
    switch packet[0] >> 4 {
    case 1:
      let length = Int(packet[12]) << 8 + Int(packet[13])
      seen.withLock { _ = $0.clientIDs.insert(Array(packet[14..<14 + length])) }
      if let code = manner.greeting { return send([0x20, 2, 0, code], on: session) }
    case 8:
      guard send([0x90, 3, packet[2], packet[3], manner.grant], on: session) else { return false }
      for _ in 0..<manner.times where !manner.after.isEmpty {
        guard send(manner.after, on: session) else { return false }
      }
      return !manner.hangsUp
    case 3:
      noteCommand()
      let topic = Int(packet[2]) << 8 + Int(packet[3])
      let id = packet[(4 + topic)...]
      if manner.acknowledges { return send([0x40, 2] + id.prefix(2), on: session) }
    default: break
    }
    return true
  }

  private func send(_ bytes: [UInt8], on session: OpaquePointer) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = Int(rest.withUnsafeBytes { SSL_write(session, $0.baseAddress, Int32(min($0.count, 1 << 20))) })
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
      seen.withLock { $0.sent += count }
    }
    return true
  }

  /// A whole packet of short form off the front.
  private static func packet(from input: inout [UInt8]) -> [UInt8]? {
    guard input.count >= 2 else { return nil }
    var length = 0
    var index = 1
    while index < input.count {
      length |= Int(input[index] & 0x7F) << (7 * (index - 1))
      index += 1
      if input[index - 1] & 0x80 == 0 { break }
    }
    guard input.count >= index + length else { return nil }
    defer { input.removeFirst(index + length) }
    // Lengths of one byte are the rule here; longer ones are normalised away for the callers' offsets.
    return [input[0], UInt8(truncatingIfNeeded: length)] + input[index..<index + length]
  }

  /// A PUBLISH of QoS 0.
  static func publish(topic: String, _ payload: [UInt8]) -> [UInt8] {
    let body = [UInt8(topic.utf8.count >> 8), UInt8(topic.utf8.count & 0xFF)] + Array(topic.utf8) + payload
    return [0x30] + remainingLength(body.count) + body
  }

  static func remainingLength(_ value: Int) -> [UInt8] {
    var rest = value
    var bytes: [UInt8] = []
    repeat {
      bytes.append(UInt8(rest % 128) | (rest >= 128 ? 0x80 : 0))
      rest /= 128
    } while rest > 0
    return bytes
  }
}

/// A port that accepts and then does as told, without TLS.
final class PlainListener: Sendable {
  enum Manner: Sendable { case silent, resets, says(String) }

  let port: UInt16
  private let listener: Int32
  private let accepted = Mutex<[Int32]>([])

  var connections: Int { accepted.withLock { $0.count } }

  init(_ manner: Manner) throws {
    (listener, port) = try listen()
    inThread { [self] in
      while true {
        let socket = accept(listener, nil, nil)
        guard socket >= 0 else { return }
        switch manner {
        case .silent: break
        case .resets:
          var abort = linger(l_onoff: 1, l_linger: 0)
          setsockopt(socket, SOL_SOCKET, SO_LINGER, &abort, socklen_t(MemoryLayout<linger>.size))
          close(socket)
        case .says(let text):
          _ = text.withCString { write(socket, $0, strlen($0)) }
        }
        accepted.withLock { $0.append(socket) }
      }
    }
  }

  func stop() { shutdown(listener, Int32(SHUT_RDWR)) }
}

/// A listening socket on a free port of the loopback.
func listen() throws -> (descriptor: Int32, port: UInt16) {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  var size = socklen_t(MemoryLayout<sockaddr_in>.size)
  let port = withUnsafeMutablePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic -> UInt16? in
      guard bind(descriptor, generic, size) == 0, Glibc.listen(descriptor, 64) == 0,
        getsockname(descriptor, generic, &size) == 0
      else { return nil }
      return UInt16(bigEndian: pointer.pointee.sin_port)
    }
  }
  guard let port else { throw TestKitError("no port") }
  return (descriptor, port)
}
