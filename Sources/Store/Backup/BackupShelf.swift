import Glibc

/// The backups that are kept in the data folder, each by its number: the milliseconds of its moment.
package struct BackupShelf: Sendable {
  package struct Entry: Hashable, Sendable {
    package let number: Int64
    package let isSealed: Bool
    package let bytes: Int64
    package let path: String
  }

  private let folder: DataFolder

  package init(_ folder: DataFolder) { self.folder = folder }

  /// The newest first.
  package var entries: [Entry] {
    File.names(in: folder.backups).compactMap { name in
      guard name.hasPrefix("backup-"), let dot = name.lastIndex(of: "."),
        let number = Int64(name[..<dot].dropFirst("backup-".count)), number > 0
      else { return nil }
      let ending = name[dot...]
      let path = "\(folder.backups)/\(name)"
      guard ending == ".tar" || ending == ".sealed", let bytes = File.size(of: path) else { return nil }
      return Entry(number: number, isSealed: ending == ".sealed", bytes: Int64(bytes), path: path)
    }.sorted { $0.number > $1.number }
  }

  package func path(_ number: Int64, isSealed: Bool) -> String {
    "\(folder.backups)/backup-\(number).\(isSealed ? "sealed" : "tar")"
  }

  package func remove(_ entry: Entry) { unlink(entry.path) }
}
