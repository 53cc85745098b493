import Model

/// An IPv4 address in host order. The announcements are of IPv4 only (protocol sheet, section 2).
struct IPv4Address: Hashable, Sendable {
  let bits: UInt32

  init(bits: UInt32) { self.bits = bits }

  /// nil when the host is a name or an IPv6 address.
  init?(_ host: HostName) {
    let parts = host.text.split(separator: ".", omittingEmptySubsequences: false).compactMap { UInt8($0) }
    guard host.isNumeric, parts.count == 4 else { return nil }
    bits = parts.reduce(0) { $0 << 8 | UInt32($1) }
  }

  var host: HostName? {
    try? HostName([24, 16, 8, 0].map { String(bits >> $0 & 0xFF) }.joined(separator: "."))
  }

  var isLoopback: Bool { bits >> 24 == 127 }
}

extension HostName {
  /// Whether a single machine may have this address: not unspecified, link-local, multicast or broadcast. A name may.
  package var isReachableUnicast: Bool {
    guard isNumeric else { return true }
    if let address = IPv4Address(self) {
      let first = address.bits >> 24
      return first != 0 && first < 224 && address.bits >> 16 != 0xA9FE
    }
    let text = text.lowercased()
    // fe80::/10 and ff00::/8; an IPv4 address in IPv6 clothes would get around the rule above.
    let barred = ["fe8", "fe9", "fea", "feb", "ff", "::ffff:", "64:ff9b:"]
    return text != "::" && !text.contains(".") && !barred.contains { text.hasPrefix($0) }
  }
}
