import NIOCore
import Testing

/// Frames as a client sends them, for tests that need them wrong as well as right.
enum ClientFrame {
  static let mask: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]

  static func make(_ opcode: UInt8, _ payload: [UInt8] = [], fin: Bool = true, bits: UInt8 = 0, masked: Bool = true)
    -> [UInt8]
  {
    var frame: [UInt8] = [(fin ? 0x80 : 0) | bits | opcode]
    let maskBit: UInt8 = masked ? 0x80 : 0
    switch payload.count {
    case 0...125: frame.append(maskBit | UInt8(payload.count))
    case 126...65535: frame += [maskBit | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
    default:
      frame.append(maskBit | 127)
      for shift in stride(from: 56, through: 0, by: -8) {
        frame.append(UInt8(truncatingIfNeeded: payload.count >> shift))
      }
    }
    guard masked else { return frame + payload }
    return frame + mask + payload.enumerated().map { $1 ^ mask[$0 & 3] }
  }

  static func text(_ text: String, fin: Bool = true) -> [UInt8] { make(1, Array(text.utf8), fin: fin) }

  static func close(_ code: UInt16) -> [UInt8] { make(8, [UInt8(code >> 8), UInt8(code & 0xFF)]) }
}

extension RawClient {
  static let handshake = """
    Host: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
    Sec-WebSocket-Version: 13\r\n\r\n
    """

  /// Connects and completes the opening handshake; what is heard afterwards begins with the first frame.
  static func openWebSocket(
    _ port: Int, _ path: String, reads: Bool = true, receiveBuffer: Int? = nil
  ) async throws -> RawClient {
    let client = try await connect(port, receiveBuffer: receiveBuffer)
    client.send("GET \(path) HTTP/1.1\r\n" + handshake)
    let answer = await client.text { $0.contains("\r\n\r\n") }
    #expect(answer.hasPrefix("HTTP/1.1 101 "), "\(answer)")
    #expect(answer.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
    client.forget()
    if !reads { client.stopReading() }
    return client
  }
}
