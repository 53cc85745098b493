import COpenSSL
import Glibc
import Model
import Wire

/// SHA-256 over bytes that come in pieces.
final class RunningHash {
  private let context: OpaquePointer

  init() throws(SystemError) {
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
      throw SystemError(number: ENOMEM)
    }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  func take(_ bytes: [UInt8]) { EVP_DigestUpdate(context, bytes, bytes.count) }

  /// Of all so far; it may go on afterwards.
  var digest: ContentHash? {
    guard let copy = EVP_MD_CTX_new() else { return nil }
    defer { EVP_MD_CTX_free(copy) }
    var digest = [UInt8](repeating: 0, count: 32)
    guard EVP_MD_CTX_copy_ex(copy, context) == 1, EVP_DigestFinal_ex(copy, &digest, nil) == 1 else { return nil }
    return ContentHash(digest: digest)
  }
}

/// Writes the members of a backup, one after the other, in constant memory: an ordinary tar archive, sealed where there is
/// a passphrase.
final class BackupWriter {
  private let file: File
  private let cipher: PieceCipher?
  private let hash: RunningHash
  private var pending: [UInt8] = []
  private var members: Int64 = 0
  private let time: Int64

  /// - Parameter path: a file that does not exist.
  init(_ path: String, passphrase: Secret?, now: Timestamp) throws {
    file = try File(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW)
    hash = try RunningHash()
    time = max(0, now.milliseconds / 1000)
    guard let passphrase else {
      cipher = nil
      return
    }
    let form = try SealedForm()
    cipher = try form.cipher(passphrase)
    try file.write(form.header)
  }

  func add(_ name: String, _ bytes: [UInt8]) throws {
    try begin(name, size: Int64(bytes.count))
    try put(bytes)
    try fill(Int64(bytes.count))
  }

  /// A file as long as it is now; false where it is not there any more, or shorter than it was said to be.
  ///
  /// - Parameter step: is told the bytes of each piece, and ends the work by throwing.
  func add(_ name: String, file path: String, step: (Int64) throws -> Void) throws -> Bool {
    guard let source = try? File(path, O_RDONLY | O_NOFOLLOW), let size = File.size(of: path) else { return false }
    try begin(name, size: Int64(size))
    var left = size
    var piece = [UInt8](repeating: 0, count: SealedForm.piece)
    while left > 0 {
      let wanted = min(left, piece.count)
      let count = try retryingInterrupts { Glibc.read(source.descriptor, &piece, wanted) }
      // What others write to grows; nothing that is kept becomes shorter.
      guard count > 0 else { throw StoreFailure(.io, "A file became shorter while it was read. Look at the disk.") }
      try put(Array(piece[..<count]))
      left -= count
      try step(Int64(count))
    }
    try fill(Int64(size))
    return true
  }

  /// The last member, which tells that all is there.
  func finish() throws {
    guard let digest = hash.digest else { throw SystemError(number: ENOMEM) }
    var json = JSONWriter()
    json.write(["members": .int(members), "sha256": .string(digest.hex)])
    try add(BackupManifest.endMember, json.bytes)
    try put(TarHeader.end)
    if let cipher { try write(cipher.seal(pending, isLast: true)) }
    try file.sync()
  }

  private func begin(_ name: String, size: Int64) throws {
    guard let header = TarHeader(name: name, size: size, time: time) else {
      throw StoreFailure(.io, "A file is too large for a backup: \(size) bytes.")
    }
    members += 1
    try put(header.bytes)
  }

  private func fill(_ size: Int64) throws {
    let block = Int64(TarHeader.block)
    try put([UInt8](repeating: 0, count: Int((block - size % block) % block)))
  }

  private func put(_ bytes: [UInt8]) throws {
    hash.take(bytes)
    guard let cipher else { return try file.write(bytes) }
    pending += bytes
    // The last piece is told from the others, so one is held back until it is known what follows.
    while pending.count > SealedForm.piece {
      try write(cipher.seal(Array(pending.prefix(SealedForm.piece)), isLast: false))
      pending.removeFirst(SealedForm.piece)
    }
  }

  private func write(_ sealed: [UInt8]?) throws {
    guard let sealed else { throw SystemError(number: ENOMEM) }
    try file.write(sealed)
  }
}
