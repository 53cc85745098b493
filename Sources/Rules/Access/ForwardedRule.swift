package import Model

/// Who really asks, where a trusted proxy stands in between (contract, section 3).
package struct ForwardedRule: Sendable {
  package struct Finding: Hashable, Sendable {
    package var client: IPAddress
    /// What the client asked for; nil where the proxy does not say.
    package var host: String?
    package var isSecure: Bool
  }

  private let trusted: [AddressBlock]

  package init(trusted: [AddressBlock]) { self.trusted = trusted }

  package var isEmpty: Bool { trusted.isEmpty }

  package func trusts(_ address: IPAddress) -> Bool { trusted.contains { $0.contains(address) } }

  /// nil where the peer is no trusted proxy: then the fields say nothing.
  ///
  /// Each proxy adds what it saw at the end, so the chain is read from there, for as long as trusted proxies vouch for it.
  package func find(peer: IPAddress, forwardedFor: [String], host: [String], proto: [String]) -> Finding? {
    guard trusts(peer) else { return nil }
    var client = peer
    for entry in Self.entries(forwardedFor).reversed() {
      guard let address = Self.address(entry) else { break }
      client = address
      if !trusts(address) { break }
    }
    return Finding(
      client: client, host: Self.entries(host).last.map(String.init),
      isSecure: Self.entries(proto).last?.lowercased() == "https")
  }

  private static func entries(_ values: [String]) -> [Substring] {
    values.flatMap { $0.split(separator: ",") }
      .map { entry in
        let head = entry.drop { $0 == " " || $0 == "\t" }
        return head.prefix { $0 != " " && $0 != "\t" }
      }
      .filter { !$0.isEmpty }
  }

  /// An address with or without a port: `192.0.2.1:80`, `[2001:db8::1]:80`.
  private static func address(_ entry: Substring) -> IPAddress? {
    let text = String(entry)
    return IPAddress(text) ?? Authority(text)?.address
  }
}
