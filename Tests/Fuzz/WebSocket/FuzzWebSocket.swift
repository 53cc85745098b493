import HTTPServer
import NIOCore

/// Any bytes as what a WebSocket client sends after the handshake. The first byte says how they are cut; what the
/// receiver makes of them must not depend on that, and no message may be larger than it is allowed to be.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzWebSocket(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard count > 1 else { return 0 }
  let bytes = UnsafeBufferPointer(start: start, count: count)
  let whole = outcome(of: bytes.dropFirst(), cutEvery: count)
  let cut = outcome(of: bytes.dropFirst(), cutEvery: Int(bytes[0] % 16) + 1)
  precondition(whole.messages == cut.messages && whole.violation == cut.violation && whole.controls == cut.controls)
  return 0
}

private struct Heard {
  var messages: [WebSocketMessage] = []
  var controls: [WebSocketEvent] = []
  var violation: WebSocketViolation?
}

private func outcome(of bytes: Slice<UnsafeBufferPointer<UInt8>>, cutEvery size: Int) -> Heard {
  var options = WebSocketOptions()
  options.maximumMessageBytes = 512
  options.oversized = .report
  var receiver = WebSocketReceiver(options: options)
  var heard = Heard()
  var waiting = ByteBuffer()
  var rest = bytes
  while !rest.isEmpty {
    waiting.writeBytes(rest.prefix(size))
    rest = rest.dropFirst(size)
    do throws(WebSocketViolation) {
      while let event = try receiver.next(&waiting) {
        guard case .message(let message) = event else {
          heard.controls.append(event)
          continue
        }
        switch message {
        case .text(let content), .binary(let content): precondition(content.readableBytes <= 512)
        case .oversized: break
        }
        heard.messages.append(message)
      }
    } catch {
      heard.violation = error
      return heard
    }
  }
  return heard
}
