import Model
import TLS

/// The TLS of one camera, whoever it is; nothing of ours is sent before its check has passed.
enum PeerContext {
  case plain
  case printer(TLSClientContext)
  case certified(WebTLSContext)

  /// - Parameter host: what the certificate must be issued for, unless a key is pinned.
  init(external host: HostName, isEncrypted: Bool, pinned: Fingerprint?, authorities: String?) throws(TLSError) {
    guard isEncrypted else {
      self = .plain
      return
    }
    self = .certified(try WebTLSContext(host: host, pinned: pinned, authorities: authorities))
  }

  /// An `SSL_CTX`; nil speaks plainly.
  var pointer: OpaquePointer? {
    switch self {
    case .plain: nil
    case .printer(let context): context.pointer
    case .certified(let context): context.pointer
    }
  }

  var isEncrypted: Bool { if case .plain = self { false } else { true } }

  /// What the peer's certificate told, where it was not taken.
  var objection: CameraProblem? {
    switch self {
    case .plain: nil
    case .printer(let context):
      switch context.verdict {
      case .wrongSerial: .wrongSerial
      case .changed: .certificateChanged
      default: nil
      }
    case .certified(let context): context.hasRejected ? .untrusted : nil
    }
  }
}
