import Wire

/// Any bytes as the stream of the camera on port 6000, in portions of any size: the pictures are the same, each begins
/// and ends as a JPEG, and none is larger than allowed.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzFrames(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard count > 1, let start else { return 0 }
  let stream = UnsafeRawBufferPointer(start: start + 1, count: count - 1)
  let whole = split(stream, in: stream.count)
  let parts = split(stream, in: Int(start.pointee) % 61 + 1)
  precondition(whole == parts)
  for picture in whole.pictures {
    precondition(picture.count <= FrameSplitter.largestPicture)
    precondition(picture.prefix(2).elementsEqual([0xFF, 0xD8]) && picture.suffix(2).elementsEqual([0xFF, 0xD9]))
  }
  return 0
}

private struct Outcome: Equatable {
  var pictures: [[UInt8]] = []
  var dropped = 0
  var fault: FrameSplitter.Fault?
}

private func split(_ stream: UnsafeRawBufferPointer, in size: Int) -> Outcome {
  var splitter = FrameSplitter()
  var outcome = Outcome()
  var picture: [UInt8] = []
  var announced = 0
  var left = stream
  while !left.isEmpty {
    var piece = UnsafeRawBufferPointer(rebasing: left.prefix(size))
    left = UnsafeRawBufferPointer(rebasing: left.dropFirst(size))
    while let step = splitter.next(&piece) {
      switch step {
      case .began(let size):
        announced = size
        picture = []
      case .bytes(let part): picture += part
      case .picture:
        precondition(picture.count == announced)
        outcome.pictures.append(picture)
      case .dropped: outcome.dropped += 1
      case .broken(let fault):
        outcome.fault = fault
        return outcome
      }
    }
    precondition(piece.isEmpty)
  }
  return outcome
}
