package import Model

/// A mailbox as SMTP and a message's header take it: `local@domain`, ASCII, without quotation (RFC 5321, section 4.1.2).
package struct MailAddress: Hashable, Sendable, CustomStringConvertible {
  package static let expectation = "must be a mail address such as me@example.org"

  package let text: String

  package init(_ text: String, field: String) throws(InvalidValue) {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, let local = parts.first, (1...64).contains(local.utf8.count), text.utf8.count <= 254,
      local.utf8.allSatisfy(Self.isAtomText), local.first != ".", local.last != ".", !local.contains(".."),
      let domain = parts.last, (try? HostName(String(domain))) != nil, !domain.contains(":")
    else { throw InvalidValue(field, Self.expectation) }
    self.text = text
  }

  package var description: String { text }

  /// `atext` of RFC 5322, section 3.2.3, and the dot.
  private static func isAtomText(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
      || "!#$%&'*+-/=?^_`{|}~.".utf8.contains(byte)
  }
}
