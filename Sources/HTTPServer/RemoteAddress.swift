/// Who is at the other end of a connection.
package struct RemoteAddress: Hashable, Sendable, CustomStringConvertible {
  /// The numeric address without port; an IPv4 address that came over the IPv6 socket reads as IPv4.
  package let text: String
  /// What limits by address count on: the address itself, or the /64 network of an IPv6 address
  /// (the contract, section 3), because one household has a whole /64 to choose from.
  package let network: String

  package init(text: String, network: String) {
    self.text = text
    self.network = network
  }

  package var description: String { text }
}
