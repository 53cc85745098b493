import CJPEG
import Camera
import Glibc
import NIOCore
import TestKit
import Testing

/// What is done with a JPEG, and what it may not cost.
@Suite(.timeLimit(.minutes(3)), .serialized) struct JPEGTests {
  static func picture(_ bytes: [UInt8]) -> JPEGPicture { JPEGPicture(ByteBuffer(bytes: bytes)) }

  static let good = Drawing.picture(width: 320, height: 240)

  @Test func theSizeIsThatOfTheHeader() throws {
    #expect(try Self.picture(Self.good).measure() == PictureSize(width: 320, height: 240))
  }

  @Test func aGoodPicturePasses() throws { try Self.picture(Self.good).judge() }

  @Test func aPictureThatIsBlackDoesNotPass() {
    #expect(throws: JPEGError.black) { try Self.picture(Drawing.picture(brightest: 5)).judge() }
  }

  @Test func aPictureThatBreaksOffDoesNotPass() {
    for part in 1..<10 {
      let cut = Array(Self.good.prefix(Self.good.count * part / 10))
      #expect(throws: JPEGError.broken) { try Self.picture(cut).judge() }
      #expect(throws: (any Error).self) { try Self.picture(cut + [0xFF, 0xD9]).judge() }
    }
  }

  @Test func whatIsNoJPEGIsToldAsSuch() {
    for bytes: [UInt8] in [[], [0xFF], [0xFF, 0xD8, 0xFF, 0xD9], [UInt8](repeating: 0, count: 5000)] {
      #expect(throws: JPEGError.broken) { try Self.picture(bytes).judge() }
      #expect(throws: JPEGError.broken) { try Self.picture(bytes).measure() }
      #expect(throws: JPEGError.broken) { try Self.picture(bytes).resized(width: 16, quality: 80) }
    }
  }

  /// The header alone claims the size; nothing is decoded to find out.
  @Test(arguments: [(8193, 100), (100, 8193), (8192, 8192), (65_500, 65_500)])
  func tooLargeAPictureIsRefusedByItsHeader(_ width: Int, _ height: Int) {
    let large = Self.claiming(width: width, height: height)
    #expect(throws: JPEGError.tooLarge) { try Self.picture(large).measure() }
    #expect(throws: JPEGError.tooLarge) { try Self.picture(large).judge() }
    #expect(throws: JPEGError.tooLarge) { try Self.picture(large).resized(width: 320, quality: 80) }
  }

  @Test func aPictureIsMadeAsWideAsAsked() throws {
    for (width, height) in [(16, 12), (17, 13), (100, 75), (159, 119), (160, 120), (319, 239), (320, 240)] {
      let small = try Self.picture(Self.good).resized(width: width, quality: 80)
      #expect(try JPEGPicture(small).measure() == PictureSize(width: width, height: height))
      try JPEGPicture(small).judge()
    }
    let own = try Self.picture(Self.good).resized(width: nil, quality: 80)
    #expect(try JPEGPicture(own).measure() == PictureSize(width: 320, height: 240))
    let larger = try Self.picture(Self.good).resized(width: 5000, quality: 80)
    #expect(try JPEGPicture(larger).measure() == PictureSize(width: 320, height: 240))
  }

  @Test func anOddShapeKeepsAtLeastARow() throws {
    let flat = try Self.picture(Drawing.picture(width: 2000, height: 1)).resized(width: 16, quality: 80)
    #expect(try JPEGPicture(flat).measure() == PictureSize(width: 16, height: 1))
  }

  @Test func lessQualityTakesLessRoom() throws {
    let sizes = try [5, 50, 95].map { try Self.picture(Self.good).resized(width: nil, quality: $0).readableBytes }
    #expect(sizes[0] < sizes[1] && sizes[1] < sizes[2])
  }

  @Test func scaledAndWholeDecodingGiveTheSameSize() throws {
    let scaled = try Self.picture(Self.good).resized(width: 61, quality: 80)
    let whole = try Self.picture(Self.good).resized(width: 61, quality: 80, scalesDecoding: false)
    #expect(try JPEGPicture(scaled).measure() == JPEGPicture(whole).measure())
  }

  @Test func aDamagedPictureIsNotResized() {
    let cut = Array(Self.good.prefix(Self.good.count / 2)) + [0xFF, 0xD9]
    #expect(throws: JPEGError.damaged) { try Self.picture(cut).resized(width: 100, quality: 80) }
  }

  /// Whatever breaks, and wherever, nothing stays behind.
  @Test func noErrorLeavesMemoryBehind() throws {
    let whole = Drawing.picture(width: 160, height: 120)
    var broken: [[UInt8]] = [Self.claiming(width: 8193, height: 8193), Self.claiming(width: 600, height: 600)]
    for part in 0..<40 { broken.append(Array(whole.prefix(whole.count * part / 40))) }
    var random = SystemRandomNumberGenerator()
    for _ in 0..<60 {
      var bytes = whole
      for _ in 0..<5 { bytes[Int.random(in: 2..<bytes.count, using: &random)] = .random(in: 0...255, using: &random) }
      broken.append(bytes)
    }
    func round() {
      for bytes in broken {
        let picture = Self.picture(bytes)
        _ = try? picture.measure()
        try? picture.judge()
        _ = try? picture.resized(width: 100, quality: 80)
        _ = try? picture.resized(width: nil, quality: 100)
      }
    }
    for _ in 0..<3 { round() }
    let before = try Self.residentBytes()
    for _ in 0..<40 { round() }
    let grown = try Self.residentBytes() - before
    // 16,000 calls: a row and a table lost in a fifth of them would be more than 100 MB. Other tests run beside this one.
    #expect(grown < 48 << 20, "\(grown) bytes more")
  }

  private static func residentBytes() throws -> Int {
    let descriptor = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
    defer { close(descriptor) }
    var text = [UInt8](repeating: 0, count: 200)
    let count = read(descriptor, &text, text.count)
    let fields = text.prefix(max(0, count)).split(separator: UInt8(ascii: " "))
    return try #require(fields.count > 1 ? Int(String(decoding: fields[1], as: UTF8.self)) : nil) * 4096
  }

  @Test func theWorkerRefusesWhatItHasNoRoomForAndEnds() async throws {
    let worker = JPEGWorker()
    let large = ByteBuffer(bytes: Drawing.picture(width: 4000, height: 3000))
    let busy = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<JPEGWorker.limit + 20 {
        group.addTask {
          do throws(JPEGError) { _ = try await worker.resized(large, width: 400, quality: 80) } catch {
            return error == .busy
          }
          return false
        }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(busy > 0 && busy <= 20)
    worker.shutdown()
    try await eventually(within: 20, "the thread ends") { worker.isRunning ? nil : true }
    await #expect(throws: JPEGError.busy) { try await worker.resized(large, width: 400, quality: 80) }
  }

  /// A small picture whose frame header tells another size.
  static func claiming(width: Int, height: Int) -> [UInt8] {
    var bytes = Drawing.picture(width: 16, height: 16)
    guard let start = bytes.indices.dropLast().first(where: { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC0 }) else {
      return []
    }
    bytes[start + 5] = UInt8(height >> 8)
    bytes[start + 6] = UInt8(height & 0xFF)
    bytes[start + 7] = UInt8(width >> 8)
    bytes[start + 8] = UInt8(width & 0xFF)
    return bytes
  }
}
