import Glibc

/// An open file descriptor that closes itself. Every file is made 0600 and closed on exec.
struct File: ~Copyable {
  let descriptor: Int32

  init(_ path: String, _ flags: Int32) throws(SystemError) {
    descriptor = Int32(try retryingInterrupts { Int(open(path, flags | O_CLOEXEC, 0o600)) })
  }

  deinit { close(descriptor) }

  func write(_ bytes: some Collection<UInt8>) throws(SystemError) {
    let all = Array(bytes)
    var offset = 0
    while offset < all.count {
      offset += try retryingInterrupts {
        all.withUnsafeBytes { storage in
          Glibc.write(descriptor, storage.baseAddress.map { $0 + offset }, storage.count - offset)
        }
      }
    }
  }

  /// At most `limit` bytes from the start.
  func read(limit: Int) throws(SystemError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: limit)
    let count = try retryingInterrupts {
      bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
    }
    return Array(bytes.prefix(count))
  }

  func sync() throws(SystemError) { _ = try retryingInterrupts { Int(fsync(descriptor)) } }

  func truncate() throws(SystemError) { _ = try retryingInterrupts { Int(ftruncate(descriptor, 0)) } }

  func setMode(_ mode: mode_t) throws(SystemError) { _ = try retryingInterrupts { Int(fchmod(descriptor, mode)) } }

  /// The size in bytes; nil when there is no such file.
  static func size(of path: String) -> Int? {
    var facts = stat()
    return stat(path, &facts) == 0 ? Int(facts.st_size) : nil
  }

  /// Makes names in a folder last through a power cut.
  static func syncFolder(_ path: String) throws(SystemError) { try File(path, O_RDONLY | O_DIRECTORY).sync() }

  /// The names in a folder, sorted; empty when there is none.
  static func names(in path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}
