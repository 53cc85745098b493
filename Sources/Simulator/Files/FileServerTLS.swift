import COpenSSL
import Glibc

/// TLS 1.2 with one printer's certificate, and a session cache that both channels share.
final class FileServerTLS: @unchecked Sendable {
  // Unchecked: the pointer is written in init only; OpenSSL locks what sessions share.
  private let context: OpaquePointer

  init(certificate: OpaquePointer, key: OpaquePointer, chain: [OpaquePointer]) throws(FileServerError) {
    guard let context = SSL_CTX_new(TLS_server_method()) else { throw FileServerError("no TLS context") }
    self.context = context
    SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
    SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
    var good = SSL_CTX_use_certificate(context, certificate) == 1 && SSL_CTX_use_PrivateKey(context, key) == 1
    for authority in chain {
      // The context takes over one reference.
      X509_up_ref(authority)
      good = good && SSL_CTX_ctrl(context, SSL_CTRL_EXTRA_CHAIN_CERT, 0, UnsafeMutableRawPointer(authority)) == 1
    }
    let name = Array("files".utf8)
    good = good && SSL_CTX_set_session_id_context(context, name, UInt32(name.count)) == 1
    guard good else { throw FileServerError("OpenSSL does not take the certificate") }
  }

  deinit { SSL_CTX_free(context) }

  /// The handshake on a connected socket, blocking; nil when it fails.
  func accept(_ socket: Int32) -> FileChannel? {
    guard let session = SSL_new(context) else { return nil }
    guard SSL_set_fd(session, socket) == 1, SSL_accept(session) == 1 else {
      SSL_free(session)
      return nil
    }
    return FileChannel(socket: socket, session: session)
  }
}

/// A connected socket, with TLS or without; confined to its session's thread. The socket is closed by its owner.
final class FileChannel {
  let socket: Int32
  private let session: OpaquePointer?

  init(socket: Int32, session: OpaquePointer? = nil) {
    self.socket = socket
    self.session = session
  }

  deinit { SSL_free(session) }

  /// Whether the handshake resumed an earlier session.
  var isResumed: Bool { session.map { SSL_session_reused($0) == 1 } ?? false }

  /// The bytes that came; nil at the end and on failure.
  func read(into chunk: inout [UInt8]) -> Int? {
    let count: Int
    if let session {
      ERR_clear_error()
      count = Int(SSL_read(session, &chunk, Int32(chunk.count)))
    } else {
      count = recv(socket, &chunk, chunk.count, 0)
    }
    return count > 0 ? count : nil
  }

  /// False when the peer is gone.
  func write(_ bytes: ArraySlice<UInt8>) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { piece -> Int in
        guard let session else { return send(socket, piece.baseAddress, piece.count, 0) }
        ERR_clear_error()
        return Int(SSL_write(session, piece.baseAddress, Int32(min(piece.count, 1 << 20))))
      }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  /// Tells the peer that no more comes.
  func finish() {
    if let session { SSL_shutdown(session) }
    shutdown(socket, Int32(SHUT_WR))
  }
}
