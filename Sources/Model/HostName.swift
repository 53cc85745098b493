/// An IPv4 or IPv6 address, or a host name by RFC 1123. Nothing else: no scheme, no port, no path, no credentials.
package struct HostName: Hashable, Sendable, CustomStringConvertible {
  package let text: String

  package init(_ text: String, field: String = "ip_address") throws(InvalidValue) {
    guard Self.isIPv4(text) || Self.isIPv6(text) || Self.isName(text) else {
      throw InvalidValue(field, "must be an IPv4 or IPv6 address, or a host name such as printer.local")
    }
    self.text = text
  }

  package var description: String { text }

  /// Whether this is an address already, so that no name server need be asked.
  package var isNumeric: Bool { Self.isIPv4(text) || Self.isIPv6(text) }

  static func isIPv4(_ text: String) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4
      && parts.allSatisfy { part in
        (1...3).contains(part.utf8.count) && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
          && (part.utf8.count == 1 || part.utf8.first != 0x30) && (Int(part) ?? 256) < 256
      }
  }

  static func isIPv6(_ text: String) -> Bool {
    guard text.utf8.count <= 45, text.contains(":") else { return false }
    let halves = text.split(separator: "::", omittingEmptySubsequences: false)
    guard halves.count <= 2, !text.contains(":::") else { return false }
    var groups = 0
    for half in halves where !half.isEmpty {
      for (index, group) in half.split(separator: ":", omittingEmptySubsequences: false).enumerated() {
        if group.contains(".") {
          // An embedded IPv4 address may only be the end of the whole.
          guard half.endIndex == text.endIndex, group.endIndex == half.endIndex, isIPv4(String(group)) else {
            return false
          }
          groups += 2
          continue
        }
        guard (1...4).contains(group.utf8.count), group.utf8.allSatisfy(isHexDigit), index < 8 else { return false }
        groups += 1
      }
    }
    return halves.count == 2 ? groups <= 7 : groups == 8
  }

  static func isName(_ text: String) -> Bool {
    guard (1...253).contains(text.utf8.count) else { return false }
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    // A last label of digits only would be a broken IPv4 address (RFC 3696, section 2).
    guard let last = labels.last, !last.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
    return labels.allSatisfy { label in
      (1...63).contains(label.utf8.count) && label.utf8.first != 0x2D && label.utf8.last != 0x2D
        && label.utf8.allSatisfy { isLetterOrDigit($0) || $0 == 0x2D }
    }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
  }
}
