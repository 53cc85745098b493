/// A file that is part of the program and never changes while it runs.
package struct StaticFile: Sendable {
  /// Where it is served, from the root of the service: `/assets/js/app.js`.
  package let path: String
  package let mediaType: String
  package let bytes: StaticBytes
  /// The bytes are packed with gzip.
  package let isPacked: Bool

  package init(path: String, mediaType: String, bytes: StaticBytes, isPacked: Bool) {
    self.path = path
    self.mediaType = mediaType
    self.bytes = bytes
    self.isPacked = isPacked
  }
}

/// Bytes that lie in the program's read-only data and stay there until it ends.
///
/// `@unchecked`: a pointer is not `Sendable`, but nobody writes to what this one points to, and nobody frees it.
package struct StaticBytes: @unchecked Sendable {
  package let buffer: UnsafeRawBufferPointer

  /// - Parameter buffer: read-only data of the program itself.
  package init(_ buffer: UnsafeRawBufferPointer) { self.buffer = buffer }

  package var count: Int { buffer.count }

  /// FNV-1a of 64 bits: tells versions of a file apart, and is no protection against anybody.
  package var checksum: UInt64 {
    buffer.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
