import Model
import Testing
import Wire

/// Random and mutated input: whatever comes from the network, a parser answers with a value or with nothing.
@Suite struct DiscoveryPropertyTests {
  private struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }

  private static func mutated(_ seed: [UInt8], _ generator: inout Generator) -> [UInt8] {
    var bytes = seed
    for _ in 0..<Int.random(in: 1...8, using: &generator) where !bytes.isEmpty {
      let at = Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0..<5, using: &generator) {
      case 0: bytes[at] = UInt8.random(in: .min ... .max, using: &generator)
      case 1: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 2: bytes.remove(at: at)
      case 3: bytes.insert(UInt8.random(in: .min ... .max, using: &generator), at: at)
      default: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 0...40, using: &generator)))
      }
    }
    return bytes
  }

  @Test(arguments: 0..<20) func announcementsAreReadOrNot(seed: Int) throws {
    var generator = Generator(state: UInt64(seed))
    let source = try HostName("10.0.0.9")
    let valid = SSDPMessageTests.datagram(SSDPMessageTests.headers)
    for round in 0..<200 {
      let bytes =
        round % 4 == 0
        ? (0..<Int.random(in: 0...5000, using: &generator)).map { _ in
          UInt8.random(in: .min ... .max, using: &generator)
        } : Self.mutated(valid, &generator)
      guard case .alive(let found)? = SSDPMessage(bytes, source: source) else { continue }
      // What passes is whole: its serial and address hold what the types promise.
      #expect(bytes.count <= SSDPMessage.maximumBytes)
      #expect((try? SerialNumber(found.serial.text)) != nil && found.address.isNumeric)
      for text in [found.name, found.modelCode, found.firmware].compactMap(\.self) {
        #expect(!text.isEmpty && !text.unicodeScalars.contains { $0.value < 0x20 })
      }
    }
  }

  @Test(arguments: 0..<20) func framesAreTheSameHoweverTheyAreCut(seed: Int) throws {
    var generator = Generator(state: UInt64(seed) &+ 1000)
    let frame = try #require(BindFrame.encode(Array(#"{"login":{"command":"detect"}}"#.utf8)))
    for _ in 0..<100 {
      let bytes = Bool.random(using: &generator) ? Self.mutated(frame + frame, &generator) : frame + frame
      let whole = Self.read(bytes, cut: { size, _ in size }, &generator)
      let cut = Self.read(bytes, cut: { Int.random(in: 1...$0, using: &$1) }, &generator)
      #expect(whole.failed == cut.failed)
      // A frame before a broken one is told when it comes in a piece of its own.
      #expect(cut.payloads.starts(with: whole.payloads))
      #expect(cut.payloads.allSatisfy { $0.count <= BindFrame.maximumBytes - 6 })
      for payload in cut.payloads {
        _ = BindDetect.announcement(payload, address: try HostName("10.0.0.9"))
      }
    }
  }

  private static func read(
    _ bytes: [UInt8], cut: (Int, inout Generator) -> Int, _ generator: inout Generator
  ) -> (payloads: [[UInt8]], failed: Bool) {
    var decoder = BindFrameDecoder()
    var rest = bytes[...]
    var payloads: [[UInt8]] = []
    while !rest.isEmpty {
      let size = cut(rest.count, &generator)
      guard let new = try? decoder.append(rest.prefix(size)) else { return (payloads, true) }
      payloads += new
      rest = rest.dropFirst(size)
    }
    return (payloads, false)
  }
}
