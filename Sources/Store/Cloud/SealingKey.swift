import COpenSSL
import Glibc
package import Model

/// Seals small secrets for the database by AES-256-GCM. The key lies in a file of its own beside it, which its owner alone
/// may read (0600), so that a copy of the database alone gives nothing away (decision 0034).
package struct SealingKey: Sendable {
  private static let length = 32
  private static let nonceLength = 12
  private static let tagLength = 16

  private let key: Secret

  /// Reads the key; makes one where there is none.
  package init(in folder: DataFolder) throws(StoreFailure) {
    if let bytes = try Self.stored(folder) {
      key = Self.secret(bytes)
      return
    }
    let bytes = try RandomText.bytes(Self.length)
    do throws(SystemError) {
      // Whole under another name first: half a key would lose what is sealed.
      let draft = folder.cloudKey + ".new"
      unlink(draft)
      try Self.write(bytes, to: draft)
      guard rename(draft, folder.cloudKey) == 0 else { throw SystemError.current }
      try File.syncFolder(folder.path)
    } catch {
      throw DataFolder.failure(error, "The key file \(folder.cloudKey) cannot be written")
    }
    key = Self.secret(bytes)
  }

  /// One that is there already; nil without it, or where it is none.
  package init?(of folder: DataFolder) throws(StoreFailure) {
    guard let bytes = try Self.stored(folder) else { return nil }
    key = Self.secret(bytes)
  }

  private static func stored(_ folder: DataFolder) throws(StoreFailure) -> [UInt8]? {
    do throws(SystemError) {
      let file = try File(folder.cloudKey, O_RDONLY | O_NOFOLLOW)
      let bytes = try file.read(limit: length + 1)
      guard bytes.count == length else { return nil }
      // A copy of the folder may have been made with other rights.
      try file.setMode(0o600)
      return bytes
    } catch {
      if error.number == ENOENT { return nil }
      throw DataFolder.failure(error, "The key file \(folder.cloudKey) cannot be read")
    }
  }

  private static func write(_ bytes: [UInt8], to path: String) throws(SystemError) {
    let file = try File(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
    try file.setMode(0o600)
    try file.write(bytes)
    try file.sync()
  }

  private static func secret(_ bytes: [UInt8]) -> Secret { Secret(Hex.text(bytes)) }

  /// - Parameter purpose: bound to it: what was sealed for one is refused for another.
  package func seal(_ secret: Secret, for purpose: String) throws(StoreFailure) -> [UInt8] {
    let nonce = try RandomText.bytes(Self.nonceLength)
    let plain = Array(secret.exposed.utf8)
    var tag = [UInt8](repeating: 0, count: Self.tagLength)
    guard let sealed = run(plain, nonce: nonce, purpose: purpose, tag: &tag, isSealing: true) else {
      throw StoreFailure(.io, "A secret could not be encrypted. Try again.")
    }
    return nonce + tag + sealed
  }

  /// nil for what was sealed by another key or for another purpose, or was changed since.
  package func open(_ bytes: [UInt8], for purpose: String) -> Secret? {
    guard bytes.count >= Self.nonceLength + Self.tagLength else { return nil }
    let nonce = Array(bytes.prefix(Self.nonceLength))
    var tag = Array(bytes[Self.nonceLength..<Self.nonceLength + Self.tagLength])
    let sealed = Array(bytes.dropFirst(Self.nonceLength + Self.tagLength))
    guard let plain = run(sealed, nonce: nonce, purpose: purpose, tag: &tag, isSealing: false) else { return nil }
    return Secret(String(decoding: plain, as: UTF8.self))
  }

  private func run(
    _ input: [UInt8], nonce: [UInt8], purpose: String, tag: inout [UInt8], isSealing: Bool
  ) -> [UInt8]? {
    guard let key = Hex.bytes(key.exposed), let context = EVP_CIPHER_CTX_new() else { return nil }
    defer {
      EVP_CIPHER_CTX_free(context)
      ERR_clear_error()
    }
    var output = [UInt8](repeating: 0, count: input.count + 16)
    var count: Int32 = 0
    var total = 0
    let purpose = Array(purpose.utf8)
    guard EVP_CipherInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce, isSealing ? 1 : 0) == 1,
      EVP_CipherUpdate(context, nil, &count, purpose, Int32(purpose.count)) == 1,
      EVP_CipherUpdate(context, &output, &count, input, Int32(input.count)) == 1
    else { return nil }
    total = Int(count)
    if !isSealing {
      guard EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tag.count), &tag) == 1 else { return nil }
    }
    var rest = [UInt8](repeating: 0, count: 16)
    guard EVP_CipherFinal_ex(context, &rest, &count) == 1 else { return nil }
    if isSealing {
      guard EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(tag.count), &tag) == 1 else { return nil }
    }
    return Array(output.prefix(total)) + rest.prefix(Int(count))
  }
}

/// Bytes as hexadecimal digits.
private enum Hex {
  static func text(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  static func bytes(_ text: String) -> [UInt8]? {
    let digits = text.utf8.map { UInt8(String(UnicodeScalar($0)), radix: 16) }
    guard digits.count % 2 == 0, !digits.contains(nil) else { return nil }
    let values = digits.compactMap { $0 }
    return stride(from: 0, to: values.count, by: 2).map { values[$0] << 4 | values[$0 + 1] }
  }
}
