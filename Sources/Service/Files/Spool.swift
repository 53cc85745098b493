import CShims
import Glibc
package import Model
import Synchronization

/// The folder in which files wait on their way to a printer or from one.
///
/// At most `capacity` at once, more are refused with 503; what a crash has left goes at the next start.
package final class Spool: Sendable {
  package static let capacity = 8
  /// Bytes of the disk that are never taken: the database needs room.
  private static let reserve: Int64 = 64 << 20

  let folder: String
  private let state = Mutex((used: 0, lastNumber: 0))

  /// - Parameter folder: is made, and emptied.
  package init(folder: String) throws(Fault) {
    self.folder = folder
    guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw Self.failure(errno) }
    guard let directory = opendir(folder) else { throw Self.failure(errno) }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      names.append(
        withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    }
    for name in names where name != "." && name != ".." { unlink("\(folder)/\(name)") }
  }

  /// A place for a file of about so many bytes.
  package func makeFile(expecting bytes: Int64 = 0) throws(Fault) -> SpoolFile {
    var figures = statvfs()
    if statvfs(folder, &figures) == 0 {
      let free = Int64(clamping: UInt64(figures.f_bavail)).multipliedReportingOverflow(by: Int64(figures.f_frsize))
      guard free.overflow || free.partialValue - bytes >= Self.reserve else { throw Self.failure(ENOSPC) }
    }
    let number = state.withLock { state -> Int? in
      guard state.used < Self.capacity else { return nil }
      state.used += 1
      state.lastNumber += 1
      return state.lastNumber
    }
    guard let number else {
      throw Fault(
        .serviceUnavailable, "\(Self.capacity) files are being moved already. Try again when one is done.",
        retryAfter: 15)
    }
    return SpoolFile(path: "\(folder)/\(number)", spool: self)
  }

  fileprivate func release() { state.withLock { $0.used -= 1 } }

  fileprivate static func failure(_ number: Int32) -> Fault {
    switch number {
    case ENOSPC, EDQUOT:
      Fault(.storageFull, "The service's own storage is full. Free some space, then try again.")
    default: Fault(.internalError, "A file of the service could not be read or written.")
    }
  }
}

/// A file on its way; it goes away with this object.
///
/// Reading and writing are plain calls of the kernel in pieces of at most 64 KiB, which its cache takes and gives: the
/// other end, a printer or a client, is always the slower one.
package final class SpoolFile: Sendable {
  /// Dirty bytes after which the disk begins to write.
  private static let writebackStep: Int64 = 4 << 20

  package let path: String
  private let spool: Spool
  private let state = Mutex((descriptor: Int32(-1), size: Int64(0)))

  fileprivate init(path: String, spool: Spool) {
    self.path = path
    self.spool = spool
  }

  deinit {
    let descriptor = state.withLock { $0.descriptor }
    if descriptor >= 0 { close(descriptor) }
    unlink(path)
    spool.release()
  }

  /// Bytes written so far, or found.
  package var size: Int64 { state.withLock { $0.size } }

  /// Takes what another wrote under the path.
  package func openFound() throws(Fault) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    var facts = stat()
    guard descriptor >= 0, fstat(descriptor, &facts) == 0 else { throw Spool.failure(errno) }
    state.withLock { $0 = (descriptor, Int64(facts.st_size)) }
  }

  package func append(_ bytes: UnsafeRawBufferPointer) throws(Fault) {
    let problem = state.withLock { state -> Int32? in
      if state.descriptor < 0 {
        state.descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard state.descriptor >= 0 else { return errno }
      }
      var done = 0
      while done < bytes.count {
        let count = write(state.descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
        if count > 0 { done += count } else if errno != EINTR { return count == 0 ? ENOSPC : errno }
      }
      let before = state.size / Self.writebackStep
      state.size += Int64(done)
      if state.size / Self.writebackStep > before {
        layerberry_start_writeback(state.descriptor, before * Self.writebackStep, Self.writebackStep)
      }
      return nil
    }
    if let problem { throw Spool.failure(problem) }
  }

  /// At most so many bytes from there; empty at the end.
  package func read(at offset: Int64, count: Int) throws(Fault) -> [UInt8] {
    let descriptor = state.withLock { $0.descriptor }
    guard descriptor >= 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: count)
    while true {
      let found = pread(descriptor, &bytes, count, off_t(offset))
      if found >= 0 { return found == count ? bytes : Array(bytes[..<found]) }
      if errno != EINTR { throw Spool.failure(errno) }
    }
  }
}
