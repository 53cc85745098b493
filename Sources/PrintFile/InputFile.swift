import Glibc

/// A regular file that is open for reading and closes itself.
struct InputFile: ~Copyable {
  let descriptor: Int32
  /// Bytes.
  let size: Int

  init(path: String) throws(PrintFileError) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.failure(errno) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      let number = errno
      close(descriptor)
      throw Self.failure(number)
    }
    size = Int(facts.st_size)
  }

  deinit { close(descriptor) }

  /// Up to `count` bytes from `offset`; fewer only where the file ends.
  func bytes(at offset: Int, count: Int) throws(PrintFileError) -> [UInt8] {
    let wanted = max(0, min(count, size - offset))
    var bytes = [UInt8](repeating: 0, count: wanted)
    var have = 0
    while have < wanted {
      let got = bytes.withUnsafeMutableBytes { buffer in
        pread(descriptor, buffer.baseAddress.map { $0 + have }, wanted - have, off_t(offset + have))
      }
      if got < 0 {
        guard errno == EINTR else { throw Self.failure(errno) }
      } else if got == 0 {
        return Array(bytes.prefix(have))
      } else {
        have += got
      }
    }
    return bytes
  }

  static func failure(_ number: Int32) -> PrintFileError {
    PrintFileError(.unreadable(number), "The file cannot be read (error \(number)).")
  }
}
