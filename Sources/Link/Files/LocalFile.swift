import CShims
import Glibc

/// A file on our own side, read and written at given places.
final class LocalFile {
  let path: String
  private let descriptor: Int32
  /// What is written in one go to the disk while the rest still comes: a small board has little memory for dirty pages.
  private static let writebackStep: Int64 = 4 << 20
  private var writtenBack: Int64 = 0

  /// For reading.
  init(reading path: String) throws(StorageError) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .local(errno: errno) }
  }

  /// For writing; made when it is not there, for this user only, and kept as it is when it is.
  init(writing path: String) throws(StorageError) {
    self.path = path
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw .local(errno: errno) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  func size() throws(StorageError) -> Int64 {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .local(errno: errno) }
    return Int64(status.st_size)
  }

  func cut(to size: Int64) throws(StorageError) {
    guard ftruncate(descriptor, off_t(size)) == 0 else { throw .local(errno: errno) }
  }

  /// How many bytes came, 0 at the end; the error's errno otherwise.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) -> Result<Int, StorageError> {
    while true {
      let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
      if count >= 0 { return .success(count) }
      if errno != EINTR { return .failure(.local(errno: errno)) }
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) -> StorageError? {
    var done = 0
    while done < bytes.count {
      let count = pwrite(
        descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done, off_t(offset) + off_t(done))
      if count > 0 {
        done += count
      } else if errno != EINTR {
        return .local(errno: count == 0 ? ENOSPC : errno)
      }
    }
    let end = offset + Int64(bytes.count)
    if end < writtenBack { writtenBack = end }
    if end - writtenBack >= Self.writebackStep {
      layerberry_start_writeback(descriptor, writtenBack, end - writtenBack)
      writtenBack = end
    }
    return nil
  }

  /// Gives the file its name only once its bytes are on the disk.
  func publish(as final: String) throws(StorageError) {
    guard fsync(descriptor) == 0, rename(path, final) == 0 else { throw .local(errno: errno) }
    let folder = open(Self.folder(of: final), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw .local(errno: errno) }
    defer { close(folder) }
    guard fsync(folder) == 0 else { throw .local(errno: errno) }
  }

  static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: 0x2F) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
