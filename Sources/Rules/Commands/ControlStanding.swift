package import Model

/// Whether a printer takes commands from us (protocol sheet, section 3.9).
package enum ControlStanding: String, Hashable, Sendable, CaseIterable {
  case allowed, refused, unknown

  /// What to switch on, where.
  package static let hint = """
    The printer takes commands only from the maker's own programs. To let this service control it, switch on LAN-only \
    mode and then Developer mode on the printer's screen (Settings, Network or General), and restart the printer. The \
    access code changes with that: enter the new one here. Following prints works without.
    """

  /// The answer while commands are refused: nothing is sent.
  package static var fault: Fault {
    var fault = Fault(.commandRefused, "The printer refuses commands from this service. \(hint)")
    fault.controlHint = hint
    return fault
  }
}

/// Gathers every sign of command authorization over one session (protocol sheet, section 3.9): the bit in `fun`, replies
/// of a failed verification, and the health message of the same meaning.
///
/// Signs count for one session: switching Developer mode on ends it.
package struct ControlEvidence: Hashable, Sendable {
  /// 0500_0500_0001_0007. It stays until somebody clears it, so that only its appearance says something.
  package static let healthCode = HMSCode(attribute: 0x0500_0500, code: 0x0001_0007)

  private var needsSignature: Bool?
  /// By its reply to a command.
  private var hasRefused = false
  /// The health message appeared, or stood while a command had no effect; over when it goes.
  private var isAccused = false
  private var hasObeyed = false
  /// Whether the health message stood in the last full picture; nil before the first.
  private var hadHealthCode: Bool?

  package init() {}

  package var standing: ControlStanding {
    if needsSignature == true || hasRefused || isAccused { return .refused }
    return needsSignature == false || hasObeyed ? .allowed : .unknown
  }

  package mutating func sessionBegan() { self = ControlEvidence() }

  package mutating func reported(_ report: PrinterReport) {
    guard report.isComplete else { return }
    // Developer mode has just been switched on, or is told for the first time: what was refused before is past.
    if needsSignature != false, report.needsSignature == false { (hasRefused, isAccused) = (false, false) }
    needsSignature = report.needsSignature
    let hasHealthCode = report.hms.contains(Self.healthCode)
    if !hasHealthCode { isAccused = false } else if hadHealthCode == false { isAccused = true }
    hadHealthCode = hasHealthCode
  }

  /// The printer's answer to a command of ours.
  package mutating func answered(_ answer: CommandProgress.Answer) {
    switch answer {
    case .success:
      hasObeyed = true
      (hasRefused, isAccused) = (false, false)
    case .failed(_, isSignature: true): hasRefused = true
    case .failed(_, isSignature: false), .echo: break
    }
  }

  /// A command was echoed, and its time is over without effect; with the health message standing, that is a refusal.
  /// - Returns: whether it is one.
  package mutating func echoedInVain() -> Bool {
    guard hadHealthCode == true else { return false }
    isAccused = true
    return true
  }
}
