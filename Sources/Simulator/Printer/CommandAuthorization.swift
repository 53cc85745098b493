/// How a printer takes unsigned commands (protocol sheet, section 3.9).
package enum CommandAuthorization: String, Sendable, Hashable, CaseIterable {
  case open = "off"
  /// Answers with the verification error.
  case required = "on"
  /// Echoes and does nothing; an HMS entry says why.
  case silent
}
