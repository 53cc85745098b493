import Glibc
package import Model

/// A file that can be given away in pieces.
package protocol ReadableFile: Sendable {
  var size: Int64 { get }
  /// At most so many bytes from there; empty at the end.
  func read(at offset: Int64, count: Int) throws(Fault) -> [UInt8]
}

extension SpoolFile: ReadableFile {}

/// A file that stays; open for as long as somebody holds this, whatever becomes of its name.
package final class KeptFile: ReadableFile {
  package let size: Int64
  private let descriptor: Int32

  /// - Parameter limit: bytes that are given at most: of a file that grows, what there was when it was asked for.
  init(_ path: String, limit: Int64) throws(Fault) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { throw Fault(.notFound, "The file is no longer there.") }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else {
      close(descriptor)
      throw Fault(.internalError, "A file of the service could not be read.")
    }
    self.descriptor = descriptor
    size = min(Int64(facts.st_size), limit)
  }

  deinit { close(descriptor) }

  package func read(at offset: Int64, count: Int) throws(Fault) -> [UInt8] {
    let wanted = max(0, min(Int64(count), size - offset))
    var bytes = [UInt8](repeating: 0, count: Int(wanted))
    while true {
      let found = pread(descriptor, &bytes, bytes.count, off_t(offset))
      if found >= 0 { return found == bytes.count ? bytes : Array(bytes[..<found]) }
      if errno != EINTR { throw Fault(.internalError, "A file of the service could not be read.") }
    }
  }
}
