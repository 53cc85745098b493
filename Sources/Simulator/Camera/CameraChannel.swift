import Glibc

/// One client's TLS connection, read and written with deadlines; confined to its session's thread. The socket is
/// closed by its owner.
final class CameraChannel {
  enum Arrival {
    case bytes(Int)
    /// Nothing came in time.
    case nothing
    case ended
  }

  private let socket: Int32
  private let session: TLSServerSession

  init?(socket: Int32, context: TLSServerContext) {
    guard let session = context.makeSession(on: socket) else { return nil }
    self.socket = socket
    self.session = session
  }

  /// - Parameter deadline: seconds of the monotonic clock.
  func handshake(until deadline: Double) -> Bool {
    while true {
      switch session.handshake() {
      case .done: return true
      case .ended: return false
      case .wait(let events): guard wait(for: events, until: deadline) else { return false }
      }
    }
  }

  /// What has come, at the latest at the deadline; looks at least once.
  func receive(into chunk: inout [UInt8], until deadline: Double) -> Arrival {
    while true {
      switch session.read(into: &chunk) {
      case .done(let count): return .bytes(count)
      case .ended: return .ended
      case .wait(let events): guard wait(for: events, until: deadline) else { return .nothing }
      }
    }
  }

  /// Exactly so many bytes; nil when they did not come in time.
  func receive(exactly count: Int, until deadline: Double) -> [UInt8]? {
    var bytes: [UInt8] = []
    while bytes.count < count {
      var chunk = [UInt8](repeating: 0, count: count - bytes.count)
      guard case .bytes(let taken) = receive(into: &chunk, until: deadline) else { return nil }
      bytes += chunk[..<taken]
    }
    return bytes
  }

  /// Passes the time, and whatever comes meanwhile; false when the client is gone.
  func pause(until deadline: Double) -> Bool {
    var chunk = [UInt8](repeating: 0, count: 512)
    while true {
      switch receive(into: &chunk, until: deadline) {
      case .bytes: continue
      case .nothing: return true
      case .ended: return false
      }
    }
  }

  /// Takes nothing and says nothing until the peer closes.
  func waitForEnd() {
    // POLLRDHUP, which Swift does not see: unread bytes do not wake.
    var entry = pollfd(fd: socket, events: 0x2000, revents: 0)
    while poll(&entry, 1, 60_000) <= 0 {}
  }

  /// Writes all, however long the client takes; false when it is gone.
  func send(_ bytes: ArraySlice<UInt8>) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      switch rest.withUnsafeBytes({ session.write($0) }) {
      case .done(let count): rest = rest.dropFirst(count)
      case .ended: return false
      case .wait(let events): guard wait(for: events, until: .infinity) else { return false }
      }
    }
    return true
  }

  /// Writes all in pieces as the settings want them.
  func send(_ bytes: [UInt8], headerBytes: Int, _ sending: CameraSettings.Sending) -> Bool {
    switch sending {
    case .whole: return send(bytes[...])
    case .split:
      let header = min(headerBytes, bytes.count)
      let half = header + (bytes.count - header) / 2
      return send(bytes[..<header]) && send(bytes[header..<half]) && send(bytes[half...])
    case .slices, .bytes:
      let size = sending == .slices ? 4096 : 1
      for start in stride(from: 0, to: bytes.count, by: size)
      where !send(bytes[start..<min(start + size, bytes.count)]) { return false }
      return true
    }
  }

  /// False when the time is over. A broken connection counts as ready: the next call finds out.
  private func wait(for events: Int32, until deadline: Double) -> Bool {
    while true {
      let left = deadline == .infinity ? -1 : ((deadline - Poller.monotonicSeconds()) * 1000).rounded(.up)
      guard deadline == .infinity || left > 0 else { return false }
      var entry = pollfd(fd: socket, events: Int16(events), revents: 0)
      let ready = poll(&entry, 1, Int32(min(left, 60_000)))
      if ready > 0 { return true }
      if ready < 0, errno != EINTR { return false }
    }
  }
}
