import Model

/// Where updates go: a slot beside the one that runs, which the board starts next and leaves again if it is no good.
package protocol UpdateSlots: Sendable {
  /// The one that runs; nil where there are none.
  var current: String? { get }
  /// Before anything is fetched or taken.
  ///
  /// - Throws: `CONFLICT` where this machine has no slots.
  func check() throws
  /// Writes a checked payload into the other slot, and lets the board start that next.
  ///
  /// - Parameter progress: is told per cent.
  func install(_ payload: UpdatePayload, version: String, progress: @escaping @Sendable (Int) -> Void) async throws
  /// Begins anew with it.
  func restart() async throws
}

/// What is installed: a part of a file.
package struct UpdatePayload: Sendable {
  private let file: SpoolFile
  private let start: Int64
  package let size: Int64

  init(_ file: SpoolFile, start: Int64, size: Int64) {
    self.file = file
    self.start = start
    self.size = size
  }

  /// At most so many bytes from there; empty at the end.
  package func read(at offset: Int64, count: Int) throws -> [UInt8] {
    try file.read(at: start + offset, count: Int(min(Int64(count), max(0, size - offset))))
  }
}

/// An ordinary machine: its owner's package manager brings the service up to date.
package struct NoSlots: UpdateSlots {
  package init() {}

  package var current: String? { nil }

  package func check() throws {
    throw Fault(
      .conflict,
      "This service does not run on the Layerberry appliance, so there is no slot for an update. Install the new version as "
        + "you installed this one.")
  }

  package func install(_: UpdatePayload, version _: String, progress _: @escaping @Sendable (Int) -> Void) throws {
    try check()
  }

  package func restart() throws { try check() }
}
