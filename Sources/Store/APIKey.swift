import COpenSSL
package import Model

/// A key's text: `lb_` and 256 random bits in base64url (43 characters). Shown once, never stored.
package struct APIKey: Hashable, Sendable {
  package static let prefix = "lb_"
  package let secret: Secret

  /// What a client sent. Any text will do: what is no key of ours has a hash that is not found.
  package init(_ text: String) { secret = Secret(text) }

  /// From the system's random source (OpenSSL's generator, seeded by `getrandom`).
  package static func random() throws(StoreFailure) -> APIKey {
    var bytes = [UInt8](repeating: 0, count: 32)
    guard RAND_bytes(&bytes, Int32(bytes.count)) == 1 else {
      throw StoreFailure(.io, "The system gave no random bytes, so no key was made. Try again.")
    }
    return APIKey(prefix + base64URL(bytes))
  }

  /// SHA-256 of the text. With 256 random bits in it, a slow password hash would protect nothing more.
  package var hash: [UInt8] {
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    let text = Array(secret.exposed.utf8)
    _ = SHA256(text, text.count, &digest)
    return digest
  }

  /// RFC 4648, section 5, without padding.
  private static func base64URL(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    var text: [UInt8] = []
    var held: UInt32 = 0
    var bits = 0
    for byte in bytes {
      held = held << 8 | UInt32(byte)
      bits += 8
      while bits >= 6 {
        bits -= 6
        text.append(alphabet[Int(held >> UInt32(bits) & 0x3F)])
      }
    }
    if bits > 0 { text.append(alphabet[Int(held << UInt32(6 - bits) & 0x3F)]) }
    return String(decoding: text, as: UTF8.self)
  }
}
