/// A member of a ZIP that has passed the limits.
struct ZipMember: Sendable {
  var index: UInt64
  /// Unpacked bytes, as the list of members says.
  var size: UInt64

  /// What a name must be so that nobody is led outside: 3MF names are paths below the archive's root.
  /// - Returns: what is wrong with it.
  static func objection(to name: String, _ limits: PrintFileLimits) -> String? {
    guard !name.isEmpty, name.utf8.count <= limits.nameBytes else {
      return "a member with a name of no or too many bytes"
    }
    guard !name.utf8.contains(where: { $0 < 0x20 }) else { return "a member with control characters in its name" }
    let path = name.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "\\" }
    let hasDrive = path.first.map { $0.utf8.count == 2 && $0.hasSuffix(":") } ?? false
    guard path.first?.isEmpty == false, !hasDrive, !path.contains("..") else {
      return "a member whose name leads out of the file"
    }
    return nil
  }
}
