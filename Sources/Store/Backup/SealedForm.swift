import COpenSSL
import Model

/// How a backup with secrets is encrypted: AES-256-GCM in pieces, so that it can be written and read in constant memory,
/// with a key that scrypt makes of a passphrase.
///
/// The file begins with `LBRYSEAL`, the number of this form, a salt, and the beginning of every nonce. Each piece has the
/// nonce of its place and whether it is the last, and the header as associated data: pieces cannot be swapped, left out or
/// cut off, and no header can be put before others.
package struct SealedForm: Sendable {
  package static let magic = Array("LBRYSEAL".utf8)
  private static let number: UInt8 = 1
  private static let saltBytes = 16
  private static let prefixBytes = 7
  package static let headerBytes = magic.count + 1 + saltBytes + prefixBytes
  /// Plain bytes of every piece but the last.
  package static let piece = 64 * 1024
  package static let tagBytes = 16
  /// Characters of a passphrase.
  package static let passphrase = 8...256

  package let header: [UInt8]

  /// With a new salt.
  init() throws(StoreFailure) {
    header = Self.magic + [Self.number] + (try RandomText.bytes(Self.saltBytes + Self.prefixBytes))
  }

  /// - Throws: where it is no header of this form; `newer` where it is one of a later one.
  package init(header: [UInt8]) throws(BackupProblem) {
    guard header.count == Self.headerBytes, header.starts(with: Self.magic) else { throw .foreign }
    guard header[Self.magic.count] == Self.number else { throw .newer(version: "that made it") }
    self.header = header
  }

  private var salt: [UInt8] { Array(header[(Self.magic.count + 1)...].prefix(Self.saltBytes)) }
  private var prefix: [UInt8] { Array(header.suffix(Self.prefixBytes)) }

  func cipher(_ passphrase: Secret) throws(StoreFailure) -> PieceCipher {
    let key = try PasswordHash.derive(passphrase, salt: salt, cost: .standard)
    return PieceCipher(key: key, header: header, prefix: prefix)
  }
}

/// Seals and opens the pieces of one file, in their order.
final class PieceCipher {
  private let key: [UInt8]
  private let header: [UInt8]
  private let prefix: [UInt8]
  private var place: UInt32 = 0

  init(key: [UInt8], header: [UInt8], prefix: [UInt8]) {
    self.key = key
    self.header = header
    self.prefix = prefix
  }

  /// The sealed piece with its tag; nil where there is no memory for it, or after 256 TiB.
  func seal(_ plain: [UInt8], isLast: Bool) -> [UInt8]? { run(plain, isLast: isLast, encrypts: true) }

  /// nil where it is not what was sealed at this place.
  func open(_ sealed: [UInt8], isLast: Bool) -> [UInt8]? { run(sealed, isLast: isLast, encrypts: false) }

  private func run(_ input: [UInt8], isLast: Bool, encrypts: Bool) -> [UInt8]? {
    let tagBytes = SealedForm.tagBytes
    guard place < .max, encrypts || input.count >= tagBytes, let context = EVP_CIPHER_CTX_new() else { return nil }
    defer { EVP_CIPHER_CTX_free(context) }
    let nonce = prefix + withUnsafeBytes(of: place.bigEndian, Array.init) + [isLast ? 1 : 0]
    let body = encrypts ? input : Array(input.dropLast(tagBytes))
    var output = [UInt8](repeating: 0, count: body.count)
    var count: Int32 = 0
    guard EVP_CipherInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce, encrypts ? 1 : 0) == 1,
      EVP_CipherUpdate(context, nil, &count, header, Int32(header.count)) == 1,
      body.isEmpty || EVP_CipherUpdate(context, &output, &count, body, Int32(body.count)) == 1
    else { return nil }
    var tag = encrypts ? [UInt8](repeating: 0, count: tagBytes) : Array(input.suffix(tagBytes))
    if !encrypts {
      guard EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tagBytes), &tag) == 1 else { return nil }
    }
    var rest = [UInt8](repeating: 0, count: tagBytes)
    guard EVP_CipherFinal_ex(context, &rest, &count) == 1 else {
      ERR_clear_error()
      return nil
    }
    place += 1
    guard encrypts else { return output }
    guard EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(tagBytes), &tag) == 1 else { return nil }
    return output + tag
  }
}
