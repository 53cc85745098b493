import Glibc
package import Model
import Wire

/// The time zones that the system knows.
package enum ZoneShelf {
  private static let folder = "/usr/share/zoneinfo"
  private static let longestName = 64

  /// nil for a name that is none. `UTC` is known without any file.
  package static func offsets(named name: String) -> ZoneOffsets? {
    if name == "UTC" { return .utc }
    // A name is a path below the folder, never out of it.
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    let isPlain = name.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2D, 0x2F, 0x5F: true
      default: false
      }
    }
    guard isPlain, name.utf8.count <= longestName, !parts.contains("") else { return nil }
    return bytes(of: "\(folder)/\(name)").flatMap(ZoneFile.read)
  }

  private static func bytes(of path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: ZoneFile.limit)
    let count = read(descriptor, &bytes, bytes.count)
    return count > 0 ? Array(bytes[..<count]) : nil
  }
}
