import COpenSSL
import Glibc
import Model

/// A seam for tests: asked before each call to the file system that may fail; an errno makes the call fail with it.
/// The service passes none.
package typealias FileHook = @Sendable (FileCall) -> Int32?

package enum FileCall: Sendable, Hashable {
  case read, write, sync, makeFolder, move, remove
}

/// What the vault does with the file system, in calls that can fail one by one.
struct Disk: Sendable {
  private static let pieceBytes = 64 * 1024

  let hook: FileHook?

  /// The size in bytes; nil when there is no such file.
  func size(of path: String) -> Int64? { File.size(of: path).map(Int64.init) }

  func names(in folder: String) -> [String] { File.names(in: folder) }

  /// What a file holds, read through in pieces.
  func digest(of path: String) throws(SystemError) -> (hash: ContentHash, bytes: Int64) {
    try ask(.read)
    let file = try File(path, O_RDONLY | O_NOFOLLOW)
    guard let context = EVP_MD_CTX_new() else { throw SystemError(number: ENOMEM) }
    defer { EVP_MD_CTX_free(context) }
    guard EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else { throw SystemError(number: ENOMEM) }
    var piece = [UInt8](repeating: 0, count: Self.pieceBytes)
    var total: Int64 = 0
    while true {
      let count = try retryingInterrupts { Glibc.read(file.descriptor, &piece, Self.pieceBytes) }
      guard count > 0 else { break }
      guard EVP_DigestUpdate(context, piece, count) == 1 else { throw SystemError(number: EIO) }
      total += Int64(count)
    }
    var digest = [UInt8](repeating: 0, count: 32)
    guard EVP_DigestFinal_ex(context, &digest, nil) == 1, let hash = ContentHash(digest: digest) else {
      throw SystemError(number: EIO)
    }
    return (hash, total)
  }

  /// A new file with these bytes; not synced.
  func write(_ bytes: [UInt8], to path: String) throws(SystemError) {
    try ask(.write)
    try File(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW).write(bytes)
  }

  func sync(_ path: String) throws(SystemError) {
    try ask(.sync)
    try File(path, O_RDONLY | O_NOFOLLOW).sync()
  }

  func syncFolder(_ path: String) throws(SystemError) {
    try ask(.sync)
    try File.syncFolder(path)
  }

  /// Makes a folder for this user only; one that is there is left as it is. Answers whether it was made.
  func makeFolder(_ path: String) throws(SystemError) -> Bool {
    if access(path, F_OK) == 0 { return false }
    try ask(.makeFolder)
    if mkdir(path, 0o700) == 0 { return true }
    guard errno == EEXIST else { throw .current }
    return false
  }

  /// Gives a file another name on the same file system; what had that name is gone.
  func move(_ path: String, to new: String) throws(SystemError) {
    try ask(.move)
    _ = try retryingInterrupts { Int(rename(path, new)) }
  }

  /// A name that is not there is fine.
  func remove(_ path: String) throws(SystemError) {
    try ask(.remove)
    if unlink(path) != 0, errno != ENOENT { throw .current }
  }

  private func ask(_ call: FileCall) throws(SystemError) {
    if let number = hook?(call) { throw SystemError(number: number) }
  }
}
