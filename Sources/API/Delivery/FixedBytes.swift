/// Bytes that never change nor move: the program's own, or a copy that lives as long as this.
///
/// `@unchecked`: nobody can write to them.
package final class FixedBytes: @unchecked Sendable {
  package let bytes: UnsafeRawBufferPointer
  private let isOwned: Bool

  /// - Parameter bytes: must be there for as long as the program runs.
  package init(ofProgram bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    isOwned = false
  }

  package init(copying bytes: UnsafeRawBufferPointer) {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
    copy.copyMemory(from: bytes)
    self.bytes = UnsafeRawBufferPointer(copy)
    isOwned = true
  }

  deinit {
    if isOwned { bytes.deallocate() }
  }
}
