/// The bytes of an AVI file with one stream of Motion JPEG (Microsoft's "AVI RIFF File Reference").
///
/// While it is being written all sizes that are not known yet are 0: players then read to the end of what is there, which
/// is what makes a file that was cut at any byte play (decision 0019).
enum AVILayout {
  /// Where the first frame begins.
  static let headerBytes = 224
  /// Bytes before a frame: its name and its size.
  static let chunkHead = 8
  static let frameName: [UInt8] = Array("00dc".utf8)
  static let indexName: [UInt8] = Array("idx1".utf8)
  /// Of an entry of the index.
  static let indexEntry = 16
  private static let hasIndex: UInt32 = 0x10

  private static let riffSize = 4
  private static let flags = 44
  private static let frameCount = 48
  private static let biggestFrame = 60
  private static let streamLength = 140
  private static let streamBiggest = 144
  private static let moviSize = 216

  static func header(width: Int, height: Int, framesPerSecond: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    func name(_ text: StaticString) { text.withUTF8Buffer { bytes.append(contentsOf: $0) } }
    func number(_ value: Int) { bytes.append(contentsOf: littleEndian(UInt32(clamping: value))) }
    name("RIFF")
    number(0)
    name("AVI ")
    name("LIST")
    number(192)
    name("hdrl")
    name("avih")
    number(56)
    for value in [1_000_000 / framesPerSecond, 0, 0, 0, 0, 0, 1, 0, width, height, 0, 0, 0, 0] { number(value) }
    name("LIST")
    number(116)
    name("strl")
    name("strh")
    number(56)
    name("vids")
    name("MJPG")
    for value in [0, 0, 0, 1, framesPerSecond, 0, 0, 0] { number(value) }
    bytes += [0xFF, 0xFF, 0xFF, 0xFF]
    number(0)
    number(0)
    number(width | height << 16)
    name("strf")
    number(40)
    number(40)
    number(width)
    number(height)
    number(1 | 24 << 16)
    name("MJPG")
    number(width * height * 3)
    for _ in 0..<4 { number(0) }
    name("LIST")
    number(0)
    name("movi")
    return bytes
  }

  /// What the header says once the file is whole: where, and what.
  static func closing(frames: Int, biggest: Int, moviEnd: Int, fileEnd: Int) -> [(offset: Int, bytes: [UInt8])] {
    [
      (flags, littleEndian(hasIndex)), (frameCount, littleEndian(UInt32(clamping: frames))),
      (biggestFrame, littleEndian(UInt32(clamping: biggest))),
      (streamLength, littleEndian(UInt32(clamping: frames))),
      (streamBiggest, littleEndian(UInt32(clamping: biggest))),
      (moviSize, littleEndian(UInt32(clamping: moviEnd - moviSize - 4))),
      (riffSize, littleEndian(UInt32(clamping: fileEnd - 8))),
    ]
  }

  /// Width and height in pixels, where this is the beginning of a file of ours.
  static func size(in header: [UInt8]) -> (width: Int, height: Int)? {
    guard header.count >= headerBytes else { return nil }
    let width = Int(number(in: header, at: 64))
    let height = Int(number(in: header, at: 68))
    guard (1...65_535).contains(width), (1...65_535).contains(height) else { return nil }
    var expected = Self.header(width: width, height: height, framesPerSecond: TimelapseFile.framesPerSecond)
    var found = Array(header[..<headerBytes])
    for (offset, bytes) in closing(frames: 0, biggest: 0, moviEnd: 0, fileEnd: 8) {
      for index in offset..<(offset + bytes.count) {
        expected[index] = 0
        found[index] = 0
      }
    }
    return expected == found ? (width, height) : nil
  }

  static func littleEndian(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  static func number(in bytes: [UInt8], at offset: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << (8 * UInt32($1)) }
  }
}
