/// One packet of RTP (RFC 3550, section 5.1) without its extensions and padding.
package struct RTPPacket: Hashable, Sendable {
  package var payloadType: UInt8
  package var hasMarker: Bool
  package var sequence: UInt16
  package var timestamp: UInt32
  package var payload: ArraySlice<UInt8>

  /// nil for what is no RTP, or cut.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count >= 12, bytes[0] >> 6 == 2 else { return nil }
    func word(_ index: Int) -> UInt32 { bytes[index..<(index + 4)].reduce(0) { $0 << 8 | UInt32($1) } }
    hasMarker = bytes[1] & 0x80 != 0
    payloadType = bytes[1] & 0x7F
    sequence = UInt16(bytes[2]) << 8 | UInt16(bytes[3])
    timestamp = word(4)
    var start = 12 + 4 * Int(bytes[0] & 0x0F)
    if bytes[0] & 0x10 != 0 {
      guard start + 4 <= bytes.count else { return nil }
      start += 4 + 4 * Int(word(start) & 0xFFFF)
    }
    var end = bytes.count
    if bytes[0] & 0x20 != 0 {
      let padding = Int(bytes[end - 1])
      guard padding > 0 else { return nil }
      end -= padding
    }
    guard start <= end else { return nil }
    payload = bytes[start..<end]
  }
}
