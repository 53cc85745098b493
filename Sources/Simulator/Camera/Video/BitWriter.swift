/// Writes a NAL unit: bits, Exp-Golomb numbers, and the escape byte that keeps start codes out of it.
struct BitWriter {
  private(set) var bytes: [UInt8]
  private var pending = 0
  private var pendingBits = 0
  /// Zero bytes at the end.
  private var zeros = 0

  /// - Parameter header: the NAL unit's first byte.
  init(header: UInt8) { bytes = [header] }

  mutating func bits(_ value: Int, _ count: Int) {
    for place in stride(from: count - 1, through: 0, by: -1) {
      pending = pending << 1 | (value >> place & 1)
      pendingBits += 1
      if pendingBits == 8 { flush() }
    }
  }

  mutating func flag(_ value: Bool) { bits(value ? 1 : 0, 1) }

  /// An unsigned Exp-Golomb number.
  mutating func ue(_ value: Int) {
    let length = Int.bitWidth - (value + 1).leadingZeroBitCount
    bits(0, length - 1)
    bits(value + 1, length)
  }

  /// A signed zero: all that is needed here.
  mutating func seZero() { ue(0) }

  mutating func align() { while pendingBits != 0 { bits(0, 1) } }

  /// The stop bit and zeros to the end of the byte.
  mutating func trail() {
    bits(1, 1)
    align()
  }

  /// Whole bytes of which none is 0, at a byte's border.
  mutating func samples(_ piece: UnsafeRawBufferPointer) {
    bytes.append(contentsOf: piece)
    zeros = 0
  }

  mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

  private mutating func flush() {
    let byte = UInt8(pending)
    (pending, pendingBits) = (0, 0)
    if zeros == 2, byte <= 3 {
      bytes.append(3)
      zeros = 0
    }
    bytes.append(byte)
    zeros = byte == 0 ? zeros + 1 : 0
  }
}
