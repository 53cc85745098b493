/// Looks whether bytes are laid out as a JPEG, without decoding: markers with their lengths, one of them a frame of a
/// size that a camera may have, up to the first scan. What follows that is not looked at.
///
/// It keeps nothing of the bytes and takes them in pieces of any size; segments are stepped over, not read.
struct JPEGHead: Sendable {
  static let largestSide = 16_384

  private enum Place {
    /// Bytes to step over before the next marker.
    case between(Int)
    case code
    case length(code: UInt8)
    case lengthEnd(code: UInt8, high: UInt8)
    /// Byte `index` of a frame's segment: precision, then height and width in two bytes each.
    case frame(index: Int, value: Int, rest: Int)
    case scan
    case wrong
  }

  private var place = Place.between(0)
  private var hasFrame = false

  /// A scan has been reached, and all before it was in order.
  var isGood: Bool { if case .scan = place { true } else { false } }

  /// The next bytes, the first ones being those after the start marker.
  mutating func take(_ bytes: UnsafeRawBufferPointer) {
    var index = 0
    while index < bytes.count {
      switch place {
      case .scan, .wrong: return
      case .between(let count) where count > 0:
        let step = min(count, bytes.count - index)
        index += step
        place = .between(count - step)
      default:
        place = following(bytes[index])
        index += 1
      }
    }
  }

  private mutating func following(_ byte: UInt8) -> Place {
    switch place {
    case .between: byte == 0xFF ? .code : .wrong
    case .code: afterCode(byte)
    case .length(let code): .lengthEnd(code: code, high: byte)
    case .lengthEnd(let code, let high): segment(code, length: Int(high) << 8 | Int(byte))
    case .frame(let index, let value, let rest): frame(index, value << 8 | Int(byte), rest: rest)
    case .scan, .wrong: place
    }
  }

  private func afterCode(_ code: UInt8) -> Place {
    switch code {
    // Filling.
    case 0xFF: .code
    // No markers, and those without a length, which have no business before a scan.
    case 0x00...0x01, 0xD0...0xD9: .wrong
    default: .length(code: code)
    }
  }

  private func segment(_ code: UInt8, length: Int) -> Place {
    guard length >= 2 else { return .wrong }
    switch code {
    // A scan names its components.
    case 0xDA: return hasFrame && length >= 8 ? .scan : .wrong
    case 0xC0...0xCF where code != 0xC4 && code != 0xC8 && code != 0xCC:
      return length >= 11 ? .frame(index: 0, value: 0, rest: length - 2) : .wrong
    default: return .between(length - 2)
    }
  }

  private mutating func frame(_ index: Int, _ value: Int, rest: Int) -> Place {
    // Two bytes make a side.
    guard index == 2 || index == 4 else {
      return .frame(index: index + 1, value: index == 0 ? 0 : value, rest: rest - 1)
    }
    guard (1...Self.largestSide).contains(value) else { return .wrong }
    guard index == 4 else { return .frame(index: 3, value: 0, rest: rest - 1) }
    hasFrame = true
    return .between(rest - 1)
  }
}
