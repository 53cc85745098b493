import HTTPServer
import Model
import NIOHTTP1
import Testing

@testable import API

@Suite struct PageTests {
  private func page(_ query: String) throws -> Page {
    let request = HTTPRequest(
      method: .get, target: try RequestTarget(parsing: "/api/v1/printers\(query)"),
      remoteAddress: RemoteAddress(text: "127.0.0.1", network: "127.0.0.1"))
    return try Call(
      request: request, caller: .nobody, visit: Visit(remote: request.remoteAddress, host: nil, isSecure: false),
      pathParameters: RouteParameters()
    ).page()
  }

  @Test func takesEitherPair() throws {
    #expect(try page("") == Page(limit: 500, offset: 0))
    #expect(try page("?limit=10&offset=30") == Page(limit: 10, offset: 30))
    #expect(try page("?page=4&per_page=10") == Page(limit: 10, offset: 30))
    #expect(try page("?page=2") == Page(limit: 500, offset: 500))
  }

  @Test(arguments: [
    "?limit=501", "?limit=0", "?limit=-1", "?limit=ten", "?offset=-1", "?page=0", "?per_page=0", "?limit=5&page=1",
    "?offset=5&per_page=1", "?limit=1e2", "?page=99999999999999999999",
  ]) func refusesWhatIsNoPage(query: String) {
    #expect(throws: Fault.self) { try page(query) }
  }
}
