/// Tells the pictures apart that the JPEG camera on port 6000 sends one after the other, each behind a header of
/// 16 bytes (protocol sheet, section 5.1).
///
/// It keeps no picture: it says which bytes belong to one, and the caller puts them where they are needed. Of the header
/// only the size is judged; what the other words mean is not known. A picture that does not begin as a JPEG shows that
/// the stream is out of step, for ever; one that does not end as a JPEG is dropped, and the next one may be good.
package struct FrameSplitter: Sendable {
  package static let headerSize = 16
  /// Bytes of the largest picture.
  package static let largestPicture = 10_000_000

  package enum Fault: Hashable, Sendable {
    /// The header says 0 bytes, or more than `largestPicture`.
    case badSize(UInt32)
    /// What follows the header is no JPEG.
    case noPicture
  }

  package enum Step {
    /// A picture of so many bytes follows.
    case began(size: Int)
    /// The next bytes of the picture: a part of the input, valid as long as that.
    case bytes(UnsafeRawBufferPointer)
    /// The picture is complete, from FF D8 to FF D9.
    case picture
    /// The picture has no end marker: forget its bytes.
    case dropped
    /// The stream is of no use any more, and every further step says so again.
    case broken(Fault)
  }

  private enum Stage {
    case header(have: Int)
    case picture(size: Int, have: Int)
    case complete(isPicture: Bool)
    case broken(Fault)
  }

  private var stage = Stage.header(have: 0)
  private var size: UInt32 = 0
  /// The last two bytes of the picture so far.
  private var tail: (UInt8, UInt8) = (0, 0)

  package init() {}

  /// Takes bytes from the front of the input and says what they are; nil when the input is used up.
  package mutating func next(_ input: inout UnsafeRawBufferPointer) -> Step? {
    switch stage {
    case .broken(let fault): return .broken(fault)
    case .complete(let isPicture):
      stage = .header(have: 0)
      return isPicture ? .picture : .dropped
    case .header(let have): return header(&input, have: have)
    case .picture(let size, let have): return picture(&input, size: size, have: have)
    }
  }

  private mutating func header(_ input: inout UnsafeRawBufferPointer, have: Int) -> Step? {
    let count = min(Self.headerSize - have, input.count)
    for index in 0..<count where have + index < 4 {
      size = have + index == 0 ? UInt32(input[index]) : size | UInt32(input[index]) << UInt32(8 * (have + index))
    }
    input = UnsafeRawBufferPointer(rebasing: input[count...])
    guard have + count == Self.headerSize else {
      stage = .header(have: have + count)
      return nil
    }
    guard size > 0, size <= Self.largestPicture else { return fail(.badSize(size)) }
    stage = .picture(size: Int(size), have: 0)
    return .began(size: Int(size))
  }

  private mutating func picture(_ input: inout UnsafeRawBufferPointer, size: Int, have: Int) -> Step? {
    let count = min(size - have, input.count)
    guard count > 0 else { return nil }
    let part = UnsafeRawBufferPointer(rebasing: input[..<count])
    if have < 2 {
      for index in 0..<min(2 - have, count) where part[index] != (have + index == 0 ? 0xFF : 0xD8) {
        return fail(.noPicture)
      }
    }
    tail = (count > 1 ? part[count - 2] : tail.1, part[count - 1])
    input = UnsafeRawBufferPointer(rebasing: input[count...])
    // FF D8 alone is a beginning and an end, and no picture.
    stage =
      have + count == size
      ? .complete(isPicture: size >= 4 && tail == (0xFF, 0xD9)) : .picture(size: size, have: have + count)
    return .bytes(part)
  }

  private mutating func fail(_ fault: Fault) -> Step {
    stage = .broken(fault)
    return .broken(fault)
  }
}
