import HTTPServer
import NIOCore
import Testing

/// What a client may take, and what happens beyond. Timeouts are shortened.
@Suite struct LimitTests {
  private func limits(_ change: (inout HTTPLimits) -> Void) -> HTTPLimits {
    var limits = HTTPLimits()
    change(&limits)
    return limits
  }

  @Test func slowHeadersEndWith408() async throws {
    // Long enough that the beginning arrives on a busy machine, too.
    try await withServer(limits { $0.headerTimeout = .milliseconds(800) }) { port, _, _ in
      let client = try await RawClient.connect(port)
      client.send("GET /hello HTTP/1.1\r\nHos")
      #expect(await client.textUntilClosed().hasPrefix("HTTP/1.1 408 "))
      await client.close()
    }
  }

  @Test func aSilentConnectionIsClosedWithoutAWord() async throws {
    try await withServer(limits { $0.headerTimeout = .milliseconds(100) }) { port, _, _ in
      let client = try await RawClient.connect(port)
      #expect(await client.textUntilClosed() == "")
      #expect(client.isClosed)
      await client.close()
    }
  }

  @Test func anIdleConnectionIsClosed() async throws {
    try await withServer(limits { $0.idleTimeout = .milliseconds(100) }) { port, _, _ in
      let client = try await RawClient.connect(port)
      client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(await client.textUntilClosed().hasSuffix("hello"))
      #expect(client.isClosed)
      await client.close()
    }
  }

  @Test(arguments: ["/echo", "/count"]) func aStalledBodyEndsWith408(_ path: String) async throws {
    try await withServer(limits { $0.bodyTimeout = .milliseconds(100) }) { port, _, _ in
      let client = try await RawClient.connect(port)
      client.send("POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc")
      #expect(await client.textUntilClosed().hasPrefix("HTTP/1.1 408 "))
      #expect(client.isClosed)
      await client.close()
    }
  }

  @Test func aReaderThatDoesNotReadIsCutOff() async throws {
    try await withServer(limits { $0.writeTimeout = .milliseconds(200) }) { port, service, _ in
      let client = try await RawClient.connect(port, reads: false, receiveBuffer: 4096)
      client.send("GET /flood HTTP/1.1\r\nHost: a\r\n\r\n")
      await service.streamEnded.wait()
      await client.close()
    }
  }

  @Test func aNewcomerTakesThePlaceOfTheLongestIdle() async throws {
    try await withServer(limits { $0.connectionsPerAddress = 3 }) { port, _, server in
      var idle: [RawClient] = []
      for _ in 0..<3 {
        let client = try await RawClient.connect(port)
        client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = await client.text { $0.hasSuffix("hello") }
        idle.append(client)
      }
      let newcomer = try await RawClient.connect(port)
      newcomer.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(await newcomer.text { $0.hasSuffix("hello") }.hasPrefix("HTTP/1.1 200 "))
      _ = await idle[0].textUntilClosed()
      #expect(idle.map(\.isClosed) == [true, false, false])
      #expect(server.statistics.openConnections == 3)
      for client in idle + [newcomer] { await client.close() }
    }
  }

  @Test(arguments: ["GET /hello HTTP/1.1\r\nHos", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc"])
  func slowSendersGiveWay(_ beginning: String) async throws {
    let limits = limits {
      $0.connectionsPerAddress = 2
      $0.stalledAfter = .zero
    }
    try await withServer(limits) { port, _, _ in
      var slow: [RawClient] = []
      for _ in 0..<6 {
        let client = try await RawClient.connect(port)
        client.send(beginning)
        slow.append(client)
        let visitor = try await RawClient.connect(port)
        visitor.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(await visitor.text { $0.hasSuffix("hello") }.hasPrefix("HTTP/1.1 200 "))
        await visitor.close()
      }
      for client in slow { await client.close() }
    }
  }

  @Test func aFreshConnectionOutlivesThoseThatHaveBeenSlowForLonger() async throws {
    try await withServer(limits { $0.connectionsPerAddress = 3 }) { port, _, _ in
      /// Once the first request is answered, the second has begun.
      func slow() async throws -> RawClient {
        let client = try await RawClient.connect(port)
        client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\nGET /hello HTTP/1.1\r\nHos")
        _ = await client.text { $0.hasSuffix("hello") }
        return client
      }
      let older = [try await slow(), try await slow()]
      let fresh = try await RawClient.connect(port)
      let newer = [try await slow(), try await slow()]
      for client in older { _ = await client.textUntilClosed() }
      fresh.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(await fresh.text { $0.hasSuffix("hello") }.hasPrefix("HTTP/1.1 200 "))
      for client in older + newer + [fresh] { await client.close() }
    }
  }

  @Test func whenEveryConnectionIsBusyTheNewcomerGets503() async throws {
    try await withServer(limits { $0.connectionsPerAddress = 1 }) { port, service, server in
      let busy = try await RawClient.connect(port)
      busy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
      await service.slowBegan.wait()
      let newcomer = try await RawClient.connect(port)
      let answer = await newcomer.textUntilClosed()
      #expect(answer.hasPrefix("HTTP/1.1 503 "))
      #expect(answer.contains("Retry-After: "))
      #expect(server.statistics.refusedConnections == 1)
      server.setConnectionsPerAddress(2)
      let another = try await RawClient.connect(port)
      another.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(await another.text { $0.hasSuffix("hello") }.hasPrefix("HTTP/1.1 200 "))
      service.slowMayEnd.raise()
      for client in [busy, newcomer, another] { await client.close() }
    }
  }

  @Test func thousandsOfIdleConnectionsLeaveRoomForARequest() async throws {
    try await withServer(limits { $0.connections = 300 }) { port, _, server in
      var idle: [RawClient] = []
      for round in 0..<8 {
        let clients = try await withThrowingTaskGroup(of: RawClient.self) { group in
          for _ in 0..<50 { group.addTask { try await RawClient.connect(port) } }
          return try await group.reduce(into: []) { $0.append($1) }
        }
        idle += clients
        let visitor = try await RawClient.connect(port)
        visitor.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(await visitor.text { $0.hasSuffix("hello") }.hasPrefix("HTTP/1.1 200 "), "round \(round)")
        await visitor.close()
      }
      #expect(server.statistics.openConnections <= 300)
      for client in idle { await client.close() }
    }
  }
}
