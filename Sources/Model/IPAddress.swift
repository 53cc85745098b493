/// A numeric IPv4 or IPv6 address, as a number; an IPv4 address within IPv6 (`::ffff:192.0.2.1`) is that IPv4 address.
package struct IPAddress: Hashable, Sendable, CustomStringConvertible {
  /// The 128 bits; an IPv4 address has `0:0:0:0:0:ffff` before it (RFC 4291, section 2.5.5.2).
  package let high: UInt64
  package let low: UInt64

  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  package init(ipv4 bits: UInt32) {
    high = 0
    low = 0xFFFF_0000_0000 | UInt64(bits)
  }

  /// Sixteen bytes in network order.
  package init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 16 else { return nil }
    high = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    low = bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Four decimal numbers, or the forms of RFC 4291, section 2.2; a zone (`%eth0`) does not count. Nothing else that old
  /// programs take for an address.
  package init?(_ text: String) {
    let text = text.prefix { $0 != "%" }
    if HostName.isIPv4(String(text)) {
      self.init(ipv4: Self.ipv4Bits(text))
      return
    }
    guard HostName.isIPv6(String(text)) else { return nil }
    var head: [UInt16] = []
    var tail: [UInt16] = []
    var isBehindGap = false
    var rest = text
    while !rest.isEmpty {
      if rest.hasPrefix("::") {
        isBehindGap = true
        rest = rest.dropFirst(2)
        continue
      }
      if rest.hasPrefix(":") { rest = rest.dropFirst() }
      let part = rest.prefix { $0 != ":" }
      rest = rest[part.endIndex...]
      var groups: [UInt16] = []
      if part.contains(".") {
        let bits = Self.ipv4Bits(part)
        groups = [UInt16(bits >> 16), UInt16(bits & 0xFFFF)]
      } else {
        guard let group = UInt16(part, radix: 16) else { return nil }
        groups = [group]
      }
      if isBehindGap { tail += groups } else { head += groups }
    }
    guard head.count + tail.count <= 8 else { return nil }
    let all = head + [UInt16](repeating: 0, count: 8 - head.count - tail.count) + tail
    self.init(
      high: all[..<4].reduce(0) { $0 << 16 | UInt64($1) }, low: all[4...].reduce(0) { $0 << 16 | UInt64($1) })
  }

  package var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }

  /// 127.0.0.0/8 and ::1: every machine's own.
  package var isLoopback: Bool { isIPv4 ? low >> 24 & 0xFF == 127 : high == 0 && low == 1 }

  /// Whether the first bits are equal; an IPv4 address counts its own 32 bits only.
  package func isWithin(_ network: IPAddress, prefix bits: Int) -> Bool {
    guard isIPv4 == network.isIPv4 else { return false }
    let bits = isIPv4 ? bits + 96 : bits
    if bits <= 64 { return bits <= 0 || (high ^ network.high) >> UInt64(64 - bits) == 0 }
    return high == network.high && (low ^ network.low) >> UInt64(128 - bits) == 0
  }

  private var groups: [UInt16] {
    (0..<8).map { index in
      let half = index < 4 ? high : low
      return UInt16(truncatingIfNeeded: half >> UInt64(48 - index % 4 * 16))
    }
  }

  /// IPv4 with dots; IPv6 as RFC 5952 wants it, but with the first of the longest gaps only.
  package var description: String {
    if isIPv4 {
      return stride(from: 24, through: 0, by: -8).map { String(low >> UInt64($0) & 0xFF) }.joined(separator: ".")
    }
    let groups = groups
    var best = 0..<0
    var start = 0
    while start < 8 {
      var end = start
      while end < 8, groups[end] == 0 { end += 1 }
      if end - start > max(1, best.count) { best = start..<end }
      start = max(end, start + 1)
    }
    let text = { (part: ArraySlice<UInt16>) in part.map { String($0, radix: 16) }.joined(separator: ":") }
    return best.isEmpty ? text(groups[...]) : text(groups[..<best.lowerBound]) + "::" + text(groups[best.upperBound...])
  }

  /// What limits by address count on: an IPv4 address itself, the /64 of an IPv6 address (contract, section 3).
  package var network: String {
    if isIPv4 { return description }
    return groups[..<4].map { String($0, radix: 16) }.joined(separator: ":") + "::/64"
  }

  /// Of a text that `HostName.isIPv4` has accepted.
  private static func ipv4Bits(_ text: Substring) -> UInt32 {
    text.split(separator: ".").reduce(0) { $0 << 8 | (UInt32($1) ?? 0) }
  }
}

/// An address, or a network in the form `192.168.0.0/16`.
package struct AddressBlock: Hashable, Sendable {
  private let address: IPAddress
  private let bits: Int

  package init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let address = parts.first.flatMap({ IPAddress(String($0)) }) else { return nil }
    self.address = address
    // An IPv4 address that is written as an IPv6 one counts its bits from the front of that.
    let lead = address.isIPv4 && text.utf8.contains(0x3A) ? 96 : 0
    let longest = address.isIPv4 ? 32 : 128
    guard parts.count == 2 else {
      bits = longest
      return
    }
    guard parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let written = Int(parts[1]),
      (0...longest).contains(written - lead)
    else { return nil }
    bits = written - lead
  }

  package func contains(_ other: IPAddress) -> Bool { other.isWithin(address, prefix: bits) }
}
