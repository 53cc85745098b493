/// Why a request to somebody outside brought no answer. The sentences are for people and hold no secret.
package enum ReachError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The address is not one that the service may go to; the text ends the sentence "The address …".
  case notAllowed(String)
  case nameUnknown
  case notConnected
  /// The certificate is not issued for this name by an authority that the system knows, or has not the pinned key.
  case untrusted
  /// TLS did not come about for another reason.
  case noEncryption
  case timeout
  /// More than three redirects, or one that leads in a circle.
  case tooManyRedirects
  case badRedirect
  /// A redirect leads to another host, and what was to be sent holds a secret.
  case secretWouldLeave
  /// The connection broke, or what came is not the protocol.
  case broken
  case headersTooLarge
  case refusedLogin
  /// A mail server said no, with this code (RFC 5321, section 4.2.1).
  case mailRefused(code: Int)
  case unreadableFile
  case busy
  case cancelled
  case noLibrary

  /// Whether the same request may go through later without anybody changing something.
  package var isPassing: Bool {
    switch self {
    // A certificate is renewed by its owner, and by nobody here.
    case .nameUnknown, .notConnected, .noEncryption, .untrusted, .timeout, .broken, .busy, .cancelled: true
    case .mailRefused(let code): code < 500
    case .notAllowed, .tooManyRedirects, .badRedirect, .secretWouldLeave, .headersTooLarge, .refusedLogin,
      .unreadableFile, .noLibrary:
      false
    }
  }

  package var description: String {
    switch self {
    case .notAllowed(let objection): "The address \(objection)."
    case .nameUnknown: "The host name has no address. Check how it is written, and the board's name server."
    case .notConnected: "Nothing answers at the address. Check host and port, and that the server runs."
    case .untrusted:
      "The server's certificate is not issued for this name by an authority that the system knows. Check the name;"
        + " the key of a server of your own can be pinned behind # in the address."
    // libcurl tells a certificate that its authority has not signed no better.
    case .noEncryption:
      "The server and this service found no common way to encrypt, or its certificate is broken. Check both, and the port."
    case .timeout: "The server did not answer in time."
    case .tooManyRedirects: "The server redirects too often. Enter the address where it ends."
    case .badRedirect: "The server redirects to something that is no web address. Check the address."
    case .secretWouldLeave:
      "The server redirects to another host, which must not get the secrets. Enter that address if it is right."
    case .broken: "The connection broke off, or the answer was not what the server should speak. Check the port."
    case .headersTooLarge: "The server's answer has too many headers."
    case .refusedLogin: "The server does not take the user name and password."
    case .mailRefused(let code): "The mail server refused the message with code \(code)."
    case .unreadableFile: "A file that was to be sent cannot be read any more."
    case .busy: "Too many requests wait already."
    case .cancelled: "The request was given up."
    case .noLibrary: "libcurl is not installed: install the package libcurl4."
    }
  }
}
