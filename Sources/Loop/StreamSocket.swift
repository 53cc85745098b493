import COpenSSL
import Glibc
package import Model

/// A TCP connection on the loop that lasts, plain or in TLS. Confined to the loop.
///
/// What comes is read into one buffer that is used again for ever; what goes waits in a queue of at most `outputLimit`
/// bytes. In one pass of the loop it reads at most `readsInPass` times, so that a fast peer does not keep others waiting.
package final class StreamSocket: LoopSource {
  package enum Event {
    /// Connected, and where there is TLS the handshake is complete.
    case open
    /// Valid during the call only.
    case bytes(UnsafeRawBufferPointer)
    /// Nothing follows; the socket is closed already.
    case ended(End)
  }

  package enum End: Hashable, Sendable {
    /// TCP did not come about.
    case unreachable
    /// TCP stands, TLS does not: not trusted, not TLS, or ended by the peer.
    case noHandshake
    /// Not open within its time.
    case late
    /// The peer has ended the connection.
    case closed
    /// The connection broke, or TLS did.
    case lost
  }

  private enum Stage { case connecting, handshaking, open, closed }

  /// A TLS record holds at most 16 KiB: each is read whole, so that none stays behind where `poll` does not see it.
  private static let readSize = 16 << 10
  private static let readsInPass = 4
  /// Bytes that may wait to be sent. Default 64 KiB.
  package static let outputLimit = 64 << 10

  private let loop: PollLoop
  private let session: OpaquePointer?
  private let buffer: UnsafeMutableRawBufferPointer
  package private(set) var descriptor: Int32
  private var stage = Stage.connecting
  private var output: [UInt8] = []
  private var sent = 0
  private var readNeedsWrite = false
  private var timer: LoopTimer?
  private var handler: ((Event) -> Void)?

  /// While it is true nothing is read, and the peer has to wait.
  package var isPaused = false

  /// nil when the address is no number, or there is no socket or memory for it.
  ///
  /// - Parameters:
  ///   - context: an `SSL_CTX`; nil speaks plainly.
  ///   - serverName: the host's name, for peers that have a certificate for each.
  ///   - time: for the connection and its handshake together.
  ///   - handler: called on the loop, never from within this call.
  package init?(
    loop: PollLoop, host: HostName, port: PortNumber, context: OpaquePointer?, serverName: String? = nil,
    openWithin time: Duration,
    handler: @escaping (Event) -> Void
  ) {
    guard let descriptor = NumericAddress.connect(to: host, port: port) else { return nil }
    let session = context.flatMap { SSL_new($0) }
    guard context == nil || session != nil else {
      Glibc.close(descriptor)
      return nil
    }
    if let session {
      SSL_set_fd(session, descriptor)
      SSL_set_connect_state(session)
      if let serverName {
        // What the macro SSL_set_tlsext_host_name does; OpenSSL copies the name.
        serverName.withCString { name in
          _ = SSL_ctrl(
            session, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name),
            UnsafeMutableRawPointer(mutating: name))
        }
      }
      // The next record is never far: giving the buffer back between two would cost an allocation for each.
      SSL_ctrl(session, SSL_CTRL_CLEAR_MODE, Int(SSL_MODE_RELEASE_BUFFERS), nil)
    }
    self.loop = loop
    self.descriptor = descriptor
    self.session = session
    self.handler = handler
    buffer = .allocate(byteCount: Self.readSize, alignment: 16)
    loop.add(self)
    timer = loop.schedule(after: time) { [weak self] in self?.end(.late) }
  }

  deinit {
    if let session { SSL_free(session) }
    if descriptor >= 0 { Glibc.close(descriptor) }
    buffer.deallocate()
  }

  package var interest: Int16 {
    switch stage {
    case .connecting: Int16(POLLOUT)
    case .handshaking: Int16(readNeedsWrite ? POLLOUT : POLLIN)
    case .open: Int16((isPaused ? 0 : POLLIN) | (output.isEmpty && !readNeedsWrite ? 0 : POLLOUT))
    case .closed: 0
    }
  }

  /// Sends the bytes after those that wait; false when there is no room for them or nothing to send them by.
  @discardableResult
  package func send(_ bytes: some Collection<UInt8>) -> Bool {
    guard stage == .open, output.count - sent + bytes.count <= Self.outputLimit else { return false }
    if sent > 0 {
      output.removeFirst(sent)
      sent = 0
    }
    output.append(contentsOf: bytes)
    // The rest follows when the loop finds room for it; an error is met there as well, and never within this call.
    return true
  }

  /// Ends it without a word to its owner; the peer is told. What still waits is sent as far as there is room for it.
  package func close() {
    handler = nil
    if stage == .open { _ = write() }
    if stage == .open, let session {
      ERR_clear_error()
      SSL_shutdown(session)
      ERR_clear_error()
    }
    end(.closed)
  }

  package func loopEnded() {
    handler = nil
    end(.closed)
  }

  package func ready(_ events: Int16) {
    if stage == .connecting {
      var code: Int32 = 0
      var size = socklen_t(MemoryLayout.size(ofValue: code))
      guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size) == 0, code == 0 else { return end(.unreachable) }
      guard session != nil else { return opened() }
      stage = .handshaking
    }
    if stage == .handshaking { return shakeHands() }
    if stage == .open, write(), !isPaused { read() }
    // Nothing is read from a paused peer, so that its end shows only here.
    if stage == .open, isPaused, events & Int16(POLLERR | POLLHUP) != 0 { end(.lost) }
  }

  private func shakeHands() {
    guard let session else { return }
    ERR_clear_error()
    let result = SSL_do_handshake(session)
    if result == 1 { return opened() }
    switch SSL_get_error(session, result) {
    case SSL_ERROR_WANT_READ: readNeedsWrite = false
    case SSL_ERROR_WANT_WRITE: readNeedsWrite = true
    default: end(.noHandshake)
    }
  }

  private func opened() {
    stage = .open
    readNeedsWrite = false
    timer?.cancel()
    timer = nil
    handler?(.open)
    if stage == .open { _ = write() }
  }

  /// False when it is over.
  private func write() -> Bool {
    while sent < output.count {
      let count = output.withUnsafeBytes { bytes -> Int in
        let rest = UnsafeRawBufferPointer(rebasing: bytes[sent...])
        guard let session else { return Glibc.send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL)) }
        ERR_clear_error()
        return Int(SSL_write(session, rest.baseAddress, Int32(rest.count)))
      }
      if count > 0 {
        sent += count
      } else if mustWait(Int32(clamping: count)) {
        return true
      } else {
        end(.lost)
        return false
      }
    }
    output.removeAll(keepingCapacity: true)
    sent = 0
    return true
  }

  private func read() {
    readNeedsWrite = false
    for _ in 0..<Self.readsInPass {
      let count: Int
      if let session {
        ERR_clear_error()
        count = Int(SSL_read(session, buffer.baseAddress, Int32(buffer.count)))
      } else {
        count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
      }
      guard count > 0 else {
        if count < 0 || session != nil, mustWait(Int32(clamping: count)) { return }
        return end(isOver(count) ? .closed : .lost)
      }
      handler?(.bytes(UnsafeRawBufferPointer(rebasing: buffer[..<count])))
      guard stage == .open, !isPaused else { return }
    }
  }

  /// Whether the call that gave this result is to be made again when the socket is ready.
  private func mustWait(_ result: Int32) -> Bool {
    guard let session else { return errno == EAGAIN || errno == EINTR }
    switch SSL_get_error(session, result) {
    case SSL_ERROR_WANT_READ: return true
    case SSL_ERROR_WANT_WRITE:
      readNeedsWrite = true
      return true
    default: return false
    }
  }

  /// Whether a read that gave nothing met the peer's orderly end; one without a TLS farewell is as good.
  private func isOver(_ count: Int) -> Bool {
    guard let session else { return count == 0 }
    if SSL_get_error(session, Int32(clamping: count)) == SSL_ERROR_ZERO_RETURN { return true }
    return ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING
  }

  private func end(_ end: End) {
    guard stage != .closed else { return }
    stage = .closed
    timer?.cancel()
    timer = nil
    loop.remove(self)
    Glibc.close(descriptor)
    descriptor = -1
    let handler = self.handler
    self.handler = nil
    handler?(.ended(end))
  }
}
