/// The header block of a file in a tar archive, in the form that every tar reads (POSIX.1-1988 `ustar`).
///
/// Only plain files with relative names are written, and nothing else is taken: a link or a path that leads out of where
/// an archive is unpacked cannot be said with this.
package struct TarHeader: Hashable, Sendable {
  /// Bytes of a block; a file is filled up to whole ones.
  package static let block = 512
  /// The largest file that eleven octal digits can say, in bytes.
  package static let largest: Int64 = 0o77_777_777_777
  /// Characters of the longest name: no field for a prefix is used.
  package static let longestName = 100

  package let name: String
  package let size: Int64
  /// Seconds since 1970 in UTC.
  package let time: Int64

  /// nil where it cannot be said: a name that is no plain relative path of ASCII, or a file that is too large.
  package init?(name: String, size: Int64, time: Int64) {
    guard Self.isPlain(name.utf8), (0...Self.largest).contains(size), (0...Self.largest).contains(time) else {
      return nil
    }
    self.name = name
    self.size = size
    self.time = time
  }

  /// Bytes after the file that fill its last block.
  package var padding: Int { Int((Int64(Self.block) - size % Int64(Self.block)) % Int64(Self.block)) }

  /// What ends an archive.
  package static let end = [UInt8](repeating: 0, count: 2 * block)

  package var bytes: [UInt8] {
    var header = [UInt8](repeating: 0, count: Self.block)
    func put(_ text: String, at offset: Int) {
      for (index, byte) in text.utf8.enumerated() { header[offset + index] = byte }
    }
    put(name, at: 0)
    put("0000600\0", at: 100)
    put("0000000\0", at: 108)
    put("0000000\0", at: 116)
    put(Self.octal(size, digits: 11), at: 124)
    put(Self.octal(time, digits: 11), at: 136)
    put("        ", at: 148)
    put("0", at: 156)
    put("ustar\u{0}00", at: 257)
    let sum = header.reduce(Int64(0)) { $0 + Int64($1) }
    put(Self.octal(sum, digits: 6) + "\0 ", at: 148)
    return header
  }

  package enum Reading: Hashable, Sendable {
    case file(TarHeader)
    /// A block of zeros: nothing follows.
    case end
    /// No header, a damaged one, or one that says more than this takes.
    case refused
  }

  /// - Parameter bytes: one block.
  package static func read(_ bytes: some Collection<UInt8>) -> Reading {
    let header = Array(bytes)
    guard header.count == block else { return .refused }
    if header.allSatisfy({ $0 == 0 }) { return .end }
    let sum = header.enumerated().reduce(Int64(0)) { $0 + ((148..<156).contains($1.offset) ? 0x20 : Int64($1.element)) }
    let name = header[..<100].prefix { $0 != 0 }
    guard header[257..<265].elementsEqual("ustar\u{0}00".utf8), number(header[148..<156]) == sum,
      header[156] == UInt8(ascii: "0"), header[345..<500].allSatisfy({ $0 == 0 }), isPlain(name),
      let size = number(header[124..<136]), let time = number(header[136..<148]),
      let made = TarHeader(name: String(decoding: name, as: UTF8.self), size: size, time: time)
    else { return .refused }
    return .file(made)
  }

  /// Letters, digits and `-_.` in parts with slashes between; no part is empty, `.` or `..`.
  private static func isPlain(_ name: some Collection<UInt8>) -> Bool {
    guard (1...longestName).contains(name.count) else { return false }
    let parts = name.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return parts.allSatisfy { part in
      guard !part.isEmpty, !part.elementsEqual(".".utf8), !part.elementsEqual("..".utf8) else { return false }
      return part.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
          || byte == 0x2D || byte == 0x2E || byte == 0x5F
      }
    }
  }

  private static func octal(_ value: Int64, digits: Int) -> String {
    let text = String(value, radix: 8)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
  }

  /// Octal digits, with spaces or zero bytes behind.
  private static func number(_ field: some Collection<UInt8>) -> Int64? {
    let digits = field.prefix { (0x30...0x37).contains($0) }
    guard (1...12).contains(digits.count), field.dropFirst(digits.count).allSatisfy({ $0 == 0 || $0 == 0x20 }) else {
      return nil
    }
    return digits.reduce(Int64(0)) { $0 << 3 | Int64($1 - 0x30) }
  }
}
