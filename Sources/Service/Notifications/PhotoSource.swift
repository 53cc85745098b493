package import Model

/// Where the photos of ended prints come from.
package protocol PhotoSource: Sendable {
  /// Returns when what is being photographed on this printer is on the disk, or will not be.
  func settled(of printer: PrinterID) async
  /// The file of a print's photo; nil where there is none.
  func file(of print: ArchiveID) async -> (path: String, bytes: Int64)?
}
