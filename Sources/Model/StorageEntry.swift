/// A file or folder on a printer's storage (contract, section 5).
package struct StorageEntry: Hashable, Sendable {
  package var name: String
  package var path: StoragePath
  /// Bytes; what a folder says of itself means nothing.
  package var size: Int64
  /// By the printer's clock, read as UTC: it may be UTC+8 or local time (protocol sheet, section 4). To the minute, or
  /// to the day for files older than half a year. Nil when the date made no sense.
  package var modified: Timestamp?
  package var isDirectory: Bool

  package init(name: String, path: StoragePath, size: Int64, modified: Timestamp?, isDirectory: Bool) {
    self.name = name
    self.path = path
    self.size = size
    self.modified = modified
    self.isDirectory = isDirectory
  }
}
