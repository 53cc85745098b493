/// Takes apart what an RTSP server sends over its one connection: responses, and packets between them (RFC 2326,
/// section 10.12).
package struct RTSPReader: Sendable {
  package enum Event: Hashable, Sendable {
    case response(ResponseHead, body: [UInt8])
    /// An interleaved packet and its channel.
    case packet(channel: UInt8, [UInt8])
    /// Servers may ask too; none of what they ask matters to us.
    case request
  }

  /// Bytes of one description; ours have a few hundred.
  package static let bodyLimit = 64 * 1024

  private enum State: Sendable {
    case start
    case packetHead
    case packet(channel: UInt8, length: Int)
    case head
    case body(ResponseHead?, length: Int)
  }

  private var state = State.start
  private var head = HeadCollector()
  private var gathered: [UInt8] = []

  package init() {}

  /// What these bytes, after those before, amount to. After an error nothing more may be fed.
  package mutating func feed(_ bytes: ArraySlice<UInt8>) throws(ResponseError) -> [Event] {
    var input = bytes
    var events: [Event] = []
    while try step(&input, &events) {}
    return events
  }

  private mutating func step(_ input: inout ArraySlice<UInt8>, _ events: inout [Event]) throws(ResponseError) -> Bool {
    switch state {
    case .start:
      guard let first = input.first else { return false }
      switch first {
      case 0x24:
        input = input.dropFirst()
        state = .packetHead
      case 0x0D, 0x0A: input = input.dropFirst()
      case 0x41...0x5A:
        head.clear()
        state = .head
      default: throw .malformed
      }
    case .packetHead:
      guard gather(3, from: &input) else { return false }
      state = .packet(channel: gathered[0], length: Int(gathered[1]) << 8 | Int(gathered[2]))
      gathered = []
    case .packet(let channel, let length):
      guard gather(length, from: &input) else { return false }
      events.append(.packet(channel: channel, gathered))
      gathered = []
      state = .start
    case .head:
      guard try head.take(&input) else { return false }
      state = try afterHead()
    case .body(let head, let length):
      guard gather(length, from: &input) else { return false }
      if let head { events.append(.response(head, body: gathered)) } else { events.append(.request) }
      gathered = []
      state = .start
    }
    return true
  }

  /// A request has a head like a response's but for its first line, and its body is stepped over as well.
  private mutating func afterHead() throws(ResponseError) -> State {
    let isResponse = head.bytes.starts(with: ResponseHead.ProtocolName.rtsp.rawValue.utf8)
    var bytes = head.bytes
    if !isResponse {
      guard let end = bytes.firstIndex(of: 0x0A) else { throw .malformed }
      bytes = Array("RTSP/1.0 200\r\n".utf8) + bytes[(end + 1)...]
    }
    let parsed = try ResponseHead(bytes, of: .rtsp)
    head.clear()
    let length = try parsed.contentLength ?? 0
    guard length <= Self.bodyLimit else { throw .bodyTooLarge }
    return .body(isResponse ? parsed : nil, length: length)
  }

  private mutating func gather(_ count: Int, from input: inout ArraySlice<UInt8>) -> Bool {
    let part = input.prefix(count - gathered.count)
    gathered.append(contentsOf: part)
    input = input[part.endIndex...]
    return gathered.count == count
  }
}
