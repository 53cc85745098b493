/// Takes apart one response of HTTP/1.0 or 1.1: plain, chunked, or to the end of the connection (RFC 9112).
package struct HTTPResponseReader: Sendable {
  package enum Event: Hashable, Sendable {
    case head(ResponseHead)
    /// More of the body; never empty.
    case body([UInt8])
    /// The body is whole.
    case end
  }

  static let chunkLineLimit = 1024

  private enum State: Sendable {
    case head
    case counted(left: Int)
    case chunkLine
    case chunk(left: Int)
    case chunkEnd
    case trailer
    case untilClose
    case end
  }

  private var state = State.head
  private var head = HeadCollector()
  private var line: [UInt8] = []

  package init() {}

  package var isComplete: Bool { if case .end = state { true } else { false } }

  package mutating func feed(_ bytes: ArraySlice<UInt8>) throws(ResponseError) -> [Event] {
    var input = bytes
    var events: [Event] = []
    while !input.isEmpty, !isComplete { try step(&input, &events) }
    return events
  }

  /// The connection has ended: true when the body was to end with it.
  package mutating func finish() throws(ResponseError) -> Bool {
    switch state {
    case .untilClose:
      state = .end
      return true
    case .end: return false
    default: throw .cut
    }
  }

  private mutating func step(_ input: inout ArraySlice<UInt8>, _ events: inout [Event]) throws(ResponseError) {
    switch state {
    case .head:
      guard try head.take(&input) else { return }
      let parsed = try ResponseHead(head.bytes, of: .http)
      head.clear()
      // 1xx is followed by the real one.
      guard parsed.status >= 200 else { return }
      events.append(.head(parsed))
      state = try Self.bodyState(of: parsed)
    case .counted(let left):
      let count = take(left, &input, &events)
      state = count == left ? .end : .counted(left: left - count)
    case .chunk(let left):
      let count = take(left, &input, &events)
      state = count == left ? .chunkEnd : .chunk(left: left - count)
    case .chunkLine:
      guard let text = try takeLine(&input) else { return }
      let length = try Self.chunkLength(text)
      state = length == 0 ? .trailer : .chunk(left: length)
    case .chunkEnd:
      guard let text = try takeLine(&input) else { return }
      guard text.isEmpty else { throw .malformed }
      state = .chunkLine
    case .trailer:
      guard let text = try takeLine(&input) else { return }
      if text.isEmpty { state = .end }
    case .untilClose:
      events.append(.body(Array(input)))
      input = input[input.endIndex...]
    case .end: input = input[input.endIndex...]
    }
    if isComplete { events.append(.end) }
  }

  private static func bodyState(of head: ResponseHead) throws(ResponseError) -> State {
    if head.status == 204 || head.status == 304 { return .end }
    if let coding = head["transfer-encoding"]?.lowercased() {
      guard coding == "chunked" else { throw .malformed }
      return .chunkLine
    }
    guard let length = try head.contentLength else { return .untilClose }
    return length == 0 ? .end : .counted(left: length)
  }

  private func take(_ left: Int, _ input: inout ArraySlice<UInt8>, _ events: inout [Event]) -> Int {
    let part = input.prefix(left)
    if !part.isEmpty { events.append(.body(Array(part))) }
    input = input[part.endIndex...]
    return part.count
  }

  private mutating func takeLine(_ input: inout ArraySlice<UInt8>) throws(ResponseError) -> [UInt8]? {
    let end = input.firstIndex(of: 0x0A)
    line.append(contentsOf: input[..<(end ?? input.endIndex)])
    input = input[(end.map { $0 + 1 } ?? input.endIndex)...]
    guard line.count <= Self.chunkLineLimit else { throw .malformed }
    guard end != nil else { return nil }
    if line.last == 0x0D { line.removeLast() }
    defer { line = [] }
    return line
  }

  private static func chunkLength(_ line: [UInt8]) throws(ResponseError) -> Int {
    let digits = line.prefix { $0 != 0x3B && $0 != 0x20 }
    guard (1...7).contains(digits.count), let length = Int(String(decoding: digits, as: UTF8.self), radix: 16),
      length >= 0, digits.first != 0x2B, digits.first != 0x2D
    else { throw .malformed }
    return length
  }
}
