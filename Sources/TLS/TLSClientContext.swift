import COpenSSL

/// An `SSL_CTX` with the one trust check on it, for whichever library opens the socket.
///
/// TLS 1.2 at least, no upper bound; the offer includes the plain RSA suites that some printers insist on (protocol
/// sheet, section 3.1). Nothing of ours is sent before the check has passed: it runs inside the handshake.
package final class TLSClientContext: @unchecked Sendable {
  // Unchecked: the pointer never changes, and OpenSSL counts references to a context atomically.

  /// Valid as long as this object, or any library that took a reference.
  package let pointer: OpaquePointer
  private let check: PeerCheck

  /// The verdict of the last handshake; nil before the peer has shown its certificate.
  package var verdict: TrustVerdict? { check.verdict }
  /// What has arrived over connections of this context.
  package var meter: ReceiveMeter { check.meter }

  static let suites = "DEFAULT:AES256-GCM-SHA384:AES128-GCM-SHA256"

  /// - Parameter receiveLimit: bytes that may arrive between two calls of `meter.mark()`; 0 is no limit.
  package init(policy: TrustPolicy, receiveLimit: Int = 0) throws(TLSError) {
    guard let context = SSL_CTX_new(TLS_client_method()) else { throw TLSError.outOfMemory }
    let check = PeerCheck(policy: policy, receiveLimit: receiveLimit)
    guard check.attach(to: context),
      SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil) == 1,
      SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, 0, nil) == 1,
      SSL_CTX_set_cipher_list(context, Self.suites) == 1
    else {
      SSL_CTX_free(context)
      throw TLSError.outOfMemory
    }
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
    if let store = policy.authorities.pointer { SSL_CTX_set1_cert_store(context, store) }
    // 34 kB of buffers are given back between records; one connection at a time needs them.
    SSL_CTX_ctrl(
      context, SSL_CTRL_MODE,
      Int(SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER), nil)
    pointer = context
    self.check = check
  }

  deinit { SSL_CTX_free(pointer) }
}

/// OpenSSL could not make a context.
package enum TLSError: Error, Hashable, Sendable, CustomStringConvertible {
  case outOfMemory

  package var description: String { "A TLS context could not be made: out of memory." }
}
