/// The LAN access code from the printer's screen: 1 to 32 printable ASCII characters without spaces.
///
/// It goes to the printer only, and only after the certificate check has passed.
package struct AccessCode: Hashable, Sendable, CustomStringConvertible {
  package let secret: Secret

  package init(_ text: String, field: String = "access_code") throws(InvalidValue) {
    guard (1...32).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw InvalidValue(field, "must be 1 to 32 characters, as the printer's screen shows it (usually 8)")
    }
    secret = Secret(text)
  }

  package var description: String { secret.description }
}
