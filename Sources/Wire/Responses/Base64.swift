/// Base64 by RFC 4648, section 4.
package enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  package static func encode(_ bytes: [UInt8]) -> String {
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let rest = bytes[index...].prefix(3)
      var word = 0
      for place in 0..<3 { word = word << 8 | (place < rest.count ? Int(rest[index + place]) : 0) }
      for place in 0..<4 {
        result.append(place <= rest.count ? alphabet[word >> (18 - 6 * place) & 63] : 0x3D)
      }
      index += 3
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// nil for anything else; padding may be absent, as cameras leave it out.
  package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
    var result: [UInt8] = []
    var word: UInt32 = 0
    var bits = 0
    var padding = 0
    for byte in text {
      if byte == 0x3D {
        padding += 1
        continue
      }
      guard padding == 0, let value = value(of: byte) else { return nil }
      word = (word << 6 | value) & 0xFFFF
      bits += 6
      if bits >= 8 {
        bits -= 8
        result.append(UInt8(truncatingIfNeeded: word >> UInt32(bits)))
      }
    }
    return padding <= 2 && bits < 6 ? result : nil
  }

  private static func value(of byte: UInt8) -> UInt32? {
    switch byte {
    case 0x41...0x5A: UInt32(byte) - 0x41
    case 0x61...0x7A: UInt32(byte) - 0x61 + 26
    case 0x30...0x39: UInt32(byte) - 0x30 + 52
    case 0x2B: 62
    case 0x2F: 63
    default: nil
    }
  }
}
