package import TLS
package import Wire

/// Why something with a printer's files did not come about.
package enum StorageError: Error, Hashable, Sendable {
  /// 530: the printer does not take the access code.
  case wrongAccessCode
  /// 550: no such file or folder.
  case notFound
  /// 553, or 550 to a file that is to be made: no card, read-only, or a name that the card does not take.
  case cannotCreate
  /// 552: the card is full.
  case full
  /// 425 or 522: the printer opens no data channel, usually because of too many sessions.
  case noDataChannel
  /// 421: the printer takes no further session.
  case tooManySessions
  /// The certificate is not the printer's; the access code was not sent.
  case untrusted(TrustVerdict)
  /// What answers there speaks no TLS that we do.
  case notTLS
  /// No connection came about.
  case unreachable
  /// The control channel fell silent, or the whole took too long.
  case timeout
  /// The data channel fell silent while the control channel stood.
  case stalled
  /// The connection ended, or the file has another size than it should.
  case cut
  /// Any other refusal, with its reply code.
  case refused(code: Int)
  /// A listing that is not used, and why.
  case listing(StorageListingError)
  /// A file, a listing or an answer above our limit.
  case tooLarge
  /// The control channel brought replies without end.
  case tooTalkative
  /// Too many operations wait for this printer already, or the service stops.
  case tooManyWaiting
  case cancelled
  /// A file on our own side, by errno.
  case local(errno: Int32)
  /// libcurl is not installed, or is built without OpenSSL.
  case noLibrary

  /// What a reply code says (protocol sheet, section 4).
  init(reply code: Int) {
    self =
      switch code {
      case 421: .tooManySessions
      case 425, 522: .noDataChannel
      case 426, 451: .cut
      case 452, 552: .full
      case 530, 430: .wrongAccessCode
      case 550: .notFound
      case 553: .cannotCreate
      default: .refused(code: code)
      }
  }

  /// Whether all bytes may have arrived although this was said: the size decides.
  var leavesSizeToAsk: Bool {
    switch self {
    case .cut, .stalled, .timeout, .noDataChannel: true
    default: false
    }
  }

  /// Whether the data channel is to blame, so that another kind of it may do.
  var blamesDataChannel: Bool { self == .stalled || self == .noDataChannel }
}
