package import Model

/// A key's text: `lb_` and 256 random bits in base64url (43 characters). Shown once, never stored.
package struct APIKey: Hashable, Sendable {
  package static let prefix = "lb_"
  package let secret: Secret

  /// What a client sent. Any text will do: what is no key of ours has a hash that is not found.
  package init(_ text: String) { secret = Secret(text) }

  /// From the system's random source.
  package static func random() throws(StoreFailure) -> APIKey {
    APIKey(prefix + RandomText.base64URL(try RandomText.bytes(32)))
  }

  /// SHA-256 of the text. With 256 random bits in it, a slow password hash would protect nothing more.
  package var hash: [UInt8] { Digest.sha256(secret.exposed) }
}
