import Model
import Testing
import Wire

/// The pictures of the camera on port 6000 (protocol sheet, section 5.1).
@Suite struct FrameSplitterTests {
  /// What a splitter made of the bytes.
  struct Outcome: Equatable {
    var pictures: [[UInt8]] = []
    var dropped = 0
    var fault: FrameSplitter.Fault?
  }

  static func split(_ bytes: [UInt8], in pieces: [Int]) -> Outcome {
    var splitter = FrameSplitter()
    var outcome = Outcome()
    var picture: [UInt8] = []
    var start = 0
    var index = 0
    while start < bytes.count, outcome.fault == nil {
      let count = min(bytes.count - start, pieces[index % pieces.count])
      index += 1
      bytes[start..<start + count].withUnsafeBytes { piece in
        var rest = piece
        steps: while let step = splitter.next(&rest) {
          switch step {
          case .began: picture = []
          case .bytes(let part): picture += part
          case .picture: outcome.pictures.append(picture)
          case .dropped: outcome.dropped += 1
          case .broken(let fault):
            outcome.fault = fault
            break steps
          }
        }
      }
      start += count
    }
    return outcome
  }

  static func frame(_ jpeg: [UInt8], claims size: UInt32? = nil) -> [UInt8] {
    let size = size ?? UInt32(jpeg.count)
    return (0..<4).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) } + [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0] + jpeg
  }

  static let tables: [UInt8] = [0xFF, 0xDB, 0, 5, 0, 0xFF, 0xD9]
  static let scan: [UInt8] = [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0]
  static let ends: [UInt8] = [0xFF, 0xD9]

  /// The segment of a frame of this size, in grey.
  static func size(_ width: Int, _ height: Int, marker: UInt8 = 0xC0) -> [UInt8] {
    [
      0xFF, marker, 0, 11, 8, UInt8(height >> 8), UInt8(height & 0xFF), UInt8(width >> 8), UInt8(width & 0xFF), 1, 1,
      17,
      0,
    ]
  }

  /// Laid out as a JPEG, with so many bytes in its scan.
  static func jpeg(_ count: Int, fill: UInt8 = 3) -> [UInt8] {
    [0xFF, 0xD8] + tables + size(1280, 720) + scan + [UInt8](repeating: fill, count: count) + ends
  }

  @Test func aSequenceOfFramesGivesTheirPictures() {
    let pictures = [Self.jpeg(0), Self.jpeg(1), Self.jpeg(5000), Self.jpeg(70_000)]
    let outcome = Self.split(pictures.flatMap { Self.frame($0) }, in: [.max])
    #expect(outcome == Outcome(pictures: pictures))
  }

  @Test func anyDivisionOfTheBytesGivesTheSamePictures() {
    let bytes =
      Self.frame(Self.jpeg(40)) + Self.frame([0xFF, 0xD8, 1, 2, 3]) + Self.frame([0xFF, 0xD8] + Self.tables)
      + Self.frame(Self.jpeg(300, fill: 0xFF))
      + Self.frame(Self.jpeg(0))
    let whole = Self.split(bytes, in: [.max])
    #expect(whole.pictures.count == 3)
    #expect(whole.dropped == 2)
    for size in 1...bytes.count { #expect(Self.split(bytes, in: [size]) == whole) }
    var random = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      let pieces = (0..<Int.random(in: 1...12, using: &random)).map { _ in Int.random(in: 1...60, using: &random) }
      #expect(Self.split(bytes, in: pieces) == whole, "divided as \(pieces)")
    }
  }

  @Test(arguments: [0, 10_000_001, 0x0100_0000, UInt32.max]) func aSizeThatCannotBeIsRefused(_ size: UInt32) {
    let outcome = Self.split(Self.frame(Self.jpeg(9)) + Self.frame(Self.jpeg(9), claims: size), in: [5])
    #expect(outcome == Outcome(pictures: [Self.jpeg(9)], fault: .badSize(size)))
  }

  @Test func theLargestSizeIsTaken() {
    let largest = Self.jpeg(FrameSplitter.largestPicture - Self.jpeg(0).count)
    #expect(Self.split(Self.frame(largest), in: [16_384]).pictures == [largest])
  }

  @Test func aPictureWithoutEndMarkerIsDroppedAndTheNextTaken() {
    let cut = Array(Self.jpeg(50).dropLast(2)) + [0, 0]
    let outcome = Self.split(Self.frame(cut) + Self.frame(Self.jpeg(7)), in: [11])
    #expect(outcome == Outcome(pictures: [Self.jpeg(7)], dropped: 1))
  }

  static let layouts: [(String, [UInt8], Bool)] = [
    ("other tables first", tables + size(1280, 720) + tables + scan, true),
    ("filling before a marker", [0xFF, 0xFF, 0xFF] + tables + size(640, 480) + scan, true),
    ("progressive", size(1920, 1080, marker: 0xC2) + scan, true),
    ("nothing between the ends", [], false),
    ("random bytes", (0..<200).map { UInt8(truncatingIfNeeded: $0 * 77 + 13) }, false),
    ("no marker behind a segment", tables + [0x12] + size(1280, 720) + scan, false),
    ("no frame", tables + scan, false),
    ("no scan", tables + size(1280, 720), false),
    ("a frame without width", size(0, 720) + scan, false),
    ("a frame without height", size(1280, 0) + scan, false),
    ("a frame larger than any camera's", size(16_385, 720) + scan, false),
    ("a frame's segment that is too short", [0xFF, 0xC0, 0, 8, 8, 2, 208, 5, 0, 1] + scan, false),
    ("a segment of no length", [0xFF, 0xE0, 0, 1] + size(1280, 720) + scan, false),
    ("a segment beyond the end", [0xFF, 0xE0, 0xFF, 0xFF] + size(1280, 720) + scan, false),
    ("another beginning inside", [0xFF, 0xD8] + size(1280, 720) + scan, false),
  ]

  @Test(arguments: layouts)
  func onlyWhatIsLaidOutAsAJPEGIsAPicture(name: String, content: [UInt8], isPicture: Bool) {
    let picture = [0xFF, 0xD8] + content + Self.ends
    let bytes = Self.frame(picture) + Self.frame(Self.jpeg(7))
    let expected =
      isPicture
      ? Outcome(pictures: [picture, Self.jpeg(7)]) : Outcome(pictures: [Self.jpeg(7)], dropped: 1)
    for size in [1, 2, 3, 5, 17, Int.max] { #expect(Self.split(bytes, in: [size]) == expected) }
  }

  @Test(arguments: [1, 2, 3, 4]) func twoMarkersOrLessAreNoPicture(_ size: Int) {
    let outcome = Self.split(Self.frame(Array([0xFF, 0xD8, 0xFF, 0xD9].prefix(size))), in: [1])
    #expect(outcome == Outcome(dropped: 1))
  }

  @Test func whatDoesNotBeginAsAJPEGIsOutOfStep() {
    for start: [UInt8] in [[0x00, 0xD8], [0xFF, 0xD7]] {
      let outcome = Self.split(Self.frame(start + Self.jpeg(4)), in: [1])
      #expect(outcome == Outcome(fault: .noPicture))
    }
  }

  @Test func aBrokenStreamStaysBroken() {
    var splitter = FrameSplitter()
    for _ in 0..<3 {
      Self.frame([], claims: 0).withUnsafeBytes { bytes in
        var rest = bytes
        guard case .broken(.badSize(0)) = splitter.next(&rest) else {
          Issue.record("went on")
          return
        }
      }
    }
  }

  /// The first vector of the sheet: user and code zero padded, words little-endian.
  @Test func theLoginIsEightyBytes() throws {
    let packet = CameraLogin.packet(accessCode: try AccessCode("12345678"))
    #expect(packet.count == CameraLogin.size)
    #expect(Array(packet[0..<16]) == [0x40, 0, 0, 0, 0, 0x30, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    #expect(Array(packet[16..<48]) == Array("bblp".utf8) + [UInt8](repeating: 0, count: 28))
    #expect(Array(packet[48..<80]) == Array("12345678".utf8) + [UInt8](repeating: 0, count: 24))
    let longest = try AccessCode(String(repeating: "x", count: 32))
    #expect(CameraLogin.packet(accessCode: longest).count == CameraLogin.size)
  }
}
