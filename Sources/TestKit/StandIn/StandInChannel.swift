import COpenSSL
import Glibc

/// One accepted connection of a stand-in, blocking, with TLS or without; confined to its thread.
final class StandInChannel {
  private let socket: Int32
  private var session: OpaquePointer?
  private var buffer: [UInt8] = []

  init(socket: Int32) { self.socket = socket }

  deinit { SSL_free(session) }

  /// The handshake; false when the peer does not want it.
  func encrypt(_ identity: TestCertificate) -> Bool {
    guard let context = SSL_CTX_new(TLS_server_method()) else { return false }
    defer { SSL_CTX_free(context) }
    guard SSL_CTX_use_certificate(context, identity.certificate) == 1,
      SSL_CTX_use_PrivateKey(context, identity.key) == 1, let session = SSL_new(context)
    else { return false }
    guard SSL_set_fd(session, socket) == 1, SSL_accept(session) == 1 else {
      SSL_free(session)
      return false
    }
    self.session = session
    return true
  }

  var isEncrypted: Bool { session != nil }

  /// A line without its end; nil when the peer is gone or sends 64 KiB without one.
  func line() -> String? {
    while true {
      if let end = buffer.firstIndex(of: 0x0A) {
        let line = buffer[..<end].last == 0x0D ? buffer[..<(end - 1)] : buffer[..<end]
        defer { buffer.removeFirst(end + 1) }
        return String(decoding: line, as: UTF8.self)
      }
      guard buffer.count < 65_536, fill() else { return nil }
    }
  }

  func bytes(_ count: Int) -> [UInt8]? {
    while buffer.count < count { guard fill() else { return nil } }
    defer { buffer.removeFirst(count) }
    return Array(buffer[..<count])
  }

  private func fill() -> Bool {
    var chunk = [UInt8](repeating: 0, count: 16_384)
    let count: Int
    if let session {
      ERR_clear_error()
      count = Int(SSL_read(session, &chunk, Int32(chunk.count)))
    } else {
      count = recv(socket, &chunk, chunk.count, 0)
    }
    guard count > 0 else { return false }
    buffer += chunk[..<count]
    return true
  }

  @discardableResult
  func write(_ bytes: some Collection<UInt8>) -> Bool {
    var rest = Array(bytes)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { piece -> Int in
        guard let session else { return send(socket, piece.baseAddress, piece.count, Int32(MSG_NOSIGNAL)) }
        ERR_clear_error()
        return Int(SSL_write(session, piece.baseAddress, Int32(piece.count)))
      }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  @discardableResult
  func write(_ text: String) -> Bool { write(text.utf8) }

  /// Waits until the peer goes, or the stand-in stops.
  func holdStill() { while fill() { buffer = [] } }
}
