import Glibc
package import Wire

/// The recorded reports that the environment names, and those of our own.
package enum Recordings {
  /// The folder of recordings; nil where LAYERBERRY_FIXTURES does not say.
  package static let folder: String? = getenv("LAYERBERRY_FIXTURES").map { String(cString: $0) }

  /// The folder of what we made ourselves: reports, one file for each model, and what they must show.
  package static var corpora: String {
    let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4)
    return root.joined(separator: "/") + "/Tests/Corpora"
  }

  /// The names of a folder that end so, in order.
  package static func names(in folder: String, suffix: String) throws -> [String] {
    guard let directory = opendir(folder) else { throw TestKitError("\(folder) cannot be read") }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasSuffix(suffix) { names.append(name) }
    }
    return names.sorted()
  }

  package static func bytes(_ path: String) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw TestKitError("\(path) cannot be read") }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      guard count > 0 else { return bytes }
      bytes += chunk[..<count]
    }
  }

  package static func json(_ path: String) throws -> JSONValue {
    try JSONParser.parse(try bytes(path), limits: .init(bytes: 16 << 20))
  }
}
