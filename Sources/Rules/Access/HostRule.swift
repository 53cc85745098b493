package import Model

/// Which hosts a request may name (contract, section 3): a page elsewhere that points a name of its own at this board
/// (DNS rebinding) must not be served.
package struct HostRule: Sendable {
  /// What home networks put behind a machine's name.
  package static let suffixes = ["local", "lan", "home", "internal", "home.arpa", "localdomain", "fritz.box"]

  /// The board's name, its first label and domains together.
  private let names: Set<String>
  private let addresses: Set<IPAddress>

  /// - Parameters:
  ///   - hostName: as the system has it, with or without a domain.
  ///   - domains: what DHCP gave.
  ///   - allowed: the setting `api.allowed_hosts`.
  package init(hostName: String, domains: [String], addresses: Set<IPAddress>, allowed: [String]) {
    var names: Set<String> = ["localhost"]
    let full = hostName.lowercased()
    let label = String(full.prefix { $0 != "." })
    if !label.isEmpty {
      names.formUnion([full, label])
      for domain in Self.suffixes + domains.map({ $0.lowercased() }) where !domain.isEmpty {
        names.insert("\(label).\(domain)")
      }
    }
    for host in allowed { if let authority = Authority(host) { names.insert(authority.host) } }
    self.names = names
    self.addresses = addresses
  }

  package func admits(_ authority: Authority) -> Bool {
    if names.contains(authority.host) { return true }
    guard let address = authority.address else { return false }
    return address.isLoopback || addresses.contains(address)
  }
}
