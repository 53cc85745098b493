/// Judges UTF-8 as it comes in, in pieces cut anywhere (RFC 3629; RFC 6455, section 8.1): the first wrong byte is
/// found when it arrives, not when the message ends.
struct UTF8Validator {
  /// Continuation bytes still due, and what the next one may be.
  private var due = 0
  private var low: UInt8 = 0x80
  private var high: UInt8 = 0xBF

  /// Whether the text could end here.
  var isComplete: Bool { due == 0 }

  /// Whether all that came so far can be the beginning of valid text.
  mutating func accept(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var index = 0
    let count = bytes.count
    while index < count {
      if due == 0 {
        // Eight ASCII bytes at once.
        while index + 8 <= count,
          bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
        {
          index += 8
        }
        guard index < count else { return true }
        guard start(bytes[index]) else { return false }
      } else {
        let byte = bytes[index]
        guard low <= byte, byte <= high else { return false }
        due -= 1
        low = 0x80
        high = 0xBF
      }
      index += 1
    }
    return true
  }

  /// The narrower bounds refuse overlong forms, surrogates, and what is above U+10FFFF.
  private mutating func start(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x00...0x7F: return true
    case 0xC2...0xDF: due = 1
    case 0xE0: (due, low) = (2, 0xA0)
    case 0xED: (due, high) = (2, 0x9F)
    case 0xE1...0xEF: due = 2
    case 0xF0: (due, low) = (3, 0x90)
    case 0xF1...0xF3: due = 3
    case 0xF4: (due, high) = (3, 0x8F)
    default: return false
    }
    return true
  }
}
