import Glibc
package import NIOCore

/// A time-lapse on the disk: a frame after the other as the camera made it, in a file that plays whenever and wherever it
/// was cut off.
///
/// Bounded by its owner in frames; in bytes by the format, which counts them in 32 bits. Used by one owner at a time.
package final class TimelapseFile {
  /// At which it plays; each frame is a layer.
  package static let framesPerSecond = 24
  /// Bytes of the largest file that the format's own sizes can tell.
  package static let largest = 1 << 30
  /// What is written goes to the disk at least once in so many frames, and at the end.
  private static let framesPerSync = 32

  package let path: String
  package let width: Int
  package let height: Int
  package private(set) var frames = 0
  /// Bytes of the file so far.
  package private(set) var bytes = 0
  private let descriptor: Int32
  private var framesSinceSync = 0

  private init(_ descriptor: Int32, _ path: String, size: (width: Int, height: Int)) {
    self.descriptor = descriptor
    self.path = path
    (width, height) = size
  }

  deinit { close(descriptor) }

  /// Begins a file with its first frame, which gives the size of all. Nothing is left of it after a failure.
  package static func begin(_ path: String, with jpeg: ByteBuffer) throws(TimelapseFailure) -> TimelapseFile {
    guard let size = size(of: jpeg) else { throw .unfitting }
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw TimelapseFailure(errno: errno) }
    let file = TimelapseFile(descriptor, path, size: size)
    do throws(TimelapseFailure) {
      try file.write(
        AVILayout.header(width: size.width, height: size.height, framesPerSecond: framesPerSecond), jpeg)
    } catch {
      unlink(path)
      throw error
    }
    return file
  }

  /// Takes up a file that was left in the middle: everything after its last whole frame goes.
  package static func takeUp(_ path: String) throws(TimelapseFailure) -> TimelapseFile {
    let descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { throw TimelapseFailure(errno: errno) }
    guard let scan = TimelapseScan(descriptor), scan.frames > 0 else {
      close(descriptor)
      throw .unusable
    }
    let file = TimelapseFile(descriptor, path, size: (scan.width, scan.height))
    file.frames = scan.frames
    file.bytes = scan.end
    // Where the last frame's padding is missing, this adds it.
    guard ftruncate(descriptor, off_t(scan.end)) == 0 else { throw TimelapseFailure(errno: errno) }
    for (offset, bytes) in AVILayout.closing(frames: 0, biggest: 0, moviEnd: 220, fileEnd: 8) {
      try file.put([UInt8](repeating: 0, count: bytes.count), at: offset)
    }
    return file
  }

  /// Adds a frame of the same size. After a failure the file is as it was before.
  package func append(_ jpeg: ByteBuffer) throws(TimelapseFailure) {
    guard let size = Self.size(of: jpeg), size == (width, height) else { throw .unfitting }
    try write([], jpeg)
    framesSinceSync += 1
    if framesSinceSync >= Self.framesPerSync { sync() }
  }

  /// Whether a frame of so many bytes has room.
  package func hasRoom(for count: Int) -> Bool {
    // The index takes a part of each frame as well.
    bytes + count + (frames + 1) * AVILayout.indexEntry + 64 <= Self.largest
  }

  /// Adds the index that lets players jump, and the sizes; the frames are on the disk before anything of it is.
  /// Nothing may be added afterwards, except by taking the file up again.
  package func finish() throws(TimelapseFailure) {
    guard let scan = TimelapseScan(descriptor) else { throw .unusable }
    sync()
    let index = scan.index
    var body = AVILayout.indexName + AVILayout.littleEndian(UInt32(clamping: index.count))
    body += index
    try put(body, at: scan.end)
    sync()
    let closing = AVILayout.closing(
      frames: scan.frames, biggest: scan.biggest, moviEnd: scan.end, fileEnd: scan.end + body.count)
    for (offset, bytes) in closing { try put(bytes, at: offset) }
    sync()
  }

  /// The size in pixels, from the header alone; nil for what is no JPEG.
  static func size(of jpeg: ByteBuffer) -> (width: Int, height: Int)? {
    guard let size = try? JPEGPicture(jpeg).measure() else { return nil }
    return (size.width, size.height)
  }

  private func write(_ header: [UInt8], _ jpeg: ByteBuffer) throws(TimelapseFailure) {
    let count = jpeg.readableBytes
    guard hasRoom(for: count) else { throw .full }
    var head = header + AVILayout.frameName + AVILayout.littleEndian(UInt32(clamping: count))
    var padding: UInt8 = 0
    let total = head.count + count + (count & 1)
    let written = head.withUnsafeMutableBytes { head in
      jpeg.withUnsafeReadableBytes { body in
        withUnsafeMutableBytes(of: &padding) { padding in
          var parts = [
            iovec(iov_base: head.baseAddress, iov_len: head.count),
            iovec(iov_base: UnsafeMutableRawPointer(mutating: body.baseAddress), iov_len: body.count),
            iovec(iov_base: padding.baseAddress, iov_len: count & 1),
          ]
          return Self.writeAll(descriptor, &parts, at: bytes, total)
        }
      }
    }
    guard written == 0 else {
      _ = ftruncate(descriptor, off_t(bytes))
      throw TimelapseFailure(errno: written)
    }
    bytes += total
    frames += 1
  }

  /// - Returns: 0, or what `errno` said.
  private static func writeAll(_ descriptor: Int32, _ parts: inout [iovec], at offset: Int, _ total: Int) -> Int32 {
    var done = 0
    var first = 0
    while done < total {
      let count = pwritev(descriptor, Array(parts[first...]), Int32(parts.count - first), off_t(offset + done))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return count == 0 ? ENOSPC : errno }
      done += count
      var left = count
      while first < parts.count, left >= parts[first].iov_len {
        left -= parts[first].iov_len
        first += 1
      }
      if first < parts.count, left > 0 {
        parts[first].iov_base = parts[first].iov_base?.advanced(by: left)
        parts[first].iov_len -= left
      }
    }
    return 0
  }

  private func put(_ body: [UInt8], at offset: Int) throws(TimelapseFailure) {
    var body = body
    let count = body.count
    let result = body.withUnsafeMutableBytes { bytes in
      var parts = [iovec(iov_base: bytes.baseAddress, iov_len: count)]
      return Self.writeAll(descriptor, &parts, at: offset, count)
    }
    guard result == 0 else { throw TimelapseFailure(errno: result) }
  }

  private func sync() {
    framesSinceSync = 0
    // The disk's own trouble shows at the next write.
    _ = fdatasync(descriptor)
  }
}

/// Why a time-lapse does not go on.
package enum TimelapseFailure: Error, Hashable, Sendable {
  /// It holds as much as the format can.
  case full
  /// A picture of another size, or none.
  case unfitting
  /// There is no whole frame in the file, or it is none of ours.
  case unusable
  case diskFull
  /// Another failure of the disk.
  case disk(Int32)

  init(errno: Int32) {
    self = errno == ENOSPC || errno == EDQUOT ? .diskFull : .disk(errno)
  }
}
