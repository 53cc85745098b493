import HTTPServer
import NIOHTTP1
import Testing

@testable import API

@Suite("A line in the log holds nothing that lets anybody in")
struct AccessLogTests {
  @Test(
    "what is shown of a target",
    arguments: [
      ("/api/v1/printers", "/api/v1/printers"),
      ("/api/v1/printers?limit=5", "/api/v1/printers?limit=5"),
      ("/api/v1/ws?api_key=lb_secret", "/api/v1/ws?api_key=•••"),
      ("/api/v1/ws?a=1&api_key=lb_secret&b=2", "/api/v1/ws?a=1&api_key=•••&b=2"),
      ("/api/v1/ws?api%5Fkey=lb_secret", "/api/v1/ws?api_key=•••"),
      ("/api/v1/ws?API_KEY=lb_secret", "/api/v1/ws?API_KEY=•••"),
      ("/api/v1/ws?api_key=lb_secret&api_key=lb_other", "/api/v1/ws?api_key=•••&api_key=•••"),
      ("/api/v1/pairing", "/api/v1/pairing"),
      ("/api/v1/pairing/abcdef", "/api/v1/pairing/•••"),
      ("/api/v1/%70airing/abcdef/more?x=abcdef", "/api/v1/pairing/•••"),
      ("/api/v1/printers?x=a%0Ab%C3%A9c", "/api/v1/printers?x=a?b?c"),
    ])
  func shown(target: String, expected: String) throws {
    #expect(AccessLog.shown(try RequestTarget(parsing: Substring(target))) == expected)
  }
}

@Suite("Every request has a name")
struct RequestIDTests {
  private func request(_ id: String?) throws -> HTTPRequest {
    HTTPRequest(
      method: .get, target: try RequestTarget(parsing: "/"), headers: id.map { ["X-Request-Id": $0] } ?? [:],
      remoteAddress: RemoteAddress(text: "127.0.0.1", network: "127.0.0.1"))
  }

  @Test("the client's own where it is a plain word", arguments: ["a", "A-1_b.2", String(repeating: "x", count: 64)])
  func given(id: String) throws {
    #expect(RequestIDs().name(try request(id)) == id)
  }

  @Test("else a new one", arguments: ["", "a b", "a\u{e9}", "<x>", String(repeating: "x", count: 65)])
  func made(id: String) throws {
    let ids = RequestIDs()
    let made = ids.name(try request(id))
    let other = ids.name(try request(nil))
    #expect(made.utf8.count == 14 && made != other)
  }
}
