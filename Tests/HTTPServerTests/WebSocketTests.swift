import HTTPServer
import NIOCore
import NIOHTTP1
import Testing

/// The rules of RFC 6455 as a client meets them, and what the contract adds (section 6).
@Suite struct WebSocketTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var rule: String
    var frames: [[UInt8]]
    var answer: [UInt8]
    var testDescription: String { rule }

    init(_ rule: String, _ frames: [[UInt8]], _ answer: [UInt8]) {
      self.rule = rule
      self.frames = frames
      self.answer = answer
    }
  }

  private static func closed(_ code: UInt16) -> [UInt8] { [UInt8(code >> 8), UInt8(code & 0xFF)] }
  private static let euro: [UInt8] = [0xE2, 0x82, 0xAC]

  static let echoes: [Case] = [
    Case("text", [ClientFrame.text("hallo")], [0x81, 5] + "hallo".utf8),
    Case("nothing at all", [ClientFrame.text("")], [0x81, 0]),
    Case("binary", [ClientFrame.make(2, [0xFF, 0])], [0x82, 2, 0xFF, 0]),
    Case(
      "a character cut in two fragments",
      [ClientFrame.make(1, Array(euro[..<2]), fin: false), ClientFrame.make(0, Array(euro[2...]))], [0x81, 3] + euro),
    Case(
      "a ping between fragments is answered first",
      [ClientFrame.text("a", fin: false), ClientFrame.make(9, [7]), ClientFrame.make(0, [0x62])],
      [0x8A, 1, 7, 0x81, 2, 0x61, 0x62]),
    Case("a pong nobody asked for is ignored", [ClientFrame.make(10, [1]), ClientFrame.text("x")], [0x81, 1, 0x78]),
    Case(
      "a length of two bytes", [ClientFrame.make(2, [UInt8](repeating: 5, count: 300))],
      [0x82, 126, 1, 44] + [UInt8](repeating: 5, count: 300)),
  ]

  @Test(arguments: echoes) func isEchoed(_ echo: Case) async throws {
    try await withServer { port, _, _ in
      let client = try await RawClient.openWebSocket(port, "/ws")
      for frame in echo.frames { client.send(frame) }
      let answer = await client.bytes { $0.count >= echo.answer.count }
      #expect(answer == echo.answer)
      await client.close()
    }
  }

  static let closes: [Case] = [
    Case("an unmasked frame", [ClientFrame.make(1, [0x61], masked: false)], closed(1002)),
    Case("a reserved bit, as of compression", [ClientFrame.make(1, [0x61], bits: 0x40)], closed(1002)),
    Case("an unknown opcode", [ClientFrame.make(3)], closed(1002)),
    Case("an unknown control opcode", [ClientFrame.make(11)], closed(1002)),
    Case("a fragmented ping", [ClientFrame.make(9, fin: false)], closed(1002)),
    Case("a ping of 126 bytes", [ClientFrame.make(9, [UInt8](repeating: 0, count: 126))], closed(1002)),
    Case("a continuation of nothing", [ClientFrame.make(0, [0x61])], closed(1002)),
    Case("a message inside a message", [ClientFrame.text("a", fin: false), ClientFrame.text("b")], closed(1002)),
    Case("a close frame of one byte", [ClientFrame.make(8, [3])], closed(1002)),
    Case("a close code that is never sent", [ClientFrame.close(1005)], closed(1002)),
    Case("a close code below all ranges", [ClientFrame.close(999)], closed(1002)),
    Case("a close reason that is not UTF-8", [ClientFrame.make(8, [0x03, 0xE8, 0xFF])], closed(1007)),
    Case("text that is not UTF-8", [ClientFrame.make(1, [0xFF])], closed(1007)),
    Case("text that ends within a character", [ClientFrame.make(1, Array(euro[..<2]))], closed(1007)),
    Case("a surrogate", [ClientFrame.make(1, [0xED, 0xA0, 0x80])], closed(1007)),
    Case("bad text in the first fragment is not waited out", [ClientFrame.make(1, [0xC0], fin: false)], closed(1007)),
    Case("a message above 64 KiB", [ClientFrame.make(1, [UInt8](repeating: 0x61, count: 65537))], closed(1009)),
    Case(
      "fragments that add up to more than 64 KiB",
      [
        ClientFrame.make(1, [UInt8](repeating: 0x61, count: 65536), fin: false), ClientFrame.make(0, [0x61]),
      ], closed(1009)),
    Case("an orderly end is echoed", [ClientFrame.close(1000)], closed(1000)),
    Case("a code of the application's own is echoed", [ClientFrame.close(4000)], closed(4000)),
    Case("an end without code is echoed without", [ClientFrame.make(8)], []),
  ]

  @Test(arguments: closes) func isClosedWith(_ end: Case) async throws {
    try await withServer { port, service, _ in
      let client = try await RawClient.openWebSocket(port, "/ws")
      for frame in end.frames { client.send(frame) }
      let answer = await client.bytes { _ in false }
      #expect(client.isClosed)
      #expect(answer.first == 0x88)
      #expect(Array(answer.dropFirst(2).prefix(2)) == end.answer)
      await client.close()
      await service.closed.wait()
    }
  }

  @Test func anOversizedMessageCanBeReportedInsteadOfClosing() async throws {
    try await withServer { port, service, _ in
      service.options.value.oversized = .report
      let client = try await RawClient.openWebSocket(port, "/ws")
      client.send(ClientFrame.make(1, [UInt8](repeating: 0x61, count: 1_000_000)))
      client.send(ClientFrame.text("next"))
      let expected: [UInt8] = [0x81, 9] + "oversized".utf8 + [0x81, 4] + "next".utf8
      let answer = await client.bytes { $0.count >= expected.count }
      #expect(answer == expected)
      await client.close()
    }
  }

  static let badHandshakes: [(String, Int)] = [
    ("GET /ws HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("POST /ws HTTP/1.1\r\nContent-Length: 0\r\n" + RawClient.handshake, 400),
    ("GET /ws HTTP/1.1\r\n" + RawClient.handshake.replacing("Version: 13", with: "Version: 8"), 426),
    ("GET /ws HTTP/1.1\r\n" + RawClient.handshake.replacing("dGhlIHNhbXBsZSBub25jZQ==", with: "short"), 400),
    ("GET /ws-refused HTTP/1.1\r\n" + RawClient.handshake, 403),
  ]

  @Test(arguments: badHandshakes) func aBadHandshakeIsAnswered(_ request: String, _ status: Int) async throws {
    try await withServer { port, _, _ in
      let client = try await RawClient.connect(port)
      client.send(request)
      let answer = await client.textUntilClosed()
      #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
      // RFC 6455, section 4.4.
      #expect(answer.contains("Sec-WebSocket-Version: 13\r\n") == (status == 426))
      await client.close()
    }
  }

  @Test func framesThatComeWithTheHandshakeAreNotLost() async throws {
    try await withServer { port, _, _ in
      let client = try await RawClient.connect(port)
      client.send(Array(("GET /ws HTTP/1.1\r\n" + RawClient.handshake).utf8) + ClientFrame.text("early"))
      let answer = await client.bytes { bytes in bytes.suffix(5).elementsEqual("early".utf8) }
      #expect(Array(answer.suffix(7)) == [0x81, 5] + Array("early".utf8))
      await client.close()
    }
  }

  @Test func aSilentPeerIsPingedAndThenDropped() async throws {
    var limits = HTTPLimits()
    limits.idleTimeout = .milliseconds(100)
    try await withServer(limits) { port, service, _ in
      service.options.value.pingInterval = .milliseconds(50)
      service.options.value.deadAfter = .milliseconds(1500)
      let client = try await RawClient.openWebSocket(port, "/feed")
      #expect(await client.bytes { $0.count >= 2 }.prefix(2) == [0x89, 0])
      await service.closed.wait()
      await client.close()
    }
  }

  @Test func oneBufferReachesEveryClient() async throws {
    try await withServer { port, service, _ in
      var clients: [RawClient] = []
      for _ in 0..<40 { clients.append(try await RawClient.openWebSocket(port, "/feed")) }
      let payload = WebSocketPayload.text(String(repeating: "x", count: 1000))
      for socket in await service.sockets(40) { socket.send(payload) }
      for client in clients {
        #expect(await client.bytes { $0.count >= 1004 }.count == 1004)
        await client.close()
      }
    }
  }

  @Test func aSlowClientLosesSnapshotsButNoEvent() async throws {
    try await withServer { port, service, _ in
      let client = try await RawClient.openWebSocket(port, "/feed", reads: false, receiveBuffer: 4096)
      let socket = await service.sockets(1)[0]
      let snapshot = String(repeating: "s", count: 8000)
      // Far more than socket, channel and outbox hold together.
      for round in 0..<2000 {
        socket.send(.text("state \(round) \(snapshot)"), replacing: round % 50)
        if round % 100 == 0 { socket.send(.text("event \(round)")) }
      }
      client.startReading()
      let heard = await client.text(within: .seconds(20)) { $0.contains("state 1999 ") }
      #expect(heard.components(of: "event ") == 20)
      #expect(heard.components(of: "state ") < 500)
      #expect(heard.contains("state 1999 "))
      await client.close()
    }
  }

  @Test func aClientTooSlowForEventsIsClosedWith1013() async throws {
    var limits = HTTPLimits()
    limits.idleTimeout = .milliseconds(100)
    try await withServer(limits) { port, service, _ in
      service.options.value.closeTimeout = .milliseconds(500)
      let client = try await RawClient.openWebSocket(port, "/feed", reads: false, receiveBuffer: 4096)
      let socket = await service.sockets(1)[0]
      let event = WebSocketPayload.text(String(repeating: "e", count: 8000))
      for _ in 0..<1000 { socket.send(event) }
      client.startReading()
      let heard = await client.bytes { _ in false }
      #expect(client.isClosed)
      #expect(Array(heard.suffix(12)) == [0x88, 10, 0x03, 0xF5] + Array("too slow".utf8))
      await client.close()
      await service.closed.wait()
    }
  }

  @Test func theApplicationCanClose() async throws {
    try await withServer { port, service, _ in
      let client = try await RawClient.openWebSocket(port, "/feed")
      let socket = await service.sockets(1)[0]
      socket.send(.text("last"))
      socket.close(.policyViolation, reason: "key deleted")
      let expected: [UInt8] = [0x81, 4] + "last".utf8 + [0x88, 13, 0x03, 0xF0] + "key deleted".utf8
      let answer = await client.bytes { $0.count >= expected.count }
      #expect(answer == expected)
      client.send(ClientFrame.close(1008))
      _ = await client.bytes { _ in false }
      #expect(client.isClosed)
      await client.close()
    }
  }
}
