import Glibc

/// A folder that goes with its last owner.
package final class TemporaryFolder: Sendable {
  package let path: String

  package init(_ purpose: String = "test") throws {
    var template = Array("/tmp/layerberry-\(purpose)-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw TestFailure("no temporary folder: error \(errno)") }
    path = String(cString: made)
  }

  deinit { Self.remove(path) }

  private static func remove(_ path: String) {
    if let folder = opendir(path) {
      while let entry = readdir(folder) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { remove("\(path)/\(name)") }
      }
      closedir(folder)
      rmdir(path)
    } else {
      unlink(path)
    }
  }
}

/// Why a test could not even try.
package struct TestFailure: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}
