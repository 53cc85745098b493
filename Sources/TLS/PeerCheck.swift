import COpenSSL
import Model
import Synchronization

/// What one context knows of its peer. OpenSSL owns it through the context's extra data, so that it lives exactly as
/// long as a library (libmosquitto, libcurl) holds on to the context.
final class PeerCheck: Sendable {
  let policy: TrustPolicy
  let meter: ReceiveMeter
  private let last = Mutex<TrustVerdict?>(nil)

  var verdict: TrustVerdict? { last.withLock { $0 } }

  init(policy: TrustPolicy, receiveLimit: Int) {
    self.policy = policy
    meter = ReceiveMeter(limit: receiveLimit)
  }

  /// Judges the leaf inside the handshake, before a byte of ours follows: 1 goes on, 0 ends it with an alert.
  func judge(_ chain: OpaquePointer) -> Int32 {
    last.withLock { $0 = nil }
    guard let leaf = X509_STORE_CTX_get0_cert(chain), let key = Certificate.fingerprint(of: leaf) else {
      X509_STORE_CTX_set_error(chain, X509_V_ERR_OUT_OF_MEM)
      return 0
    }
    let verdict = policy.verdict(key: key, commonName: Certificate.commonName(of: leaf)) { hasChain(chain) }
    last.withLock { $0 = verdict }
    // The chain's own result must not outlive the pin's: libraries look at it after the handshake.
    X509_STORE_CTX_set_error(chain, verdict.isAccepted ? X509_V_OK : X509_V_ERR_CERT_REJECTED)
    return verdict.isAccepted ? 1 : 0
  }

  private func hasChain(_ chain: OpaquePointer) -> Bool {
    guard policy.authorities.count > 0, let parameters = X509_STORE_CTX_get0_param(chain) else { return false }
    // No name but the serial number counts, and the maker's old root has no key usage: never strict.
    X509_VERIFY_PARAM_set1_host(parameters, nil, 0)
    X509_VERIFY_PARAM_clear_flags(parameters, UInt(X509_V_FLAG_X509_STRICT))
    X509_VERIFY_PARAM_set_flags(parameters, UInt(X509_V_FLAG_PARTIAL_CHAIN))
    if !policy.judgesDates { X509_VERIFY_PARAM_set_flags(parameters, UInt(X509_V_FLAG_NO_CHECK_TIME)) }
    let isValid = X509_verify_cert(chain) == 1
    ERR_clear_error()
    return isValid
  }

  /// Where the check hangs on a context; OpenSSL releases it with the context.
  static let slot: Int32 = CRYPTO_get_ex_new_index(
    CRYPTO_EX_INDEX_SSL_CTX, 0, nil, nil, nil,
    { _, pointer, _, _, _, _ in
      if let pointer { Unmanaged<PeerCheck>.fromOpaque(pointer).release() }
    })

  /// Gives one reference to the context; false when OpenSSL has no memory for it.
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
        return Unmanaged<PeerCheck>.fromOpaque(argument).takeUnretainedValue().judge(chain)
      }, reference.toOpaque())
    SSL_CTX_set_msg_callback(context) { isWritten, _, kind, bytes, count, session, argument in
      guard isWritten == 0, kind == SSL3_RT_HEADER, count == 5, let bytes, let session, let argument else { return }
      let header = UnsafeRawBufferPointer(start: bytes, count: 5)
      let check = Unmanaged<PeerCheck>.fromOpaque(argument).takeUnretainedValue()
      if !check.meter.count(recordHeader: header) { ReceiveMeter.cut(session) }
    }
    SSL_CTX_ctrl(context, SSL_CTRL_SET_MSG_CALLBACK_ARG, 0, reference.toOpaque())
    return true
  }
}
