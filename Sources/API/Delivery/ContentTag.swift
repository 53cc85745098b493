/// A digest by which an answer is known again: 64 bits, quick, the same in every run. It keeps nobody out: who can choose
/// the content could choose two that look alike, and would fool nobody but themselves.
struct ContentTag: Hashable {
  private var state: UInt64
  private var length: UInt64 = 0

  init() { state = Self.seed }

  private static let seed: UInt64 = 0x9E37_79B9_7F4A_7C15
  private static let factor: UInt64 = 0xA076_1D64_78BD_642F

  /// Takes the next bytes; all pieces but the last must be multiples of eight long.
  mutating func take(_ bytes: UnsafeRawBufferPointer) {
    length &+= UInt64(bytes.count)
    var offset = 0
    while offset &+ 8 <= bytes.count {
      mix(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
      offset &+= 8
    }
    guard offset < bytes.count else { return }
    var rest: UInt64 = 0
    for byte in bytes[offset...].reversed() { rest = rest << 8 | UInt64(byte) }
    mix(rest)
  }

  /// Half of a full product does not depend on all bits; both halves together do.
  private mutating func mix(_ word: UInt64) {
    let product = (state ^ word).multipliedFullWidth(by: Self.factor)
    state = (product.high ^ product.low) &+ Self.seed
  }

  /// Sixteen hex digits.
  var text: String {
    var whole = self
    whole.mix(length)
    let digits = String(whole.state, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }
}

extension ContentTag {
  init(_ bytes: UnsafeRawBufferPointer) {
    self.init()
    take(bytes)
  }
}
