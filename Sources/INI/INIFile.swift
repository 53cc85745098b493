import Glibc

/// A file with INI text, within limits.
package enum INIFile {
  /// Larger files are somebody's mistake.
  private static let maximumBytes = 1 << 20

  /// The text of a file.
  ///
  /// - Throws: what is wrong with it, as the end of a sentence that begins with its path.
  package static func text(of path: String) throws(INIFileProblem) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw INIFileProblem("cannot be read: \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
      throw INIFileProblem("is a folder; a file was expected")
    }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw INIFileProblem("cannot be read: \(String(cString: strerror(errno)))") }
      if count == 0 { break }
      bytes.append(contentsOf: chunk[..<count])
      guard bytes.count <= maximumBytes else {
        throw INIFileProblem("is larger than 1 MiB; that is no configuration")
      }
    }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw INIFileProblem("is not UTF-8 text") }
    return text
  }
}

/// Why a file cannot be read.
package struct INIFileProblem: Error, Hashable, Sendable {
  package let problem: String

  init(_ problem: String) { self.problem = problem }
}
