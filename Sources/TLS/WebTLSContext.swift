import COpenSSL
package import Model
import Synchronization

/// An `SSL_CTX` for a peer that is no printer: an external camera. Its certificate must be issued for its name by one of
/// the system's CAs, or hold the key that a person pinned. Nothing of ours is sent before that is known.
package final class WebTLSContext: @unchecked Sendable {
  // Unchecked: the pointer never changes, and OpenSSL counts references to a context atomically.

  /// Valid as long as this object, or any library that took a reference.
  package let pointer: OpaquePointer
  private let judge: Judge

  /// The last peer showed a certificate that is not trusted.
  package var hasRejected: Bool { judge.hasRejected.withLock { $0 } }

  /// - Parameters:
  ///   - host: what the certificate must be issued for, unless a key is pinned.
  ///   - authorities: a folder of CAs under their hashed names; nil is the system's. Only those that a chain needs are
  ///     read, so that a context costs no copy of the whole bundle.
  ///   - trust: certificates that are trusted beside those.
  package init(
    host: HostName, pinned: Fingerprint?, authorities: String? = nil, trust: TrustStore? = nil
  ) throws(TLSError) {
    guard let context = SSL_CTX_new(TLS_client_method()) else { throw TLSError.outOfMemory }
    let judge = Judge(pinned: pinned)
    guard Self.prepare(context, host: host, authorities: authorities), trust?.extend(context) ?? true,
      judge.attach(to: context)
    else {
      SSL_CTX_free(context)
      throw TLSError.outOfMemory
    }
    pointer = context
    self.judge = judge
  }

  deinit { SSL_CTX_free(pointer) }

  private static func prepare(_ context: OpaquePointer, host: HostName, authorities: String?) -> Bool {
    guard SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil) == 1,
      let parameters = SSL_CTX_get0_param(context)
    else { return false }
    let isNamed =
      host.isNumeric
      ? X509_VERIFY_PARAM_set1_ip_asc(parameters, host.text) : X509_VERIFY_PARAM_set1_host(parameters, host.text, 0)
    guard isNamed == 1 else { return false }
    X509_VERIFY_PARAM_set_hostflags(parameters, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
    let folder = authorities ?? X509_get_default_cert_dir().map { String(cString: $0) }
    if let folder { SSL_CTX_load_verify_dir(context, folder) }
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
    SSL_CTX_ctrl(
      context, SSL_CTRL_MODE,
      Int(SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER), nil)
    return true
  }

  /// OpenSSL owns it through the context's extra data.
  private final class Judge: Sendable {
    private static let slot: Int32 = CRYPTO_get_ex_new_index(
      CRYPTO_EX_INDEX_SSL_CTX, 0, nil, nil, nil,
      { _, pointer, _, _, _, _ in
        if let pointer { Unmanaged<Judge>.fromOpaque(pointer).release() }
      })

    private let pinned: Fingerprint?
    let hasRejected = Mutex(false)

    init(pinned: Fingerprint?) { self.pinned = pinned }

    func attach(to context: OpaquePointer) -> Bool {
      let reference = Unmanaged.passRetained(self)
      guard SSL_CTX_set_ex_data(context, Self.slot, reference.toOpaque()) == 1 else {
        reference.release()
        return false
      }
      SSL_CTX_set_cert_verify_callback(
        context,
        { chain, argument in
          guard let chain, let argument else { return 0 }
          return Unmanaged<Judge>.fromOpaque(argument).takeUnretainedValue().judge(chain)
        }, reference.toOpaque())
      return true
    }

    private func judge(_ chain: OpaquePointer) -> Int32 {
      let isTrusted: Bool
      if let pinned {
        isTrusted = X509_STORE_CTX_get0_cert(chain).flatMap { Certificate.fingerprint(of: $0) } == pinned
        X509_STORE_CTX_set_error(chain, isTrusted ? X509_V_OK : X509_V_ERR_CERT_REJECTED)
      } else {
        isTrusted = X509_verify_cert(chain) == 1
      }
      ERR_clear_error()
      hasRejected.withLock { $0 = !isTrusted }
      return isTrusted ? 1 : 0
    }
  }
}
