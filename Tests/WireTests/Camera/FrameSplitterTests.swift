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

  static func jpeg(_ count: Int, fill: UInt8 = 3) -> [UInt8] {
    [0xFF, 0xD8] + [UInt8](repeating: fill, count: count) + [0xFF, 0xD9]
  }

  @Test func aSequenceOfFramesGivesTheirPictures() {
    let pictures = [Self.jpeg(0), Self.jpeg(1), Self.jpeg(5000), Self.jpeg(70_000)]
    let outcome = Self.split(pictures.flatMap { Self.frame($0) }, in: [.max])
    #expect(outcome == Outcome(pictures: pictures))
  }

  @Test func anyDivisionOfTheBytesGivesTheSamePictures() {
    let bytes =
      Self.frame(Self.jpeg(40)) + Self.frame([0xFF, 0xD8, 1, 2, 3]) + Self.frame(Self.jpeg(300, fill: 0xFF))
      + Self.frame(Self.jpeg(0))
    let whole = Self.split(bytes, in: [.max])
    #expect(whole.pictures.count == 3)
    #expect(whole.dropped == 1)
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
    let largest = Self.jpeg(FrameSplitter.largestPicture - 4)
    #expect(Self.split(Self.frame(largest), in: [16_384]).pictures == [largest])
  }

  @Test func aPictureWithoutEndMarkerIsDroppedAndTheNextTaken() {
    let cut = Array(Self.jpeg(50).dropLast(2)) + [0, 0]
    let outcome = Self.split(Self.frame(cut) + Self.frame(Self.jpeg(7)), in: [11])
    #expect(outcome == Outcome(pictures: [Self.jpeg(7)], dropped: 1))
  }

  @Test(arguments: [1, 2, 3]) func lessThanBothMarkersIsNoPicture(_ size: Int) {
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
