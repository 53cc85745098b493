import CZlib

/// Writes ZIP files for tests, also such as no program would write.
package struct TestZip {
  package struct Member {
    package var name: String
    package var bytes: [UInt8]
    package var isPacked = true
    /// What the list of members says instead of the truth.
    package var claimedSize: UInt32?
    package var method: UInt16?
    package var flags: UInt16 = 0
    package var damagesData = false

    package init(_ name: String, _ bytes: [UInt8]) {
      self.name = name
      self.bytes = bytes
    }

    package init(_ name: String, _ text: String) { self.init(name, Array(text.utf8)) }
  }

  package var members: [Member] = []
  /// What the end record says instead of the truth.
  package var claimedEntries: UInt16?

  package init() {}

  package mutating func add(_ name: String, _ text: String) { members.append(Member(name, text)) }
  package mutating func add(_ name: String, _ bytes: [UInt8]) { members.append(Member(name, bytes)) }

  package var bytes: [UInt8] {
    var file: [UInt8] = []
    var list: [UInt8] = []
    for member in members {
      let packed = member.isPacked ? Self.deflated(member.bytes) : member.bytes
      let checksum = member.bytes.withUnsafeBytes {
        UInt32(crc32(0, $0.bindMemory(to: UInt8.self).baseAddress, UInt32($0.count)))
      }
      var facts: [UInt8] = []
      facts += Self.two(20) + Self.two(member.flags) + Self.two(member.method ?? (member.isPacked ? 8 : 0))
      facts += Self.four(0x5821_6000) + Self.four(member.damagesData ? ~checksum : checksum)
      facts += Self.four(UInt32(packed.count)) + Self.four(member.claimedSize ?? UInt32(member.bytes.count))
      facts += Self.two(UInt16(member.name.utf8.count)) + Self.two(0)
      list += Self.four(0x0201_4B50) + Self.two(20) + facts + Self.two(0) + Self.two(0) + Self.two(0) + Self.four(0)
      list += Self.four(UInt32(file.count)) + Array(member.name.utf8)
      file += Self.four(0x0403_4B50) + facts + Array(member.name.utf8) + packed
    }
    let count = claimedEntries ?? UInt16(truncatingIfNeeded: members.count)
    let end =
      Self.four(0x0605_4B50) + Self.two(0) + Self.two(0) + Self.two(count) + Self.two(count)
      + Self.four(UInt32(list.count)) + Self.four(UInt32(file.count)) + Self.two(0)
    return file + list + end
  }

  private static func two(_ value: UInt16) -> [UInt8] { (0..<2).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }
  private static func four(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }

  private static func deflated(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    // Raw deflate: ZIP has headers of its own.
    guard layerberry_deflate_init(&stream, 6, -15, 8) == Z_OK else { return [] }
    defer { deflateEnd(&stream) }
    var input = bytes
    var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))) + 16)
    return input.withUnsafeMutableBufferPointer { source in
      output.withUnsafeMutableBufferPointer { target in
        stream.next_in = source.baseAddress
        stream.avail_in = UInt32(source.count)
        stream.next_out = target.baseAddress
        stream.avail_out = UInt32(target.count)
        _ = deflate(&stream, Z_FINISH)
        return Array(target.prefix(Int(stream.total_out)))
      }
    }
  }
}
