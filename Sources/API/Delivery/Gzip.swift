import CZlib

/// Packing with zlib (RFC 1952), within bounds.
enum Gzip {
  /// How hard packing tries, and with how much memory.
  enum Effort {
    /// For an answer that somebody waits for: 64 KiB while it is packed.
    case quick
    /// For what is packed once and kept: 256 KiB while it is packed.
    case thorough

    fileprivate var level: Int32 { self == .quick ? 4 : 9 }
    /// The window's bits, and 16 for the frame of gzip rather than zlib's own.
    fileprivate var windowBits: Int32 { (self == .quick ? 13 : 15) + 16 }
    fileprivate var memoryLevel: Int32 { self == .quick ? 6 : 8 }
  }

  /// nil when there is no memory for it, or the outcome would be longer than `limit`.
  static func packed(_ bytes: UnsafeRawBufferPointer, effort: Effort, limit: Int) -> [UInt8]? {
    guard let size = UInt32(exactly: bytes.count), let room = UInt32(exactly: limit) else { return nil }
    let stream = ZlibStream()
    guard
      layerberry_deflate_init(stream.pointer, effort.level, effort.windowBits, effort.memoryLevel) == Z_OK
    else { return nil }
    defer { deflateEnd(stream.pointer) }
    stream.feed(bytes.baseAddress, count: size)
    var status = Z_OK
    let packed = [UInt8](unsafeUninitializedCapacity: limit) { target, count in
      stream.pointer.pointee.next_out = target.baseAddress
      stream.pointer.pointee.avail_out = room
      status = deflate(stream.pointer, Z_FINISH)
      count = limit - Int(stream.pointer.pointee.avail_out)
    }
    return status == Z_STREAM_END ? packed : nil
  }
}

/// Unpacks piece by piece, with about 40 KiB and the piece.
final class Unpacker {
  private let source: FixedBytes
  private let stream = ZlibStream()
  private var isAtEnd = false

  /// nil when there is no memory for it.
  init?(_ source: FixedBytes) {
    guard let size = UInt32(exactly: source.bytes.count), layerberry_inflate_init(stream.pointer, 15 + 16) == Z_OK
    else { return nil }
    self.source = source
    stream.feed(source.bytes.baseAddress, count: size)
  }

  deinit { inflateEnd(stream.pointer) }

  /// At most so many bytes; empty at the end, nil when the source is damaged.
  func next(_ limit: Int) -> [UInt8]? {
    guard !isAtEnd, let room = UInt32(exactly: limit) else { return [] }
    var status = Z_OK
    let bytes = [UInt8](unsafeUninitializedCapacity: limit) { target, count in
      stream.pointer.pointee.next_out = target.baseAddress
      stream.pointer.pointee.avail_out = room
      status = inflate(stream.pointer, Z_NO_FLUSH)
      count = limit - Int(stream.pointer.pointee.avail_out)
    }
    isAtEnd = status == Z_STREAM_END
    guard isAtEnd || (status == Z_OK && bytes.count == limit) else { return nil }
    return bytes
  }
}

/// zlib's own state points back to this, so that it must not move.
private final class ZlibStream {
  let pointer = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

  init() { pointer.initialize(to: z_stream()) }

  deinit { pointer.deallocate() }

  func feed(_ bytes: UnsafeRawPointer?, count: UInt32) {
    // zlib reads only; its type says nothing of that.
    pointer.pointee.next_in = UnsafeMutableRawPointer(mutating: bytes)?.assumingMemoryBound(to: UInt8.self)
    pointer.pointee.avail_in = count
  }
}
