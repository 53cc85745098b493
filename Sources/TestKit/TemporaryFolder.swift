import Glibc

/// A folder that goes away with its test.
package final class TemporaryFolder: Sendable {
  package let path: String

  package init() throws {
    var template = Array("/tmp/layerberry-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw TestKitError("no temporary folder") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    Self.removeTree(path)
  }

  /// Writes a file and gives its path.
  @discardableResult
  package func write(_ text: String, as name: String, mode: UInt32 = 0o644) throws -> String {
    try write(bytes: Array(text.utf8), as: name, mode: mode)
  }

  @discardableResult
  package func write(bytes: [UInt8], as name: String, mode: UInt32 = 0o644) throws -> String {
    let file = "\(path)/\(name)"
    let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, mode)
    guard descriptor >= 0 else { throw TestKitError("\(file): \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
      throw TestKitError("\(file): short write")
    }
    return file
  }

  /// The bytes of a file anywhere; nil where there is none.
  package static func bytes(of file: String) -> [UInt8]? {
    let descriptor = open(file, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      guard count > 0 else { return bytes }
      bytes += chunk[..<count]
    }
  }

  package func makeFolder(_ name: String, mode: UInt32 = 0o700) throws {
    let folder = "\(path)/\(name)"
    guard mkdir(folder, mode) == 0 else { throw TestKitError("\(folder): \(String(cString: strerror(errno)))") }
  }

  private static func removeTree(_ path: String) {
    if let directory = opendir(path) {
      var names: [String] = []
      while let entry = readdir(directory) {
        names.append(
          withUnsafePointer(to: &entry.pointee.d_name) { tuple in
            tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
          })
      }
      closedir(directory)
      for name in names where name != "." && name != ".." {
        // A link goes away itself, never what it points to.
        if unlink("\(path)/\(name)") != 0 { removeTree("\(path)/\(name)") }
      }
    }
    rmdir(path)
  }
}
