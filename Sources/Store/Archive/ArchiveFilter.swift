package import Model

/// Which records of the archive are meant.
package struct ArchiveFilter: Hashable, Sendable {
  package var printer: PrinterID?
  package var status: ArchiveStatus?
  package var project: ProjectID?
  /// Made at or after this moment.
  package var from: Timestamp?
  /// Made before this moment.
  package var until: Timestamp?
  package var search: SearchWords?
  /// Those in the bin, instead of the others.
  package var isDeleted = false
  /// The printers whose records exist for the caller, with those of no printer; nil is all. Sorted.
  package var visible: [PrinterID]?

  package init() {}

  var hasTimes: Bool { from != nil || until != nil }
}
