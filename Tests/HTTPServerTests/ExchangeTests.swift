import HTTPServer
import NIOCore
import Testing

/// Requests in, answers out: order, framing, bodies, ends.
@Suite struct ExchangeTests {
  @Test func theConnectionIsKeptAndAnswersAreFramedByLength() async throws {
    try await withServer { port, _, _ in
      let client = try await RawClient.connect(port)
      for _ in 0..<3 {
        client.forget()
        client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
        let answer = await client.text { $0.hasSuffix("hello") }
        #expect(answer.contains("Content-Length: 5\r\n"))
        #expect(answer.contains("\r\nDate: "))
        #expect(!answer.contains("chunked"))
        #expect(!client.isClosed)
      }
      await client.close()
    }
  }

  @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
    try await withServer { port, _, _ in
      let client = try await RawClient.connect(port)
      let count = 500
      var requests = ""
      for index in 0..<count {
        requests += "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n\(1000 + index)"
      }
      client.send(requests)
      let answer = await client.text(within: .seconds(20)) { $0.hasSuffix("1499") }
      let bodies = answer.split(separator: "HTTP/1.1 200 OK").compactMap { Int($0.suffix(4)) }
      #expect(bodies == Array(1000..<1000 + count))
      await client.close()
    }
  }

  @Test func aMethodThatNobodyKnowsIsTheApplicationsToRefuse() async throws {
    try await withServer { port, _, _ in
      let client = try await RawClient.connect(port)
      for method in ["BREW", "PROPFIND", "GETS", "TRACE", "M-SEARCH", "BREW"] {
        client.forget()
        client.send("\(method) /method HTTP/1.1\r\nHost: a\r\n\r\n")
        let answer = await client.text { $0.hasSuffix(" \(method)") }
        #expect(answer.hasSuffix("\r\n\r\nunsupported \(method)"))
      }
      // What looks like a method inside of a head or a body stays as it is.
      let head = "POST /echo HTTP/1.1\r\nHost: a\r\nX-Long: \(String(repeating: "BREW ", count: 400))\r\n"
      client.forget()
      client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n\(head)")
      _ = await client.text { $0.hasSuffix("hello") }
      client.send("Content-Length: 6\r\n\r\nBREW x")
      #expect(await client.text { $0.hasSuffix("BREW x") }.components(of: "HTTP/1.1 200") == 2)
      await client.close()
    }
  }

  @Test func aBadRequestBehindGoodOnesIsRefusedInItsTurn() async throws {
    try await withServer { port, service, _ in
      let client = try await RawClient.connect(port)
      client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\nnonsense\r\n\r\n")
      await service.slowBegan.wait()
      service.slowMayEnd.raise()
      let answer = await client.textUntilClosed()
      let order = ["\r\n\r\nslowHTTP/1.1 200", "\r\n\r\nhelloHTTP/1.1 400"].compactMap { answer.firstRange(of: $0) }
      #expect(order.count == 2)
      await client.close()
    }
  }

  @Test(arguments: [
    "GET /hello HTTP/1.0\r\n\r\n", "GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
  ]) func theConnectionEndsWithTheAnswer(_ request: String) async throws {
    try await withServer { port, _, _ in
      let client = try await RawClient.connect(port)
      client.send(request)
      let answer = await client.textUntilClosed()
      #expect(answer.contains("Connection: close\r\n"))
      #expect(answer.hasSuffix("\r\n\r\nhello"))
      #expect(client.isClosed)
      await client.close()
    }
  }

  @Test func headHasTheLengthAndNoBody() async throws {
    try await withServer { port, _, _ in
      let client = try await RawClient.connect(port)
      client.send(
        "HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\nHEAD /endless HTTP/1.1\r\nHost: a\r\n\r\nGET /none HTTP/1.1\r\nHost: a\r\n\r\n"
      )
      let answer = await client.text { $0.components(of: "\r\n\r\n") == 3 }
      #expect(answer.contains("Content-Length: 5\r\n"))
      #expect(!answer.contains("hello"))
      #expect(!answer.contains("frame"))
      #expect(answer.contains("204 No Content"))
      #expect(answer.components(of: "Content-Length") == 1)
      #expect(!answer.contains("chunked"))
      await client.close()
    }
  }

  @Test func streamsAreChunkedOrFramedByTheirLength() async throws {
    try await withServer { port, _, _ in
      let client = try await RawClient.connect(port)
      client.send("GET /chunks HTTP/1.1\r\nHost: a\r\n\r\nGET /fixed HTTP/1.1\r\nHost: a\r\n\r\n")
      let answer = await client.text { $0.hasSuffix("1234567890") }
      #expect(answer.contains("Transfer-Encoding: chunked\r\n"))
      #expect(answer.contains("\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\nHTTP/1.1 200"))
      #expect(answer.contains("Content-Length: 10\r\n"))
      await client.close()
    }
  }

  @Test func aStreamToHTTP10EndsWithTheConnection() async throws {
    try await withServer { port, _, _ in
      let client = try await RawClient.connect(port)
      client.send("GET /chunks HTTP/1.0\r\n\r\n")
      let answer = await client.textUntilClosed()
      #expect(answer.hasSuffix("\r\n\r\nonetwo"))
      #expect(!answer.contains("chunked"))
      await client.close()
    }
  }

  @Test func aStreamShortOfItsLengthIsBrokenOff() async throws {
    try await withServer { port, _, _ in
      let client = try await RawClient.connect(port)
      client.send("GET /short HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(await client.textUntilClosed().hasSuffix("12345"))
      #expect(client.isClosed)
      await client.close()
    }
  }

  @Test func anAnswerThatWouldSplitIsReplacedBy500() async throws {
    try await withServer { port, _, _ in
      let client = try await RawClient.connect(port)
      client.send("GET /broken HTTP/1.1\r\nHost: a\r\n\r\n")
      let answer = await client.textUntilClosed()
      #expect(answer.hasPrefix("HTTP/1.1 500 "))
      #expect(!answer.contains("Set-Cookie"))
      await client.close()
    }
  }

  @Test func theBodyIsAskedForOnlyWhenItIsWanted() async throws {
    try await withServer { port, _, _ in
      let client = try await RawClient.connect(port)
      client.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n")
      #expect(await client.text { $0.contains("100 Continue\r\n\r\n") } == "HTTP/1.1 100 Continue\r\n\r\n")
      client.send("abc")
      #expect(await client.text { $0.hasSuffix("abc") }.contains("200 OK"))
      await client.close()

      let other = try await RawClient.connect(port)
      other.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n")
      let answer = await other.textUntilClosed()
      #expect(answer.hasPrefix("HTTP/1.1 413 "))
      await other.close()
    }
  }

  @Test func aBodyAboveTheReadersLimitIs413AndTheAnswerArrives() async throws {
    try await withServer { port, _, _ in
      let client = try await RawClient.connect(port)
      let chunk = String(repeating: "a", count: 65536)
      client.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
      for _ in 0..<20 { client.send("10000\r\n\(chunk)\r\n") }
      let answer = await client.textUntilClosed()
      #expect(answer.hasPrefix("HTTP/1.1 413 "))
      await client.close()
    }
  }

  @Test func aLongBodyPassesInPieces() async throws {
    try await withServer { port, _, _ in
      let client = try await RawClient.connect(port)
      let size = 20 * 1024 * 1024
      client.send("POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n")
      client.send([UInt8](repeating: 0x61, count: size))
      #expect(await client.text(within: .seconds(20)) { $0.hasSuffix("20971520") }.hasPrefix("HTTP/1.1 200 "))
      client.forget()
      client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(await client.text { $0.hasSuffix("hello") }.hasPrefix("HTTP/1.1 200 "))
      await client.close()
    }
  }

  @Test func anUnreadShortBodyDoesNotCostTheConnection() async throws {
    try await withServer { port, _, _ in
      let client = try await RawClient.connect(port)
      client.send("POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n")
      _ = await client.text { $0.hasSuffix("ignored") }
      client.send(String(repeating: "GET ", count: 1250) + "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(await client.text { $0.hasSuffix("hello") }.hasSuffix("\r\n\r\nhello"))
      await client.close()
    }
  }

  @Test func aClientThatHasClosedItsSideIsAnswered() async throws {
    try await withServer { port, service, _ in
      let client = try await RawClient.connect(port)
      client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
      await service.slowBegan.wait()
      await client.finish()
      service.slowMayEnd.raise()
      #expect(await client.textUntilClosed().hasSuffix("\r\n\r\nslow"))
      await client.close()
    }
  }

  @Test func halfARequestAtTheEndOfTheInputIs400() async throws {
    try await withServer { port, _, _ in
      let client = try await RawClient.connect(port)
      client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
      await client.finish()
      _ = await client.textUntilClosed()
      #expect(client.isClosed)
      await client.close()
    }
  }

  @Test func aStreamEndsWhenThePeerGoes() async throws {
    try await withServer { port, service, _ in
      let client = try await RawClient.connect(port)
      client.send("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n")
      _ = await client.text { $0.contains("frame") }
      await client.close()
      await service.streamEnded.wait()
    }
  }
}
