import COpenSSL
package import Model

/// Random bytes, and texts made of them.
package enum RandomText {
  /// From OpenSSL's generator, which `getrandom` seeds.
  package static func bytes(_ count: Int) throws(StoreFailure) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    guard RAND_bytes(&bytes, Int32(count)) == 1 else {
      throw StoreFailure(.io, "The system gave no random bytes, so no secret was made. Try again.")
    }
    return bytes
  }

  /// A password of 80 random bits that can be read out and typed: sixteen letters and digits in four groups, without those
  /// that look like others.
  package static func password() throws(StoreFailure) -> String {
    let alphabet = Array("abcdefghijkmnpqrstuvwxyz23456789".utf8)
    let letters = try bytes(16).map { alphabet[Int($0 & 31)] }
    return stride(from: 0, to: 16, by: 4)
      .map { String(decoding: letters[$0..<$0 + 4], as: UTF8.self) }.joined(separator: "-")
  }

  /// RFC 4648, section 5, without padding.
  package static func base64URL(_ bytes: [UInt8]) -> String {
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

/// SHA-256, for secrets that are random enough to need nothing slower.
package enum Digest {
  package static func sha256(_ text: String) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    let bytes = Array(text.utf8)
    _ = SHA256(bytes, bytes.count, &digest)
    return digest
  }

  /// Whether two digests are equal, in a time that does not tell where they differ.
  package static func areEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    one.count == other.count && CRYPTO_memcmp(one, other, one.count) == 0
  }

  /// HMAC-SHA-256 of a message, as 64 lower-case hex digits (RFC 2104).
  package static func hmacSHA256(_ message: [UInt8], key: Secret) -> String {
    var code = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    let key = Array(key.exposed.utf8)
    _ = EVP_Q_mac(
      nil, "HMAC", nil, "SHA256", nil, key, key.count, message, message.count, &code, code.count, nil)
    return code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
