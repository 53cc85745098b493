package import Wire

/// A WebSocket client of a few lines: masked text out, frames in.
package final class WebSocketClient {
  package struct Frame: Sendable {
    package var opcode: UInt8
    package var payload: [UInt8]

    package var json: JSONValue? { try? JSONParser.parse(payload, limits: .init(bytes: 64 << 20)) }
    /// The code of a close frame.
    package var closeCode: Int? {
      opcode == 8 && payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil
    }
  }

  private let connection: Connection

  package convenience init(port: Int, key: String, path: String = "/api/v1/ws", timeout: Int = 20) throws {
    try self.init(port: port, target: "\(path)?api_key=\(key)", headers: [:], timeout: timeout)
  }

  /// As a signed-in browser does, or as somebody who shows nothing.
  package convenience init(port: Int, cookie: String?, headers: [String: String] = [:]) throws {
    try self.init(
      port: port, target: "/api/v1/ws", headers: headers.merging(cookie.map { ["Cookie": $0] } ?? [:]) { $1 })
  }

  package init(
    port: Int, target: String, host: String? = nil, headers: [String: String] = [:], timeout: Int = 20
  ) throws {
    connection = try Connection(port: port, timeout: timeout)
    let fields = headers.map { "\($0.key): \($0.value)\r\n" }.joined()
    let request = """
      GET \(target) HTTP/1.1\r
      Host: \(host ?? "localhost:\(port)")\r
      \(fields)Connection: Upgrade\r
      Upgrade: websocket\r
      Sec-WebSocket-Version: 13\r
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
      \r

      """
    try connection.write(Array(request.utf8))
    var head: [UInt8] = []
    while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) { head += try connection.read(exactly: 1) }
    guard String(decoding: head, as: UTF8.self).hasPrefix("HTTP/1.1 101") else {
      throw TestKitError("no WebSocket: \(String(decoding: head, as: UTF8.self))")
    }
  }

  package func send(_ json: JSONValue) throws {
    var writer = JSONWriter()
    writer.write(json)
    try send(opcode: 1, writer.bytes)
  }

  package func send(opcode: UInt8, _ payload: [UInt8]) throws {
    let mask: [UInt8] = [0x12, 0x34, 0x56, 0x78]
    var frame: [UInt8] = [0x80 | opcode]
    switch payload.count {
    case ..<126: frame.append(0x80 | UInt8(payload.count))
    case ..<65_536: frame += [0xFE, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
    default:
      frame.append(0xFF)
      for shift in stride(from: 56, through: 0, by: -8) { frame.append(UInt8(payload.count >> shift & 0xFF)) }
    }
    frame += mask
    frame += payload.enumerated().map { $1 ^ mask[$0 % 4] }
    try connection.write(frame)
  }

  /// Bytes as they are, for what no well-behaved client would send.
  package func send(raw bytes: [UInt8]) throws { try connection.write(bytes) }

  /// The code with which the service closes; whatever it says before is passed over.
  package func closeCode() throws -> Int? {
    while true {
      let frame = try receive()
      if frame.opcode == 8 { return frame.closeCode }
    }
  }

  package func receive() throws -> Frame {
    let head = try connection.read(exactly: 2)
    var length = Int(head[1] & 0x7F)
    if length == 126 {
      length = try connection.read(exactly: 2).reduce(0) { $0 << 8 | Int($1) }
    } else if length == 127 {
      length = try connection.read(exactly: 8).reduce(0) { $0 << 8 | Int($1) }
    }
    return Frame(opcode: head[0] & 0x0F, payload: length == 0 ? [] : try connection.read(exactly: length))
  }

  /// The next message that fits; pings are answered, others are passed over.
  package func next(where fits: (JSONValue) -> Bool) throws -> JSONValue {
    while true {
      let frame = try receive()
      if frame.opcode == 9 { try send(opcode: 10, frame.payload) }
      if frame.opcode == 8 { throw TestKitError("closed with \(frame.closeCode ?? 0)") }
      if frame.opcode == 1, let json = frame.json, fits(json) { return json }
    }
  }
}
