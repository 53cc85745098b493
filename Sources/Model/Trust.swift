/// What we know of the certificate at a printer's ports (contract, section 8).
package struct Trust: Hashable, Sendable {
  package enum State: String, Sendable, CaseIterable {
    /// Issued for its serial number by a CA in the trust folder.
    case verified
    /// The key that was pinned at the first connection, or that a person accepted.
    case pinned
    /// Another key than the pinned one is offered; nothing secret is sent to it.
    case changed
    /// Never seen.
    case none
  }

  package var state: State
  /// The key that is trusted.
  package var fingerprint: Fingerprint?
  /// The key that was offered last, where it differs from the trusted one.
  package var offered: Fingerprint?

  package init(state: State = .none, fingerprint: Fingerprint? = nil, offered: Fingerprint? = nil) {
    self.state = state
    self.fingerprint = fingerprint
    self.offered = offered
  }
}
