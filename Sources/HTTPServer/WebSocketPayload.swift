package import NIOCore

/// A message framed once, for any number of receivers: they share its bytes.
package struct WebSocketPayload: Hashable, Sendable {
  let frame: ByteBuffer

  /// `text` must be valid UTF-8.
  package static func text(_ text: ByteBuffer) -> WebSocketPayload { WebSocketPayload(opcode: 1, text) }
  package static func text(_ text: String) -> WebSocketPayload { .text(ByteBuffer(string: text)) }
  package static func binary(_ bytes: ByteBuffer) -> WebSocketPayload { WebSocketPayload(opcode: 2, bytes) }

  /// A server's frames are unmasked, and ours are never fragmented (RFC 6455, section 5.2).
  init(opcode: UInt8, _ payload: ByteBuffer) {
    var frame = ByteBufferAllocator().buffer(capacity: payload.readableBytes + 10)
    frame.writeInteger(0x80 | opcode)
    switch payload.readableBytes {
    case 0...125:
      frame.writeInteger(UInt8(payload.readableBytes))
    case 126...Int(UInt16.max):
      frame.writeInteger(UInt8(126))
      frame.writeInteger(UInt16(payload.readableBytes))
    default:
      frame.writeInteger(UInt8(127))
      frame.writeInteger(UInt64(payload.readableBytes))
    }
    frame.writeImmutableBuffer(payload)
    self.frame = frame
  }

  static let ping = WebSocketPayload(opcode: 9, ByteBuffer())

  static func pong(_ payload: ByteBuffer) -> WebSocketPayload { WebSocketPayload(opcode: 10, payload) }

  /// The reason is cut to what a control frame holds, at a character's end.
  static func close(_ code: WebSocketCloseCode?, reason: String) -> WebSocketPayload {
    var payload = ByteBuffer()
    if let code {
      payload.writeInteger(code.number)
      var short = Substring(reason)
      while short.utf8.count > 123 { short.removeLast() }
      payload.writeSubstring(short)
    }
    return WebSocketPayload(opcode: 8, payload)
  }
}
