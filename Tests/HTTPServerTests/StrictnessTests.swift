import HTTPServer
import NIOCore
import Testing

/// What is refused before the application sees it, and how (the contract, sections 1 and 2).
@Suite struct StrictnessTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var rule: String
    var request: String
    var status: Int
    var testDescription: String { rule }

    init(_ rule: String, _ request: String, _ status: Int) {
      self.rule = rule
      self.request = request
      self.status = status
    }
  }

  static let refusals: [Case] = [
    Case("HTTP/1.1 must name its host", "GET /hello HTTP/1.1\r\n\r\n", 400),
    Case("two hosts are ambiguous", "GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    Case("a host with userinfo", "GET /hello HTTP/1.1\r\nHost: me@a\r\n\r\n", 400),
    Case("an empty host", "GET /hello HTTP/1.1\r\nHost:\r\n\r\n", 400),
    Case("an absolute target without host field", "GET http://a/hello HTTP/1.1\r\n\r\n", 400),
    Case("an absolute target of a foreign scheme", "GET ftp://a/hello HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    Case("the asterisk is for OPTIONS", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    Case(
      "both lengths are how requests are smuggled",
      "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    Case("two lengths", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
    Case("two equal lengths", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na", 400),
    Case("a list of lengths", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\na", 400),
    Case("a negative length", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400),
    Case("a signed length", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\na", 400),
    Case(
      "a length beyond numbers",
      "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n", 400),
    Case(
      "a coding that is not chunked alone",
      "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
    Case(
      "a coding given twice",
      "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400
    ),
    Case("HTTP/1.0 knows no coding", "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    Case(
      "an odd chunk size", "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n", 400),
    Case(
      "a chunk size beyond numbers",
      "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", 400),
    Case("a space before the colon", "GET /hello HTTP/1.1\r\nHost : a\r\n\r\n", 400),
    Case("a folded field", "GET /hello HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n", 400),
    Case("a control character in a field", "GET /hello HTTP/1.1\r\nHost: a\r\nX: b\u{1}c\r\n\r\n", 400),
    Case("NUL in a field", "GET /hello HTTP/1.1\r\nHost: a\r\nX: b\0c\r\n\r\n", 400),
    Case("bare line feeds", "GET /hello HTTP/1.1\nHost: a\n\n", 400),
    Case("a broken escape", "GET /target?a=%4 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    Case("an escape that is no number", "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    Case("an escape that is not UTF-8", "GET /target?a=%FF HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    Case("UTF-8 that is not escaped", "GET /target?q=größe HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    Case("an overlong form", "GET /%C0%AF HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    Case("an escaped NUL in the path", "GET /a%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    Case("a way up", "GET /../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    Case("a way up, escaped", "GET /api/%2e%2E/x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    Case("another expectation", "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: cake\r\nContent-Length: 0\r\n\r\n", 417),
    Case("a method in small letters", "brew /hello HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    Case("a tunnel", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 501),
    Case("HTTP/2 spoken at once", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    Case("a version to come", "GET /hello HTTP/3.0\r\nHost: a\r\n\r\n", 505),
    Case("TLS on the plain port", "\u{16}\u{3}\u{1}\u{2}\0\u{1}", 400),
    Case("a target above 8 KiB", "GET /\(String(repeating: "a", count: 8200)) HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    Case("a target of 100 KB", "GET /\(String(repeating: "a", count: 100_000)) HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    Case(
      "a field of 100 KB", "GET /hello HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "a", count: 100_000))\r\n\r\n", 431
    ),
    Case(
      "2,000 fields",
      "GET /hello HTTP/1.1\r\nHost: a\r\n\(String(repeating: "X: y\r\n", count: 2000))\r\n", 431),
  ]

  @Test(arguments: refusals) func isRefusedAndClosed(_ refusal: Case) async throws {
    try await withServer { port, _, _ in
      let client = try await RawClient.connect(port)
      client.send(refusal.request)
      let answer = await client.textUntilClosed()
      #expect(answer.hasPrefix("HTTP/1.1 \(refusal.status) "), "\(answer.prefix(200))")
      #expect(answer.contains("Connection: close\r\n"))
      #expect(client.isClosed)
      // Nothing behind the refusal was taken for a second request.
      #expect(answer.components(of: "Connection: close") == 1)
      await client.close()
    }
  }

  static let acceptances: [Case] = [
    Case("a plain request", "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n", 200),
    Case("an absolute target", "GET http://b:8000/where HTTP/1.1\r\nHost: a\r\n\r\n", 200),
    Case("HTTP/1.0 without host", "GET /hello HTTP/1.0\r\n\r\n", 200),
    Case("a line break before the request", "\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n", 200),
    Case(
      "chunks with extension and trailer",
      "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nT: u\r\n\r\n", 200),
    Case(
      "a POST with type and without body",
      "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 0\r\n\r\n", 200),
    Case(
      "an offer of HTTP/2",
      "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n", 200),
    Case("a method that no resource has", "PROPFIND /hello HTTP/1.1\r\nHost: a\r\n\r\n", 200),
  ]

  @Test(arguments: acceptances) func isAccepted(_ request: Case) async throws {
    try await withServer { port, _, _ in
      let client = try await RawClient.connect(port)
      client.send(request.request)
      let answer = await client.text { $0.contains("\r\n\r\n") }
      #expect(answer.hasPrefix("HTTP/1.1 \(request.status) "), "\(answer.prefix(200))")
      await client.close()
    }
  }

  @Test func targetsAreDecoded() async throws {
    try await withServer { port, _, _ in
      let client = try await RawClient.connect(port)
      client.send("GET /target?a=1+2&b=%C3%A4&c&a=%2B HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(await client.text { $0.contains("a=+") }.hasSuffix("target a=1 2&b=ä&c=&a=+"))
      await client.close()
    }
  }

  @Test func anAbsoluteTargetOverrulesTheHostField() async throws {
    try await withServer { port, _, _ in
      let client = try await RawClient.connect(port)
      client.send("GET http://b:8000/where HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(await client.text { $0.contains("127") }.hasSuffix("b:8000 127.0.0.1 127.0.0.1"))
      await client.close()
    }
  }

  @Test func anIPv4ClientOfTheDualSocketReadsAsIPv4() async throws {
    try await withServer(host: nil) { port, _, _ in
      let client = try await RawClient.connect(port)
      client.send("GET /where HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(await client.text { $0.contains("127") }.hasSuffix("a 127.0.0.1 127.0.0.1"))
      await client.close()
    }
  }
}

extension String {
  /// How often a text occurs.
  func components(of part: String) -> Int {
    var count = 0
    var rest = self[...]
    while let range = rest.firstRange(of: part) {
      count += 1
      rest = rest[range.upperBound...]
    }
    return count
  }
}
