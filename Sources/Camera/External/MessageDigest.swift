import COpenSSL

/// What Digest needs of cryptography.
enum MessageDigest {
  /// MD5, 16 bytes; empty where the system's OpenSSL refuses it, so that no password goes out.
  static func md5(_ bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 16)
    return EVP_Digest(bytes, bytes.count, &digest, nil, EVP_md5(), nil) == 1 ? digest : []
  }

  /// 16 characters that nobody can guess.
  static func clientNonce() -> String {
    var bytes = [UInt8](repeating: 0, count: 8)
    RAND_bytes(&bytes, Int32(bytes.count))
    return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
