import Model
import Rules
import TLS

/// How an attempt or a session ended, as the library's codes and the TLS layer tell it together.
enum ConnectionEnd: Hashable {
  /// TCP did not come about.
  case unreachable(errno: Int32)
  /// Closed or reset before the printer greeted us.
  case closedEarly
  /// Bytes that are no TLS, or a handshake that the peer ended.
  case notTLS
  /// TLS, and then no MQTT.
  case notMQTT
  /// The certificate is not the printer's.
  case untrusted(TrustVerdict)
  /// CONNACK with this code.
  case refused(code: Int32)
  /// The subscription was not granted.
  case noSubscription
  /// More than a packet may have, and no end of it.
  case tooLarge
  /// A session that stood was lost; the library's code.
  case lost(code: Int32)
  /// No memory or no descriptor.
  case noResources

  /// What a person is told; nil for a session that stood and may come back at once.
  var problem: PrinterProblem? {
    switch self {
    case .unreachable, .closedEarly, .noResources: .unreachable
    case .notTLS, .notMQTT, .tooLarge: .notAPrinter
    case .untrusted(.wrongSerial): .wrongSerial
    case .untrusted: .certificateChanged
    // 4 is bad user name or password, 5 not authorised; printers use both (protocol sheet, section 3.1).
    case .refused(4), .refused(5): .wrongAccessCode
    // 3 is "server unavailable".
    case .refused(3): .unreachable
    case .refused: .notAPrinter
    case .noSubscription: .noData
    case .lost: nil
    }
  }

  /// A short constant for logs.
  var summary: String {
    switch self {
    case .unreachable: "unreachable"
    case .closedEarly: "closed before greeting"
    case .notTLS: "no TLS"
    case .notMQTT: "no MQTT"
    case .untrusted: "not trusted"
    case .refused(let code): "refused with code \(code)"
    case .noSubscription: "subscription not granted"
    case .tooLarge: "message too large"
    case .lost(let code): "lost with code \(code)"
    case .noResources: "out of memory or descriptors"
    }
  }
}
