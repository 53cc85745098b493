import Glibc

/// Small files of the simulator's own folder.
enum Files {
  static func makeFolder(_ path: String) throws(SimulatorError) {
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
      throw SimulatorError("cannot make the folder \(path): \(Sockets.reason())")
    }
  }

  /// Replaces the file as a whole; only this user may read it.
  static func write(_ bytes: [UInt8], to path: String) throws(SimulatorError) {
    let fresh = "\(path).new"
    let descriptor = open(fresh, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw SimulatorError("cannot write \(path): \(Sockets.reason())") }
    defer { close(descriptor) }
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress?.advanced(by: offset), $0.count - offset)
      }
      guard count > 0 else { throw SimulatorError("cannot write \(path): \(Sockets.reason())") }
      offset += count
    }
    guard rename(fresh, path) == 0 else { throw SimulatorError("cannot write \(path): \(Sockets.reason())") }
  }

  /// The first bytes of a file; nil when there are fewer.
  static func head(_ path: String, count: Int) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: count)
    return Glibc.read(descriptor, &bytes, count) == count ? bytes : nil
  }

  /// The whole file, at most `limit` bytes; nil when there is none.
  static func read(_ path: String, limit: Int = 16 << 20) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while bytes.count <= limit {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      guard count > 0 else { return count == 0 ? bytes : nil }
      bytes.append(contentsOf: chunk[..<count])
    }
    return nil
  }
}
