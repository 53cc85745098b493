package import Model

/// Reads a compiled time zone, as `/usr/share/zoneinfo` has them (RFC 8536).
///
/// The table of changes is what counts; the rule for the time after it is not read: Debian's tables go to 2037. Leap seconds
/// are in no file of that folder.
package enum ZoneFile {
  /// Bytes; the largest real one has 3.6 kB.
  package static let limit = 64 << 10

  /// nil for what is no such file, or one that contradicts itself.
  package static func read(_ bytes: [UInt8]) -> ZoneOffsets? {
    guard bytes.count <= limit, let first = Block(bytes, at: 0, timeBytes: 4) else { return nil }
    guard first.version >= UInt8(ascii: "2") else { return first.offsets }
    return Block(bytes, at: first.end, timeBytes: 8)?.offsets
  }

  /// Header and tables, which a file has twice: with times of 32 and of 64 bits.
  private struct Block {
    let version: UInt8
    let end: Int
    private let bytes: [UInt8]
    private let start: Int
    private let timeBytes: Int
    private let times: Int
    private let types: Int

    init?(_ bytes: [UInt8], at offset: Int, timeBytes: Int) {
      guard bytes.count - offset >= 44, bytes[offset..<offset + 4].elementsEqual("TZif".utf8) else { return nil }
      version = bytes[offset + 4]
      func count(_ place: Int) -> Int {
        bytes[offset + 20 + place * 4..<offset + 24 + place * 4].reduce(0) { $0 << 8 | Int($1) }
      }
      let (universal, standard, leaps) = (count(0), count(1), count(2))
      (times, types) = (count(3), count(4))
      let letters = count(5)
      // 4,096 changes are 2,000 years of two a year; the sums below cannot overflow then.
      guard times <= 4096, (1...255).contains(types), [universal, standard, leaps, letters].allSatisfy({ $0 <= 4096 })
      else { return nil }
      start = offset + 44
      end = start + times * (timeBytes + 1) + types * 6 + letters + leaps * (timeBytes + 4) + standard + universal
      guard end <= bytes.count else { return nil }
      self.bytes = bytes
      self.timeBytes = timeBytes
    }

    var offsets: ZoneOffsets? {
      var changes: [ZoneOffsets.Change] = []
      for index in 0..<times {
        let type = Int(bytes[start + times * timeBytes + index])
        guard type < types, let offset = offset(of: type) else { return nil }
        let at = number(start + index * timeBytes, timeBytes)
        if let last = changes.last, last.at >= at { return nil }
        changes.append(ZoneOffsets.Change(at: at, offset: offset))
      }
      // Times far before 1970 stand for "since ever" and would overflow as milliseconds.
      changes.removeAll { $0.at < -8_000_000_000 || $0.at > 80_000_000_000 }
      return offset(of: 0).map { ZoneOffsets(first: $0, changes: changes) }
    }

    /// Seconds east of UTC; nil beyond what any place has ever had.
    private func offset(of type: Int) -> Int? {
      let offset = number(start + times * (timeBytes + 1) + type * 6, 4)
      return abs(offset) <= 26 * 3600 ? Int(offset) : nil
    }

    private func number(_ place: Int, _ count: Int) -> Int64 {
      let value = bytes[place..<place + count].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      return count == 4 ? Int64(Int32(truncatingIfNeeded: value)) : Int64(bitPattern: value)
    }
  }
}
