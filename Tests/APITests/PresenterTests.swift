import HTTPServer
import Model
import NIOCore
import NIOHTTP1
import Testing
import Wire

@testable import API

/// The two formats (contract, section 1): the same outcome, shown bare or in an envelope.
@Suite struct PresenterTests {
  private let presenter = Presenter()

  private func json(_ reply: HTTPReply) throws -> JSONValue {
    guard case .bytes(let buffer) = reply.body else { return .null }
    return try JSONParser.parse(buffer.readableBytesView, limits: .init(bytes: 1 << 20))
  }

  private func request(_ target: String = "/api/v1/printers", headers: HTTPHeaders = [:]) throws -> HTTPRequest {
    HTTPRequest(
      method: .get, target: try RequestTarget(parsing: Substring(target)), headers: headers,
      remoteAddress: RemoteAddress(text: "127.0.0.1", network: "127.0.0.1"))
  }

  @Test func aValueIsItselfOrTheData() throws {
    let outcome = Outcome.value(DeletedView(id: 7))
    #expect(try json(presenter.reply(outcome, to: request(), in: .bare)) == ["deleted": true, "id": 7])
    #expect(
      try json(presenter.reply(outcome, to: request(), in: .envelope))
        == ["success": true, "data": ["deleted": true, "id": 7]])
  }

  @Test func aListCountsInHeadersOrPagination() throws {
    let outcome = Outcome.list([1, 2], page: Page(limit: 2, offset: 4), total: 9)
    let bare = presenter.reply(outcome, to: try request(), in: .bare)
    #expect(try json(bare) == [1, 2])
    #expect(bare.headers.first(name: "X-Total-Count") == "9")
    let link = bare.headers.first(name: "Link") ?? ""
    #expect(link.contains("offset=2>; rel=\"prev\""))
    #expect(link.contains("offset=6>; rel=\"next\""))
    #expect(link.contains("offset=8>; rel=\"last\""))
    #expect(
      try json(presenter.reply(outcome, to: request(), in: .envelope))
        == ["success": true, "data": [1, 2], "pagination": ["total": 9, "page": 3, "per_page": 2]])
  }

  @Test(arguments: [
    (2, 1, 4, ["first 0", "prev 0", "next 3", "last 3"]), (2, 0, 4, ["first 0", "next 2", "last 2"]),
    (500, 0, 3, ["first 0", "last 0"]), (500, 0, 0, ["first 0", "last 0"]), (2, 3, 4, ["first 0", "prev 1", "last 3"]),
    (2, 100, 4, ["first 0", "prev 2", "last 2"]), (3, 1, 1, ["first 0", "prev 0", "last 0"]),
  ]) func aListNamesThePagesAroundIt(limit: Int, offset: Int, total: Int, expected: [String]) throws {
    let outcome = Outcome.list([Int](), page: Page(limit: limit, offset: offset), total: total)
    let link = presenter.reply(outcome, to: try request(), in: .bare).headers.first(name: "Link") ?? ""
    let entries = expected.map { entry in
      let parts = entry.split(separator: " ")
      return "</api/v1/printers?limit=\(limit)&offset=\(parts[1])>; rel=\"\(parts[0])\""
    }
    #expect(link == entries.joined(separator: ", "))
  }

  @Test func anErrorHasItsFieldsInBareFormOnly() throws {
    let fault = Fault(InvalidValue("mqtt_port", "must be 1 to 65535"))
    #expect(
      try json(presenter.reply(fault, in: .bare)) == [
        "detail": "mqtt_port must be 1 to 65535.", "code": "INVALID_REQUEST",
        "errors": [["field": "mqtt_port", "message": "must be 1 to 65535"]],
      ])
    #expect(
      try json(presenter.reply(fault, in: .envelope)) == [
        "success": false,
        "error": ["code": "INVALID_REQUEST", "message": "mqtt_port must be 1 to 65535."],
      ])
  }

  @Test func everyAnswerCarriesTheSafetyHeaders() throws {
    for reply in [
      presenter.reply(.value(1), to: try request(), in: .bare), presenter.reply(Fault(.notFound, "No."), in: .bare),
    ] {
      #expect(reply.headers.first(name: "X-Content-Type-Options") == "nosniff")
      #expect(reply.headers.first(name: "Referrer-Policy") == "no-referrer")
      #expect(reply.headers.first(name: "Cross-Origin-Resource-Policy") == "same-origin")
      #expect(reply.headers.first(name: "Vary") == "X-Response-Format")
    }
  }

  @Test func theHeadersWordGoesBeforeTheQuerys() throws {
    let operation = API.Operation.get("/x", id: "get_x", topic: .system, summary: "Get x", access: .anyone) { _ in 1 }
    let both = try request("/x?format=bare", headers: ["X-Response-Format": "envelope"])
    #expect(try ReplyFormat.wanted(by: both, for: operation, otherwise: .bare) == .envelope)
    let query = try request("/x?format=envelope")
    #expect(try ReplyFormat.wanted(by: query, for: operation, otherwise: .bare) == .envelope)
    #expect(try ReplyFormat.wanted(by: try request(), for: operation, otherwise: .envelope) == .envelope)
    let unknown = try request("/x?format=xml")
    #expect(throws: Fault.self) { try ReplyFormat.wanted(by: unknown, for: operation, otherwise: .bare) }
    #expect(try ReplyFormat.wanted(by: query, for: nil, otherwise: .bare) == .envelope)
    #expect(try ReplyFormat.wanted(by: unknown, for: nil, otherwise: .bare) == .bare, "it may be another one's own")
  }
}
