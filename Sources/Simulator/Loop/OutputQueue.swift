import Glibc

/// Bytes that wait to be written, in the pieces in which they were given.
struct OutputQueue {
  private var pieces: [[UInt8]] = []
  private var first = 0
  private var offset = 0
  /// Bytes waiting; the owner refuses more at its own limit.
  private(set) var count = 0

  var isEmpty: Bool { count == 0 }

  mutating func append(_ piece: [UInt8]) {
    guard !piece.isEmpty else { return }
    pieces.append(piece)
    count += piece.count
  }

  mutating func clear() { self = OutputQueue() }

  /// Writes piece by piece while `write` takes bytes. False when it failed for another reason than a full socket.
  mutating func drain(_ write: (UnsafeRawBufferPointer) -> Int) -> Bool {
    while first < pieces.count {
      let start = offset
      let written = pieces[first].withUnsafeBytes { write(UnsafeRawBufferPointer(rebasing: $0[start...])) }
      guard written > 0 else { return written < 0 && (errno == EAGAIN || errno == EINTR) }
      offset += written
      count -= written
      if offset == pieces[first].count {
        first += 1
        offset = 0
      }
    }
    pieces.removeAll(keepingCapacity: pieces.count < 1024)
    first = 0
    return true
  }
}
