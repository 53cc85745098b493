import NIOCore
import Testing

@testable import HTTPServer

/// One publisher, any number of connections that look.
@Suite struct BroadcastTests {
  private func viewer(_ port: Int, version: String = "1.1", reads: Bool = true, buffer: Int? = nil) async throws
    -> RawClient
  {
    let client = try await RawClient.connect(port, reads: reads, receiveBuffer: buffer)
    client.send("GET /live HTTP/\(version)\r\nHost: a\r\n\r\n")
    return client
  }

  @Test(arguments: ["1.0", "1.1"]) func everyConnectionGetsEveryPieceUntilItCloses(_ version: String) async throws {
    try await withServer { port, service, _ in
      var viewers: [RawClient] = []
      for _ in 0..<3 { viewers.append(try await viewer(port, version: version)) }
      await service.liveAudience.wait(for: 3)
      for word in ["<one>", "<two>"] {
        service.live.publish(ByteBuffer(string: word))
        for viewer in viewers { _ = await viewer.text { $0.hasSuffix(word) } }
      }
      service.live.end(with: ByteBuffer(string: "."))
      for viewer in viewers {
        let text = await viewer.textUntilClosed()
        #expect(text.hasPrefix("HTTP/1.1 200 "))
        #expect(text.hasSuffix("\r\n\r\nbegin:<one><two>."))
        #expect(text.contains("Connection: close\r\n") && !text.contains("Transfer-Encoding"))
        #expect(viewer.isClosed)
        await viewer.close()
      }
      await service.liveAudience.wait(for: 0)
    }
  }

  @Test func aLateViewerBeginsWithTheNewestPiece() async throws {
    try await withServer { port, service, _ in
      service.live.publish(ByteBuffer(string: "<old>"))
      service.live.publish(ByteBuffer(string: "<new>"))
      let client = try await viewer(port)
      #expect(await client.text { $0.hasSuffix(">") }.hasSuffix("begin:<new>"))
      service.live.forget()
      let later = try await viewer(port)
      await service.liveAudience.wait(for: 2)
      service.live.publish(ByteBuffer(string: "<next>"))
      #expect(await later.text { $0.hasSuffix(">") }.hasSuffix("begin:<next>"))
      await client.close()
      await later.close()
    }
  }

  @Test func headIsAnsweredWithoutABody() async throws {
    try await withServer { port, service, _ in
      let client = try await RawClient.connect(port)
      client.send("HEAD /live HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(await client.textUntilClosed().hasSuffix("\r\n\r\n"))
      #expect(service.liveAudience.value == 0)
      await client.close()
    }
  }

  @Test func theGoingOfAPeerIsNoticedWithoutAnythingBeingSent() async throws {
    try await withServer { port, service, server in
      let client = try await viewer(port)
      await service.liveAudience.wait(for: 1)
      await client.close()
      await service.liveAudience.wait(for: 0)
      let half = try await viewer(port)
      await service.liveAudience.wait(for: 1)
      await half.finish()
      await service.liveAudience.wait(for: 0)
      await half.close()
    }
  }

  @Test func aSlowViewerSkipsAndGetsTheNewestAndSlowsNobody() async throws {
    try await withServer { port, service, _ in
      let slow = try await viewer(port, reads: false, buffer: 4096)
      let quick = try await viewer(port)
      await service.liveAudience.wait(for: 2)
      _ = await quick.text { $0.hasSuffix("begin:") }
      let size = 1 << 20
      for number in 1...40 {
        var piece = ByteBuffer(string: "<\(number)>")
        piece.writeRepeatingByte(UInt8(ascii: "."), count: size)
        let count = piece.readableBytes
        quick.forget()
        service.live.publish(piece)
        // One after the other: nothing is skipped for the one that reads.
        #expect(await quick.bytes { $0.count >= count }.starts(with: Array("<\(number)>".utf8)))
      }
      slow.startReading()
      let heard = await slow.bytes(within: .seconds(20)) { $0.suffix(size + 4).starts(with: "<40>".utf8) }
      let numbers = heard.split(separator: UInt8(ascii: "<")).dropFirst().compactMap {
        Int(String(decoding: $0.prefix { $0 != UInt8(ascii: ">") }, as: UTF8.self))
      }
      #expect(numbers.first == 1 && numbers.last == 40)
      // The kernel took some; none of the others waited in the service.
      #expect(numbers.count < 10, "\(numbers)")
      await slow.close()
      await quick.close()
    }
  }

  @Test func aViewerThatTakesNothingIsCutOff() async throws {
    var limits = HTTPLimits()
    limits.writeTimeout = .milliseconds(200)
    try await withServer(limits) { port, service, _ in
      let stuck = try await viewer(port, reads: false, buffer: 4096)
      await service.liveAudience.wait(for: 1)
      service.live.publish(ByteBuffer(repeating: 0x41, count: 16 << 20))
      await service.liveAudience.wait(for: 0)
      await stuck.close()
    }
  }

  @Test func stoppingTheServerEndsItAtOnce() async throws {
    try await withServer { port, service, server in
      let client = try await viewer(port)
      await service.liveAudience.wait(for: 1)
      await server.stop(gracePeriod: .seconds(20))
      _ = await client.textUntilClosed()
      #expect(client.isClosed && service.liveAudience.value == 0)
      await client.close()
    }
  }

  @Test func aWithdrawnTicketClosesOneConnection() async throws {
    try await withServer { port, service, _ in
      let first = try await viewer(port)
      await service.liveAudience.wait(for: 1)
      let second = try await viewer(port)
      await service.liveAudience.wait(for: 2)
      service.tickets.value.first?.withdraw()
      _ = await first.textUntilClosed()
      #expect(first.isClosed && !second.isClosed)
      await service.liveAudience.wait(for: 1)
      await first.close()
      await second.close()
    }
  }

  @Test(arguments: [
    // (pieces a second, wanted a second, taken in ten seconds)
    (30, 10, 99...101), (10, 10, 99...101), (1, 10, 10...10), (12, 10, 97...101), (60, 1, 10...11), (2, 1, 10...11),
  ]) func thePaceHoldsOverTime(_ source: Int64, _ wanted: Int64, _ taken: ClosedRange<Int>) {
    var pace = BroadcastPace(interval: .nanoseconds(1_000_000_000 / wanted))
    var count = 0
    for index in 0..<(source * 10) {
      // Every second piece comes a little early.
      let jitter: Int64 = index % 2 == 0 ? 0 : -8_000_000
      let now = NIODeadline.uptimeNanoseconds(UInt64(1_000_000_000 + index * 1_000_000_000 / source + jitter))
      guard pace.allows(now) else { continue }
      pace.sent(now)
      count += 1
    }
    #expect(taken.contains(count), "\(count)")
  }
}
