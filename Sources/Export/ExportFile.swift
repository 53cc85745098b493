import Glibc

/// A new file, which goes away with this unless it was finished.
final class ExportFile {
  private let path: String
  private let descriptor: Int32
  private var isFinished = false

  init(path: String) throws(ExportError) {
    let opened = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    // Before anything of this exists that would remove the file of somebody else.
    guard opened >= 0 else { throw .storage(errno) }
    descriptor = opened
    self.path = path
  }

  deinit {
    close(descriptor)
    if !isFinished { unlink(path) }
  }

  func write(_ bytes: [UInt8]) throws(ExportError) {
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.write(descriptor, buffer.baseAddress.map { $0 + offset }, buffer.count - offset)
      }
      if count > 0 {
        offset += count
      } else if errno != EINTR {
        throw .storage(errno)
      }
    }
  }

  func finish() { isFinished = true }
}
