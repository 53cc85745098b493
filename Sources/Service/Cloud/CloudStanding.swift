package import Model

/// How the sign-in to the cloud stands.
package struct CloudStanding: Hashable, Sendable {
  package enum State: String, CaseIterable, Hashable, Sendable {
    case signedOut = "signed_out"
    /// A code was sent; it is to be entered.
    case codeRequired = "code_required"
    /// The authenticator's code is to be entered.
    case secondFactorRequired = "tfa_required"
    case signedIn = "signed_in"
    /// The token has ended; somebody must sign in again.
    case expired
  }

  /// Whether the cloud takes the token.
  package enum Verdict: String, CaseIterable, Hashable, Sendable {
    case valid, invalid
    /// Nobody has asked it, or it does not answer.
    case unknown
  }

  package var state: State
  package var region: CloudRegion
  /// The API's address; nil where the settings give none.
  package var base: String?
  /// With all but its ends hidden.
  package var account: String?
  package var userName: String?
  package var verdict = Verdict.unknown
  package var signedInAt: Timestamp?
  package var expiresAt: Timestamp?
  package var syncedAt: Timestamp?
  /// Profiles that are kept.
  package var profiles = 0

  /// `jane@example.com` as `j•••@example.com`: enough to know one's own account by.
  static func masked(_ account: String) -> String {
    guard let at = account.firstIndex(of: "@") else { return "•••\(account.suffix(2))" }
    return "\(account.prefix(1))•••\(account[at...])"
  }
}
