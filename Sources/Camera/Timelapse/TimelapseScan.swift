import Glibc

/// What is whole in a file that may have been cut off or left in the middle.
struct TimelapseScan {
  let width: Int
  let height: Int
  private(set) var frames = 0
  private(set) var biggest = 0
  /// The entries of an index (AVIINDEXENTRY), 16 bytes for each frame.
  private(set) var index: [UInt8] = []
  /// Behind the last whole frame and its padding.
  private(set) var end = AVILayout.headerBytes

  private static let isKeyFrame: UInt32 = 0x10

  /// nil when it does not begin as a file of ours.
  init?(_ descriptor: Int32) {
    guard let size = AVILayout.size(in: Self.read(descriptor, AVILayout.headerBytes, at: 0)) else { return nil }
    (width, height) = size
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else { return nil }
    let fileEnd = Int(facts.st_size)
    while let count = Self.frame(descriptor, at: end, before: fileEnd) {
      frames += 1
      biggest = max(biggest, count)
      // Offsets count from the word "movi".
      let offset = UInt32(clamping: end - AVILayout.headerBytes + 4)
      index += AVILayout.frameName + AVILayout.littleEndian(Self.isKeyFrame) + AVILayout.littleEndian(offset)
      index += AVILayout.littleEndian(UInt32(clamping: count))
      end += AVILayout.chunkHead + count + (count & 1)
    }
  }

  /// The bytes of the picture that begins there, if all of it is there.
  private static func frame(_ descriptor: Int32, at offset: Int, before fileEnd: Int) -> Int? {
    let head = read(descriptor, AVILayout.chunkHead + 2, at: offset)
    guard head.count == AVILayout.chunkHead + 2, Array(head[..<4]) == AVILayout.frameName,
      head[8] == 0xFF, head[9] == 0xD8
    else { return nil }
    let count = Int(AVILayout.number(in: head, at: 4))
    let last = offset + AVILayout.chunkHead + count
    guard count >= 4, last <= fileEnd, read(descriptor, 2, at: last - 2) == [0xFF, 0xD9] else { return nil }
    return count
  }

  private static func read(_ descriptor: Int32, _ count: Int, at offset: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    while true {
      let found = pread(descriptor, &bytes, count, off_t(offset))
      if found >= 0 { return Array(bytes.prefix(found)) }
      guard errno == EINTR else { return [] }
    }
  }
}
