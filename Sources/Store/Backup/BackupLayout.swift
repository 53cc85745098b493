import Model
import Wire

/// What a backup's members are called: `layerberry.db`, `trust/…`, `timelapses/…`, `files/` with the hash of each, and in a
/// sealed one `keys/…`.
enum BackupLayout {
  static let database = "layerberry.db"
  /// Files of the data folder that what is in the database is encrypted with.
  static let keys = ["cloud.key"]

  enum Folder: String, CaseIterable { case trust, timelapses, files, keys }

  /// nil for a name that a backup does not carry.
  static func member(_ folder: Folder, _ name: String) -> String? {
    let member = "\(folder.rawValue)/\(name)"
    return TarHeader(name: member, size: 0, time: 0) == nil || name.contains("/") ? nil : member
  }

  /// Where a member belongs; nil for one that no backup of this form has.
  static func place(of member: String) -> (folder: Folder, name: String)? {
    let parts = member.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let folder = Folder(rawValue: String(parts[0])), !parts[1].isEmpty else { return nil }
    return (folder, String(parts[1]))
  }
}
