/// Reads a multipart form piece by piece (RFC 7578): bytes in, parts out, and never more in memory than a piece and a
/// header block.
///
/// What does not hold to the form ends the reading with an error.
package struct MultipartParser: Sendable {
  package struct Limits: Hashable, Sendable {
    /// Bytes of one part's header block.
    package var header = 8 * 1024
    /// Parts of a form.
    package var parts = 32
    /// Bytes before the first boundary; they mean nothing.
    package var preamble = 8 * 1024

    package init() {}
  }

  package enum Event: Hashable, Sendable {
    case part(MultipartPart)
    /// More of the part that was told last; never empty.
    case bytes([UInt8])
    case partEnd
  }

  private enum State: Sendable { case preamble, afterBoundary, header, bodyStart, body, end }

  private let limits: Limits
  /// A line end, two hyphens, and the boundary.
  private let delimiter: [UInt8]
  private var pending: [UInt8]
  /// What of `pending` has been read.
  private var position = 0
  private var state = State.preamble
  private var parts = 0

  package init(boundary: MultipartBoundary, limits: Limits = Limits()) {
    self.limits = limits
    delimiter = [0x0D, 0x0A, 0x2D, 0x2D] + boundary.bytes
    // The first boundary may stand at the very start; with a line end in front it is like all others.
    pending = [0x0D, 0x0A]
  }

  /// The closing boundary has been read; what follows it means nothing.
  package var isComplete: Bool { state == .end }

  /// What these bytes, after those before, amount to.
  package mutating func feed(_ bytes: some Collection<UInt8>) throws(MultipartError) -> [Event] {
    guard !isComplete else { return [] }
    pending.append(contentsOf: bytes)
    var events: [Event] = []
    while try step(&events) {}
    pending.removeFirst(position)
    position = 0
    return events
  }

  /// - Throws: `cut` when the form is not at its end.
  package func finish() throws(MultipartError) {
    guard isComplete else { throw .cut }
  }

  /// One step of the reading; false when it needs more bytes, or none at all.
  private mutating func step(_ events: inout [Event]) throws(MultipartError) -> Bool {
    switch state {
    case .preamble:
      let place = pending.search(delimiter, from: position)
      guard place.start <= limits.preamble else { throw .noBoundary }
      guard place.isWhole else { return false }
      position = place.start + delimiter.count
      state = .afterBoundary
      return true
    case .afterBoundary: return try stepAfterBoundary()
    case .header: return try stepHeader(&events)
    case .bodyStart:
      // An empty part may have no line end of its own before the boundary.
      let short = delimiter.dropFirst(2)
      let rest = pending[position...]
      if rest.starts(with: short) {
        position += short.count
        events.append(.partEnd)
        state = .afterBoundary
        return true
      }
      if rest.count < short.count, short.starts(with: rest) { return false }
      state = .body
      return true
    case .body:
      let place = pending.search(delimiter, from: position)
      if place.start > position { events.append(.bytes(Array(pending[position..<place.start]))) }
      position = place.start
      guard place.isWhole else { return false }
      position += delimiter.count
      events.append(.partEnd)
      state = .afterBoundary
      return true
    case .end:
      position = pending.count
      return false
    }
  }

  /// Two hyphens end the form, a line end begins a part; spaces before it are allowed.
  private mutating func stepAfterBoundary() throws(MultipartError) -> Bool {
    let rest = pending[position...].drop { $0 == 0x20 || $0 == 0x09 }
    guard pending.count - rest.count - position <= limits.header else { throw .malformed }
    guard rest.count >= 2, let first = rest.first, let second = rest.dropFirst().first else { return false }
    switch (first, second) {
    case (0x2D, 0x2D): state = .end
    case (0x0D, 0x0A):
      guard parts < limits.parts else { throw .tooManyParts(limit: limits.parts) }
      parts += 1
      state = .header
    default: throw .malformed
    }
    position = rest.startIndex + 2
    return true
  }

  private mutating func stepHeader(_ events: inout [Event]) throws(MultipartError) -> Bool {
    // A part without any field has the empty line at once.
    if pending[position...].starts(with: [0x0D, 0x0A]) { throw .malformed }
    let place = pending.search([0x0D, 0x0A, 0x0D, 0x0A], from: position)
    guard place.start - position <= limits.header else { throw .headerTooLarge(limit: limits.header) }
    guard place.isWhole else { return false }
    events.append(.part(try MultipartPart(header: pending[position..<place.start])))
    position = place.start + 4
    state = .bodyStart
    return true
  }
}

extension [UInt8] {
  /// Where the pattern stands; where it is not whole, the first place at which it may begin once more bytes come.
  fileprivate func search(_ pattern: [UInt8], from start: Int) -> (start: Int, isWhole: Bool) {
    withUnsafeBufferPointer { bytes in
      var at = start
      while at < bytes.count {
        guard let found = bytes[at...].firstIndex(of: pattern[0]) else { return (bytes.count, false) }
        let rest = bytes[found...]
        if rest.starts(with: pattern) { return (found, true) }
        if rest.count < pattern.count, pattern.starts(with: rest) { return (found, false) }
        at = found + 1
      }
      return (bytes.count, false)
    }
  }
}
