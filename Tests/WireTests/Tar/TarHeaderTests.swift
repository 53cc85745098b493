import Testing
import Wire

@Suite struct TarHeaderTests {
  @Test func whatIsWrittenIsRead() throws {
    for (name, size, time) in [
      ("manifest.json", Int64(0), Int64(0)), ("files/ab_c-9.x", TarHeader.largest, 1_790_000_000),
    ] {
      let header = try #require(TarHeader(name: name, size: size, time: time))
      #expect(header.bytes.count == TarHeader.block)
      #expect(TarHeader.read(header.bytes) == .file(header))
      #expect((Int64(header.padding) + size) % Int64(TarHeader.block) == 0)
    }
    #expect(TarHeader.read(TarHeader.end.prefix(512)) == .end)
  }

  @Test(
    "A name that could lead anywhere else is not said, and not taken",
    arguments: [
      "", "/etc/passwd", "../x", "a/../b", "a//b", "a/", "./a", "a b", "a\\b", "ä", String(repeating: "n", count: 101),
    ])
  func names(name: String) {
    #expect(TarHeader(name: name, size: 1, time: 0) == nil)
    var bytes = TarHeader(name: "x", size: 1, time: 0)?.bytes ?? []
    for (index, byte) in name.utf8.prefix(100).enumerated() { bytes[index] = byte }
    if name.isEmpty { bytes[0] = 0 }
    // A name of the full length is a right one.
    if name.utf8.count <= 100 { #expect(TarHeader.read(Self.summed(bytes)) == .refused, "\(name)") }
  }

  @Test func whatIsNoPlainFileIsRefused() throws {
    let good = try #require(TarHeader(name: "x", size: 1, time: 0)).bytes
    #expect(TarHeader.read(Self.summed(good)) != .refused)
    // A link, a folder, a later form's length, a prefix, another magic, a sign in the size.
    for (offset, byte) in [(156, 0x32), (156, 0x35), (124, 0x80), (345, 0x61), (257, 0x55), (124, 0x2D)]
      as [(Int, UInt8)]
    {
      var bytes = good
      bytes[offset] = byte
      #expect(TarHeader.read(Self.summed(bytes)) == .refused, "\(offset)")
    }
    for index in good.indices {
      var bytes = good
      bytes[index] ^= 1
      // The checksum's own ends are spaces and zero bytes, either of which will do.
      #expect(TarHeader.read(bytes) != TarHeader.read(good) || (148..<156).contains(index), "\(index)")
    }
    #expect(TarHeader.read(good.dropLast()) == .refused)
  }

  private static func summed(_ header: [UInt8]) -> [UInt8] {
    var bytes = header
    for index in 148..<156 { bytes[index] = 0x20 }
    let digits = String(bytes.reduce(0) { $0 + Int($1) }, radix: 8)
    let text = String(repeating: "0", count: 6 - digits.count) + digits + "\0 "
    for (index, byte) in text.utf8.enumerated() { bytes[148 + index] = byte }
    return bytes
  }
}
