package import NIOCore

/// What came over a WebSocket, as the rules of RFC 6455 see it.
package enum WebSocketEvent: Hashable {
  case message(WebSocketMessage)
  case ping(ByteBuffer)
  case pong
  /// The peer closes; nil when it gave no code.
  case close(WebSocketCloseCode?)
}

/// A broken rule: the connection fails with this code.
package struct WebSocketViolation: Error, Hashable {
  package let code: WebSocketCloseCode
  package let reason: String
}

/// Bytes in, events out: frames, fragments, limits, text that must be UTF-8.
///
/// Ours and not NIO's decoder, which gathers whole frames before anyone may judge them: here a payload is unmasked and
/// judged as it comes, and an oversized message can be skipped without being held (the contract, section 6).
package struct WebSocketReceiver {
  private enum Opcode: UInt8 {
    case continuation = 0
    case text = 1
    case binary = 2
    case close = 8
    case ping = 9
    case pong = 10

    var isControl: Bool { rawValue >= 8 }
  }

  private struct Frame {
    var opcode: Opcode
    var isFinal: Bool
    var mask: UInt32
    var remaining: Int
    /// Position in the masking key.
    var phase = 0
  }

  private let maximum: Int
  private let oversized: WebSocketOptions.Oversized
  private var frame: Frame?
  private var control = ByteBuffer()
  /// The message under way: its kind, what came of it, and whether it is being skipped.
  private var kind: Opcode?
  private var payload = ByteBuffer()
  private var isSkipping = false
  private var validator = UTF8Validator()

  package init(options: WebSocketOptions) {
    maximum = options.maximumMessageBytes
    oversized = options.oversized
  }

  /// The next event, or nil when more bytes are needed. Takes what it uses from `bytes`.
  package mutating func next(_ bytes: inout ByteBuffer) throws(WebSocketViolation) -> WebSocketEvent? {
    while true {
      if frame == nil {
        guard let header = try readHeader(&bytes) else { return nil }
        frame = header
        try open(header)
      }
      guard var current = frame else { return nil }
      try readPayload(&current, &bytes)
      guard current.remaining == 0 else {
        frame = current
        return nil
      }
      frame = nil
      if let event = try finish(current) { return event }
    }
  }

  private func readHeader(_ bytes: inout ByteBuffer) throws(WebSocketViolation) -> Frame? {
    let start = bytes.readerIndex
    guard let first = bytes.getInteger(at: start, as: UInt8.self) else { return nil }
    guard first & 0x70 == 0 else { throw .protocolError("reserved bits are set") }
    guard let opcode = Opcode(rawValue: first & 0x0F) else { throw .protocolError("unknown opcode") }
    guard let second = bytes.getInteger(at: start + 1, as: UInt8.self) else { return nil }
    guard second & 0x80 != 0 else { throw .protocolError("a client must mask its frames") }
    if opcode.isControl {
      guard first & 0x80 != 0 else { throw .protocolError("a control frame is fragmented") }
      guard second & 0x7F <= 125 else { throw .protocolError("a control frame is too long") }
    }
    let length: UInt64
    var offset = start + 2
    switch second & 0x7F {
    case 126:
      guard let value = bytes.getInteger(at: offset, as: UInt16.self) else { return nil }
      guard value > 125 else { throw .protocolError("a length is not in its shortest form") }
      length = UInt64(value)
      offset += 2
    case 127:
      guard let value = bytes.getInteger(at: offset, as: UInt64.self) else { return nil }
      guard value > UInt64(UInt16.max), value <= UInt64(Int64.max) else {
        throw .protocolError("a length is not in its shortest form")
      }
      length = value
      offset += 8
    case let value:
      length = UInt64(value)
    }
    guard let mask = bytes.getInteger(at: offset, as: UInt32.self) else { return nil }
    bytes.moveReaderIndex(to: offset + 4)
    return Frame(opcode: opcode, isFinal: first & 0x80 != 0, mask: mask, remaining: Int(length))
  }

  private mutating func open(_ frame: Frame) throws(WebSocketViolation) {
    switch frame.opcode {
    case .close, .ping, .pong:
      control = ByteBuffer()
      return
    case .text, .binary:
      guard kind == nil else { throw .protocolError("a message begins inside another") }
      kind = frame.opcode
      payload = ByteBuffer()
      isSkipping = false
      validator = UTF8Validator()
    case .continuation:
      guard kind != nil else { throw .protocolError("a continuation without a beginning") }
    }
    guard !isSkipping, frame.remaining > maximum - payload.readableBytes else { return }
    guard case .report = oversized else {
      throw WebSocketViolation(code: .tooBig, reason: "messages are limited to \(maximum) bytes")
    }
    isSkipping = true
    payload = ByteBuffer()
  }

  private mutating func readPayload(_ frame: inout Frame, _ bytes: inout ByteBuffer) throws(WebSocketViolation) {
    let count = min(frame.remaining, bytes.readableBytes)
    guard count > 0, var piece = bytes.readSlice(length: count) else { return }
    frame.remaining -= count
    if !frame.opcode.isControl, isSkipping { return }
    if frame.opcode.isControl {
      let start = control.writerIndex
      control.writeBuffer(&piece)
      control.unmask(from: start, key: frame.mask, phase: frame.phase)
    } else {
      let start = payload.writerIndex
      payload.writeBuffer(&piece)
      payload.unmask(from: start, key: frame.mask, phase: frame.phase)
      if kind == .text {
        var validator = validator
        let isText = payload.withUnsafeReadableBytes { all in
          validator.accept(UnsafeRawBufferPointer(rebasing: all[(all.count - count)...]))
        }
        guard isText else { throw .invalidText }
        self.validator = validator
      }
    }
    frame.phase = (frame.phase + count) & 3
  }

  private mutating func finish(_ frame: Frame) throws(WebSocketViolation) -> WebSocketEvent? {
    switch frame.opcode {
    case .ping: return .ping(control)
    case .pong: return .pong
    case .close: return .close(try closeCode(control))
    case .continuation, .text, .binary: break
    }
    guard frame.isFinal else { return nil }
    defer {
      kind = nil
      payload = ByteBuffer()
    }
    if isSkipping { return .message(.oversized) }
    guard kind == .text else { return .message(.binary(payload)) }
    guard validator.isComplete else { throw .invalidText }
    return .message(.text(payload))
  }

  /// The codes that may be sent (RFC 6455, section 7.4.2, and IANA's registry).
  private func closeCode(_ payload: ByteBuffer) throws(WebSocketViolation) -> WebSocketCloseCode? {
    guard payload.readableBytes > 0 else { return nil }
    guard let number = payload.getInteger(at: payload.readerIndex, as: UInt16.self) else {
      throw .protocolError("a close frame of one byte")
    }
    switch number {
    case 1000...1003, 1007...1014, 3000...4999: break
    default: throw .protocolError("a close code that must not be sent")
    }
    var reason = UTF8Validator()
    let isText = payload.withUnsafeReadableBytes { reason.accept(UnsafeRawBufferPointer(rebasing: $0[2...])) }
    guard isText, reason.isComplete else { throw .invalidText }
    return WebSocketCloseCode(number)
  }
}

extension WebSocketViolation {
  static func protocolError(_ reason: String) -> WebSocketViolation {
    WebSocketViolation(code: .protocolError, reason: reason)
  }

  static let invalidText = WebSocketViolation(code: .invalidData, reason: "text is not UTF-8")
}

extension ByteBuffer {
  /// Removes a client's mask from `start` to the end (RFC 6455, section 5.3).
  fileprivate mutating func unmask(from start: Int, key: UInt32, phase: Int) {
    let skipped = start - readerIndex
    withUnsafeMutableReadableBytes { all in
      let bytes = UnsafeMutableRawBufferPointer(rebasing: all[skipped...])
      // Two turns of the key, beginning at `phase`, in memory order.
      let turned = phase == 0 ? key : key << (8 * phase) | key >> (32 - 8 * phase)
      let wide = (UInt64(turned) << 32 | UInt64(turned)).bigEndian
      var index = 0
      while index + 8 <= bytes.count {
        let value = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        bytes.storeBytes(of: value ^ wide, toByteOffset: index, as: UInt64.self)
        index += 8
      }
      while index < bytes.count {
        bytes[index] ^= UInt8(truncatingIfNeeded: turned >> (24 - 8 * (index & 3)))
        index += 1
      }
    }
  }
}
