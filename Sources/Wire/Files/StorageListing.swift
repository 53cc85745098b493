package import Model

/// Reads what a printer answers to LIST and NLST (protocol sheet, section 4).
///
/// The peer may be anything: what would lead out of its folder, makes no sense or has a name that is not UTF-8 is left
/// out. A listing of nothing but nonsense is an error.
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
  /// Lines without an entry (`total 12`, blank ones, `.` and `..`, links and devices) do not count.
  /// - Parameter now: implies the year of dates that come with a time of day instead.
  package static func entries(
    _ bytes: some Collection<UInt8>, in folder: StoragePath, now: Timestamp, limits: Limits = Limits()
  ) throws(StorageListingError) -> StorageContents<StorageEntry> {
    try read(bytes, limits) { line throws(StorageListingError) in try ListLine(line)?.entry(in: folder, now: now) }
  }

  /// The names of an NLST answer: some printers send whole paths, others bare names.
  package static func names(
    _ bytes: some Collection<UInt8>, in folder: StoragePath, limits: Limits = Limits()
  ) throws(StorageListingError) -> StorageContents<StoragePath> {
    try read(bytes, limits) { line throws(StorageListingError) in
      guard !line.isEmpty else { return nil }
      var name = line
      if line.first == 0x2F {
        let prefix = folder == .root ? "/" : "\(folder.text)/"
        guard line.starts(with: prefix.utf8) else { throw .foreignName }
        name = line.dropFirst(prefix.utf8.count)
      }
      return isDots(name) ? nil : try path(of: name, in: folder)
    }
  }

  private static func read<Entry>(
    _ bytes: some Collection<UInt8>, _ limits: Limits,
    _ entry: (ArraySlice<UInt8>) throws(StorageListingError) -> Entry?
  ) throws(StorageListingError) -> StorageContents<Entry> {
    var contents = StorageContents<Entry>()
    var lines = try ListingLines(bytes, limits: limits)
    while let line = lines.next() {
      do throws(StorageListingError) {
        guard line.count <= limits.line else { throw .lineTooLong(limit: limits.line) }
        guard let entry = try entry(line) else { continue }
        guard contents.entries.count < limits.entries else {
          contents.isCut = true
          break
        }
        contents.entries.append(entry)
      } catch {
        contents.leftOut += 1
        if contents.oddity == nil { contents.oddity = error }
      }
    }
    if let oddity = contents.oddity, oddity != .notUTF8, contents.entries.isEmpty { throw oddity }
    return contents
  }

  /// `.` and `..` stand for folders that the caller knows already.
  static func isDots(_ name: ArraySlice<UInt8>) -> Bool {
    name.elementsEqual([0x2E]) || name.elementsEqual([0x2E, 0x2E])
  }

  static func path(of name: ArraySlice<UInt8>, in folder: StoragePath) throws(StorageListingError) -> StoragePath {
    guard StoragePath.isName(name) else { throw .foreignName }
    // No request could ask for it.
    guard let text = String(validating: name, as: UTF8.self) else { throw .notUTF8 }
    do { return try folder.appending(text) } catch { throw .foreignName }
  }
}

/// What a listing holds, as far as it can be used.
package struct StorageContents<Entry: Sendable>: Sendable {
  package var entries: [Entry] = []
  /// There are more entries than are read.
  package var isCut = false
  /// Lines that are not used.
  package var leftOut = 0
  /// Why the first of them is not.
  package var oddity: StorageListingError?
}

/// Why a listing, or a line of it, is not used.
package enum StorageListingError: Error, Hashable, Sendable, CustomStringConvertible {
  case tooLong(limit: Int)
  case lineTooLong(limit: Int)
  /// A name with a slash, a control character or too many bytes, or one of another folder.
  case foreignName
  case notUTF8
  /// A line that is no entry in the long form of Unix.
  case notUnderstood

  package var description: String {
    switch self {
    case .tooLong(let limit): "the listing has more than \(limit) bytes"
    case .lineTooLong(let limit): "the listing has a line of more than \(limit) bytes"
    case .foreignName: "the listing has a name that cannot lie in this folder"
    case .notUTF8: "the listing has a name that is not UTF-8"
    case .notUnderstood: "the listing is not in the form that printers use"
    }
  }
}
