/// The numbers of our own requests, in a range that no slicer uses, so that our answers are told from theirs
/// (protocol sheet, section 3.2: slicers start at 20000).
struct SequenceNumbers {
  static let range: ClosedRange<UInt32> = 1_000_000_000...2_147_483_647
  private var last: UInt32

  /// Begins anywhere in the first half, so that two services at one printer hardly meet.
  init() { last = UInt32.random(in: 1_000_000_000...1_500_000_000) }

  init(after last: UInt32) { self.last = last }

  mutating func next() -> UInt32 {
    last = last < Self.range.upperBound ? last + 1 : Self.range.lowerBound
    return last
  }
}
