import COpenSSL
import Model

/// The one trust check for contexts that a library makes itself, as libcurl does: one for the control connection and one
/// for each data connection.
package final class BorrowedTLSContext: Sendable {
  private let check: PeerCheck

  /// The verdict of the last full handshake; nil before the peer has shown its certificate.
  package var verdict: TrustVerdict? { check.verdict }

  package init(policy: TrustPolicy) { check = PeerCheck(policy: policy, receiveLimit: 0) }

  /// Puts the check on the context before its first handshake; false when OpenSSL has no memory for it. Then the
  /// context must not be used.
  package func install(on context: UnsafeMutableRawPointer) -> Bool {
    let context = OpaquePointer(context)
    guard check.attach(to: context), SSL_CTX_set_cipher_list(context, TLSClientContext.suites) == 1 else {
      return false
    }
    // Without it OpenSSL would ask the check and not heed it.
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
    if let store = check.policy.authorities.pointer { SSL_CTX_set1_cert_store(context, store) }
    return true
  }
}
