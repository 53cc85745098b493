package import NIOCore

/// Where a source puts a picture together, in memory that is used again: with viewers that keep up, a picture costs no
/// allocation. Confined to the camera loop.
///
/// Three buffers take turns. One that somebody still looks at when its turn comes is left to him, and a new one made.
package final class PictureAssembly {
  private static let count = 3
  /// What a sender claims is not believed beyond this: more is taken as it really comes.
  private static let reserve = 256 << 10
  /// A buffer of this size or less is never too large to keep.
  private static let modest = 1 << 20

  private var buffers = [ByteBuffer](repeating: ByteBuffer(), count: count)
  private var current = 0

  package init() {}

  /// Bytes of the picture so far.
  package var byteCount: Int { buffers[current].readableBytes }

  /// Begins a picture of about this many bytes, 0 where that is not known; one that was not finished is forgotten.
  package func begin(expecting size: Int = 0) {
    let wasted = buffers[current].capacity > Self.modest && buffers[current].capacity / 4 > size
    if wasted, size > 0 { buffers[current] = ByteBuffer() }
    buffers[current].clear(minimumCapacity: min(size, Self.reserve))
  }

  package func append(_ bytes: UnsafeRawBufferPointer) { buffers[current].writeBytes(bytes) }

  /// The picture, complete.
  package func finish() -> ByteBuffer {
    defer { current = (current + 1) % Self.count }
    return buffers[current]
  }

  /// Gives the memory back.
  package func release() {
    for index in buffers.indices { buffers[index] = ByteBuffer() }
  }
}
