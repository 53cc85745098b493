import HTTPServer
import Logging
import NIOCore
import Testing

@Suite struct StartStopTests {
  private func server(_ host: String?, _ port: Int) -> HTTPServer {
    HTTPServer(
      configuration: HTTPServerConfiguration(host: host, port: port), responder: TestService(),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  @Test func aTakenPortIsNamed() async throws {
    try await withServer { port, _, _ in
      await #expect(throws: HTTPServerFailure.portInUse(port)) { _ = try await server("127.0.0.1", port).start() }
    }
  }

  @Test func aForeignAddressIsNamed() async throws {
    await #expect(throws: HTTPServerFailure.badAddress("192.0.2.1")) { _ = try await server("192.0.2.1", 0).start() }
    await #expect(throws: HTTPServerFailure.badAddress("no.such.name.invalid")) {
      _ = try await server("no.such.name.invalid", 0).start()
    }
  }

  @Test func stoppingEndsStreamsAndSocketsAtOnceAndLetsRequestsFinish() async throws {
    try await withServer { port, service, server in
      let stream = try await RawClient.connect(port)
      stream.send("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n")
      _ = await stream.text { $0.contains("frame") }
      let idle = try await RawClient.connect(port)
      let socket = try await RawClient.openWebSocket(port, "/feed")
      let slow = try await RawClient.connect(port)
      slow.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
      await service.slowBegan.wait()

      async let stopped: Void = server.stop(gracePeriod: .seconds(20))
      _ = await stream.textUntilClosed()
      await service.streamEnded.wait()
      #expect(await socket.bytes { $0.count >= 4 }.prefix(4) == [0x88, 25, 0x03, 0xE9])
      await socket.close()
      _ = await idle.textUntilClosed()
      #expect(stream.isClosed && idle.isClosed && !slow.isClosed)
      service.slowMayEnd.raise()
      let answer = await slow.textUntilClosed()
      #expect(answer.hasSuffix("\r\n\r\nslow"))
      #expect(answer.contains("Connection: close\r\n"))
      for client in [stream, idle, slow] { await client.close() }
      await stopped
      #expect(server.statistics.openConnections == 0)
      await #expect(throws: (any Error).self) { _ = try await RawClient.connect(port) }
    }
  }

  @Test func whatDoesNotEndWithinTheGraceIsClosed() async throws {
    try await withServer { port, service, server in
      let slow = try await RawClient.connect(port)
      slow.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
      await service.slowBegan.wait()
      await server.stop(gracePeriod: .milliseconds(50))
      #expect(await slow.textUntilClosed() == "")
      #expect(slow.isClosed)
      await slow.close()
    }
  }
}
