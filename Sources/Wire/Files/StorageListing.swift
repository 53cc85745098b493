package import Model

/// Reads what a printer answers to LIST and NLST (protocol sheet, section 4).
///
/// The peer may be anything: one name that would lead out of its folder, one endless line or one entry too many ends the
/// reading with an error, and nothing of the listing is used.
package enum StorageListing {
  package struct Limits: Hashable, Sendable {
    package var entries = 4096
    /// Bytes of one line, without its end.
    package var line = 4096
    /// Bytes of the whole listing.
    package var total = 2 << 20

    package init() {}
  }

  /// The entries of a LIST answer in the long form of Unix, in the order in which they came.
  ///
  /// Lines without an entry (`total 12`, blank ones, `.` and `..`, links and devices) are left out, and so are names
  /// that are not UTF-8: no request could ask for them.
  /// - Parameter now: implies the year of dates that come with a time of day instead.
  package static func entries(
    _ bytes: some Collection<UInt8>, in folder: StoragePath, now: Timestamp, limits: Limits = Limits()
  ) throws(StorageListingError) -> [StorageEntry] {
    var entries: [StorageEntry] = []
    var lines = try ListingLines(bytes, limits: limits)
    while let line = try lines.next() {
      guard let entry = try ListLine(line)?.entry(in: folder, now: now) else { continue }
      guard entries.count < limits.entries else { throw .tooManyEntries(limit: limits.entries) }
      entries.append(entry)
    }
    return entries
  }

  /// The names of an NLST answer: some printers send whole paths, others bare names.
  package static func names(
    _ bytes: some Collection<UInt8>, in folder: StoragePath, limits: Limits = Limits()
  ) throws(StorageListingError) -> [StoragePath] {
    var names: [StoragePath] = []
    var lines = try ListingLines(bytes, limits: limits)
    while let line = try lines.next() {
      guard !line.isEmpty else { continue }
      var name = line
      if line.first == 0x2F {
        let prefix = folder == .root ? "/" : "\(folder.text)/"
        guard line.starts(with: prefix.utf8) else { throw .foreignName }
        name = line.dropFirst(prefix.utf8.count)
      }
      guard !isDots(name), let path = try path(of: name, in: folder) else { continue }
      guard names.count < limits.entries else { throw .tooManyEntries(limit: limits.entries) }
      names.append(path)
    }
    return names
  }

  /// `.` and `..` stand for folders that the caller knows already.
  static func isDots(_ name: ArraySlice<UInt8>) -> Bool {
    name.elementsEqual([0x2E]) || name.elementsEqual([0x2E, 0x2E])
  }

  /// Nil when the name is not UTF-8.
  static func path(of name: ArraySlice<UInt8>, in folder: StoragePath) throws(StorageListingError) -> StoragePath? {
    guard StoragePath.isName(name) else { throw .foreignName }
    guard let text = String(validating: name, as: UTF8.self) else { return nil }
    do { return try folder.appending(text) } catch { throw .foreignName }
  }
}

/// Why a listing is not used.
package enum StorageListingError: Error, Hashable, Sendable, CustomStringConvertible {
  case tooManyEntries(limit: Int)
  case tooLong(limit: Int)
  case lineTooLong(limit: Int)
  /// A name with a slash, a control character or too many bytes, or one of another folder.
  case foreignName
  /// A line that is no entry in the long form of Unix.
  case notUnderstood

  package var description: String {
    switch self {
    case .tooManyEntries(let limit): "the folder has more than \(limit) entries"
    case .tooLong(let limit): "the listing has more than \(limit) bytes"
    case .lineTooLong(let limit): "the listing has a line of more than \(limit) bytes"
    case .foreignName: "the listing has a name that cannot lie in this folder"
    case .notUnderstood: "the listing is not in the form that printers use"
    }
  }
}
