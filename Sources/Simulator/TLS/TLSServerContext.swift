import COpenSSL

/// OpenSSL's server settings for one identity; connections made from it keep it alive.
final class TLSServerContext: @unchecked Sendable {
  // Unchecked: the pointer is written in init only; OpenSSL locks what its connections share.
  private let context: OpaquePointer

  /// TLS 1.2 only, as most printers speak (protocol sheet, section 3.1); 1.3 as well where allowed.
  init(
    identity: (leaf: CertificateAuthority.Identity, chain: [CertificateAuthority.Identity]), allowsTLS13: Bool
  ) throws(SimulatorError) {
    guard let context = SSL_CTX_new(TLS_server_method()) else { throw X509Maker.failure("a TLS context") }
    self.context = context
    // Macros in C: each is a call of SSL_CTX_ctrl.
    SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
    SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(allowsTLS13 ? TLS1_3_VERSION : TLS1_2_VERSION), nil)
    SSL_CTX_ctrl(
      context, SSL_CTRL_MODE, Int(SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER), nil)
    var good = SSL_CTX_use_certificate(context, identity.leaf.certificate) == 1
    good = good && SSL_CTX_use_PrivateKey(context, identity.leaf.key) == 1
    for authority in identity.chain {
      // The context takes over one reference.
      X509_up_ref(authority.certificate)
      good =
        good
        && SSL_CTX_ctrl(context, SSL_CTRL_EXTRA_CHAIN_CERT, 0, UnsafeMutableRawPointer(authority.certificate)) == 1
    }
    guard good else { throw X509Maker.failure("a TLS context") }
  }

  deinit { SSL_CTX_free(context) }

  /// A server's session on a connected, non-blocking descriptor; nil when memory is short.
  func makeSession(on descriptor: Int32) -> TLSServerSession? {
    guard let session = SSL_new(context) else { return nil }
    guard SSL_set_fd(session, descriptor) == 1 else {
      SSL_free(session)
      return nil
    }
    SSL_set_accept_state(session)
    return TLSServerSession(session)
  }
}

/// One TLS connection, non-blocking.
final class TLSServerSession {
  enum Outcome {
    case done(Int)
    /// Try again when the socket is ready for these poll events.
    case wait(events: Int32)
    case ended
  }

  private let session: OpaquePointer

  init(_ session: OpaquePointer) { self.session = session }

  deinit { SSL_free(session) }

  func handshake() -> Outcome {
    ERR_clear_error()
    return outcome(SSL_do_handshake(session))
  }

  func read(into chunk: inout [UInt8]) -> Outcome {
    ERR_clear_error()
    return outcome(SSL_read(session, &chunk, Int32(chunk.count)))
  }

  func write(_ bytes: UnsafeRawBufferPointer) -> Outcome {
    ERR_clear_error()
    return outcome(SSL_write(session, bytes.baseAddress, Int32(min(bytes.count, 1 << 30))))
  }

  private func outcome(_ result: Int32) -> Outcome {
    if result > 0 { return .done(Int(result)) }
    switch SSL_get_error(session, result) {
    case SSL_ERROR_WANT_READ: return .wait(events: 0x1)
    case SSL_ERROR_WANT_WRITE: return .wait(events: 0x4)
    default: return .ended
    }
  }
}
