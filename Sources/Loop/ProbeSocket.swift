import COpenSSL
import Glibc
package import Model

/// One short TCP exchange on the loop, plain or in TLS: it connects, says what it is given, and hands on what comes.
/// Confined to the loop; ends itself at its deadline.
package final class ProbeSocket: LoopSource {
  package enum Event {
    /// Connected, and where there is TLS the handshake is complete.
    case open
    /// The bytes are valid during the call only.
    case bytes(ArraySlice<UInt8>)
    /// Nothing follows; the socket is closed already.
    case ended
  }

  private enum Stage { case connecting, handshaking, open, closed }

  private let loop: PollLoop
  private let session: OpaquePointer?
  package private(set) var descriptor: Int32
  package private(set) var interest = Int16(POLLOUT)
  private var stage = Stage.connecting
  private var output: [UInt8]
  private var timer: LoopTimer?
  private var handler: ((Event) -> Void)?

  /// nil when the address is no number, or there is no socket for it.
  ///
  /// - Parameters:
  ///   - context: an `SSL_CTX`; nil speaks plainly.
  ///   - output: sent as soon as it is open.
  package init?(
    loop: PollLoop, host: HostName, port: PortNumber, context: OpaquePointer?, output: [UInt8], within time: Duration,
    handler: @escaping (Event) -> Void
  ) {
    guard let descriptor = NumericAddress.connect(to: host, port: port) else { return nil }
    self.loop = loop
    self.descriptor = descriptor
    self.output = output
    self.handler = handler
    session = context.flatMap { SSL_new($0) }
    guard context == nil || session != nil else {
      Glibc.close(descriptor)
      return nil
    }
    if let session {
      SSL_set_fd(session, descriptor)
      SSL_set_connect_state(session)
    }
    loop.add(self)
    timer = loop.schedule(after: time) { [weak self] in self?.end() }
  }

  deinit {
    if let session { SSL_free(session) }
    if descriptor >= 0 { Glibc.close(descriptor) }
  }

  /// Ends it without a word.
  package func close() {
    handler = nil
    end()
  }

  package func loopEnded() { end() }

  package func ready(_ events: Int16) {
    if stage == .connecting {
      var code: Int32 = 0
      var size = socklen_t(MemoryLayout.size(ofValue: code))
      guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size) == 0, code == 0 else { return end() }
      stage = session == nil ? .open : .handshaking
      if stage == .open { opened() }
    }
    if stage == .handshaking, let session {
      ERR_clear_error()
      let result = SSL_do_handshake(session)
      guard result == 1 else { return waitOrEnd(result) }
      stage = .open
      opened()
    }
    if stage == .open, write() { read() }
  }

  private func opened() {
    interest = Int16(POLLIN)
    handler?(.open)
  }

  /// False when it is over or must wait.
  private func write() -> Bool {
    while !output.isEmpty {
      let count: Int
      if let session {
        ERR_clear_error()
        let result = SSL_write(session, output, Int32(output.count))
        guard result > 0 else {
          waitOrEnd(result)
          return false
        }
        count = Int(result)
      } else {
        count = send(descriptor, output, output.count, Int32(MSG_NOSIGNAL))
        if count < 0, errno == EAGAIN || errno == EINTR {
          interest = Int16(POLLIN | POLLOUT)
          return false
        }
        guard count > 0 else {
          end()
          return false
        }
      }
      output.removeFirst(count)
    }
    interest = Int16(POLLIN)
    return true
  }

  private func read() {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while stage == .open {
      let count: Int
      if let session {
        ERR_clear_error()
        let result = SSL_read(session, &buffer, Int32(buffer.count))
        guard result > 0 else { return waitOrEnd(result) }
        count = Int(result)
      } else {
        count = recv(descriptor, &buffer, buffer.count, 0)
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        guard count > 0 else { return end() }
      }
      handler?(.bytes(buffer[..<count]))
    }
  }

  private func waitOrEnd(_ result: Int32) {
    guard let session else { return end() }
    switch SSL_get_error(session, result) {
    case SSL_ERROR_WANT_READ: interest = Int16(POLLIN)
    case SSL_ERROR_WANT_WRITE: interest = Int16(POLLOUT)
    default: end()
    }
  }

  private func end() {
    guard stage != .closed else { return }
    stage = .closed
    timer?.cancel()
    timer = nil
    loop.remove(self)
    Glibc.close(descriptor)
    descriptor = -1
    let handler = self.handler
    self.handler = nil
    handler?(.ended)
  }
}
