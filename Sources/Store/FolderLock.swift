import Glibc

/// The right to be the one service in a data folder, for as long as this lives.
package final class FolderLock: Sendable {
  private let file: File

  /// The file holds the process number, to name the holder in messages; what locks is `flock`, not the number.
  init(_ path: String, folder: String) throws(StoreFailure) {
    do {
      file = try File(path, O_RDWR | O_CREAT)
    } catch {
      throw DataFolder.failure(error, "The lock \(path) cannot be opened")
    }
    do {
      _ = try retryingInterrupts { Int(flock(file.descriptor, LOCK_EX | LOCK_NB)) }
    } catch {
      guard error.number == EWOULDBLOCK else { throw DataFolder.failure(error, "The lock \(path) cannot be taken") }
      let holder = Self.holder(file)
      throw StoreFailure(
        .inUse,
        "The data folder \(folder) is in use by another service\(holder). Stop that one, or give another folder.")
    }
    do {
      try file.truncate()
      try file.write("\(getpid())\n".utf8)
    } catch {
      throw DataFolder.failure(error, "The lock \(path) cannot be written")
    }
  }

  private static func holder(_ file: borrowing File) -> String {
    guard let bytes = try? file.read(limit: 20) else { return "" }
    let digits = bytes.prefix { (0x30...0x39).contains($0) }
    return digits.isEmpty ? "" : " (process \(String(decoding: digits, as: UTF8.self)))"
  }
}

extension DataFolder {
  /// Whether a service holds the folder at this moment.
  package var isLocked: Bool {
    guard let file = try? File(lockFile, O_RDONLY) else { return false }
    guard flock(file.descriptor, LOCK_SH | LOCK_NB) == 0 else { return errno == EWOULDBLOCK }
    flock(file.descriptor, LOCK_UN)
    return false
  }
}
