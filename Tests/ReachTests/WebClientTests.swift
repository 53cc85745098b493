import Loop
import Model
import Synchronization
import TestKit
import Testing

@testable import Reach

/// Requests to servers outside, each against a stand-in on a real socket.
@Suite("The web client", .timeLimit(.minutes(1)))
struct WebClientTests {
  private static func client(
    rule: AddressRule = AddressRule(allowsLoopback: true, ownPorts: []),
    lookup: @escaping NameResolver.Lookup = { _ in ["127.0.0.1"] }
  ) -> WebClient {
    WebClient(threads: ReachThreads(name: "test", limit: 2), rule: { rule }, lookup: lookup)
  }

  private static func address(_ text: String) throws -> WebAddress { try WebAddress(text) }

  @Test("sends method, headers and body, and gives status, headers and body")
  func exchange() async throws {
    let server = try StandInServer { _ in
      .answer(201, headers: [("X-Thing", "  yes ")], body: Array("made".utf8))
    }
    var request = WebRequest(.put, try Self.address("\(server.url)/a/b?c=d"))
    request.headers = [("X-Name", "value")]
    request.body = .json(Array(#"{"a":1}"#.utf8))
    let answer = try await Self.client().perform(request)
    #expect(answer.status == 201)
    #expect(answer["x-thing"] == "yes")
    #expect(answer.body == Array("made".utf8))
    let seen = try #require(server.requests.first)
    #expect(seen.method == "PUT")
    #expect(seen.target == "/a/b?c=d")
    #expect(seen["x-name"] == "value")
    #expect(seen["content-type"] == "application/json")
    #expect(seen["expect"] == nil)
    #expect(seen.text == #"{"a":1}"#)
  }

  @Test("sends a form with a file from the disk")
  func form() async throws {
    let server = try StandInServer { _ in .answer(200) }
    let folder = try TemporaryFolder()
    let file = try folder.write("picture", as: "p.jpg")
    var request = WebRequest(.post, try Self.address(server.url))
    request.body = .form([
      WebPart("text", "hello"), WebPart("photo", fileName: "a\"b.jpg", type: "image/jpeg", content: .file(path: file)),
    ])
    _ = try await Self.client().perform(request)
    let seen = try #require(server.requests.first)
    let boundary = try #require(seen["content-type"]?.split(separator: "=").last)
    #expect(
      seen.text
        == "--\(boundary)\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nhello\r\n--\(boundary)\r\n"
        + "Content-Disposition: form-data; name=\"photo\"; filename=\"a%22b.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n"
        + "picture\r\n--\(boundary)--\r\n")
  }

  @Test("says who we are by Basic, by Bearer, and by Digest once it is asked")
  func authentication() async throws {
    let server = try StandInServer { request in
      request["authorization"] == nil
        ? .answer(401, headers: [("WWW-Authenticate", #"Digest realm="r", nonce="n", qop="auth""#)]) : .answer(200)
    }
    func send(_ url: String, _ authentication: WebRequest.Authentication) async throws -> String? {
      var request = WebRequest(.post, try Self.address(url))
      request.authentication = authentication
      request.body = .json([0x7B, 0x7D])
      let answer = try await Self.client().perform(request)
      #expect(answer.status == 200)
      #expect(server.requests.last?.text == "{}")
      return server.requests.last?["authorization"]
    }
    let home = "127.0.0.1:\(server.port)"
    #expect(try await send("http://me:secret@\(home)", .ofAddress) == "Basic bWU6c2VjcmV0")
    #expect(try await send("http://\(home)", .basic(user: "me", password: Secret("secret"))) == "Basic bWU6c2VjcmV0")
    #expect(try await send("http://\(home)", .bearer(Secret("token"))) == "Bearer token")
    let digest = try #require(try await send("http://\(home)", .digest(user: "me", password: Secret("secret"))))
    #expect(digest.hasPrefix(#"Digest username="me""#))
    #expect(!digest.contains("secret"))
  }

  @Test("cuts an answer of 1 GB at its bound, and refuses headers without end")
  func bounds() async throws {
    let server = try StandInServer { $0.path == "/long" ? .long(1 << 30) : .headers }
    let answer = try await Self.client().perform(WebRequest(.get, try Self.address("\(server.url)/long")))
    #expect(answer.status == 200)
    #expect(answer.isCut)
    #expect(answer.body.count == 64 * 1024)
    await #expect(throws: ReachError.headersTooLarge) {
      try await Self.client().perform(WebRequest(.get, try Self.address("\(server.url)/headers")))
    }
  }

  @Test("gives up at the deadline, whatever hangs")
  func deadline() async throws {
    let server = try StandInServer { _ in .silence }
    var request = WebRequest(.get, try Self.address(server.url))
    request.bounds.deadline = .milliseconds(300)
    await #expect(throws: ReachError.timeout) { try await Self.client().perform(request) }
    // A name server that says nothing hangs for as long as this test holds the answer back.
    let held = Semaphore()
    defer { held.post() }
    var named = WebRequest(.get, try Self.address("http://silent.example/"))
    named.bounds.deadline = .milliseconds(300)
    let client = Self.client { _ in
      _ = held.wait(seconds: 30)
      return []
    }
    await #expect(throws: ReachError.timeout) { try await client.perform(named) }
  }

  @Test("an answer that breaks off is no answer")
  func broken() async throws {
    let server = try StandInServer { _ in .cut }
    await #expect(throws: ReachError.broken) {
      try await Self.client().perform(WebRequest(.get, try Self.address(server.url)))
    }
  }

  @Test("a request whose task is cancelled ends")
  func cancellation() async throws {
    let server = try StandInServer { _ in .silence }
    let request = WebRequest(.get, try Self.address(server.url))
    let task = Task { try await Self.client().perform(request) }
    try await eventually(within: 10, "the request arrives") { server.requests.isEmpty ? nil : true }
    task.cancel()
    await #expect(throws: ReachError.cancelled) { try await task.value }
  }

  @Test("trusts a certificate of a known authority for this very name, or a pinned key, and nothing else")
  func trust() async throws {
    let authority = try StandInAuthority()
    let certificate = try authority.certificate(for: "localhost")
    let server = try StandInServer(certificate: certificate) { _ in .answer(200) }
    let known = AddressRule(allowsLoopback: true, ownPorts: [], authorities: authority.path)
    let unknown = AddressRule(allowsLoopback: true, ownPorts: [], authorities: try TemporaryFolder().path)
    let named = WebRequest(.get, try Self.address(server.url))
    #expect(try await Self.client(rule: known).perform(named).status == 200)
    await #expect(throws: ReachError.untrusted) { try await Self.client(rule: unknown).perform(named) }
    let otherName = WebRequest(.get, try Self.address("https://other.example:\(server.port)/"))
    await #expect(throws: ReachError.untrusted) { try await Self.client(rule: known).perform(otherName) }
    let pinned = try Self.address("\(server.url)#\(certificate.fingerprint)")
    #expect(try await Self.client(rule: unknown).perform(WebRequest(.get, pinned)).status == 200)
    let wrong = try Self.address("\(server.url)#\(String(repeating: "0", count: 64))")
    await #expect(throws: ReachError.untrusted) { try await Self.client(rule: known).perform(WebRequest(.get, wrong)) }
    // Nothing reached the server but what was sent after the check had passed.
    #expect(server.requests.count == 2)
  }
}

/// Where requests may go.
@Suite("The web client's addresses", .timeLimit(.minutes(1)))
struct WebClientAddressTests {
  private static func client(_ rule: AddressRule, lookup: @escaping NameResolver.Lookup) -> WebClient {
    WebClient(threads: ReachThreads(name: "test", limit: 2), rule: { rule }, lookup: lookup)
  }

  @Test(
    "only http and https are addresses",
    arguments: [
      "file:///etc/passwd", "ftp://host/", "gopher://host/", "//host/", "host/path", "", "http://", "http:///x",
      "http://a b/", "http://host:0/", "http://host:99999/", "http://user@/", "javascript:alert(1)", "/dev/video0",
      "rtsp://host/", "http://host\r\nX: y/", "HTTP:host", "https://:443/", "http://[::1/", "http://300.1.1.1/",
    ])
  func addresses(text: String) { #expect(throws: InvalidValue.self) { try WebAddress(text) } }

  @Test(
    "link-local, multicast and unspecified addresses and the service's own ports are refused, by number and by name",
    arguments: [
      "169.254.169.254", "224.0.0.1", "255.255.255.255", "0.0.0.0", "fe80::1", "ff02::1", "::", "::ffff:169.254.1.1",
      "127.0.0.1", "::1", "127.9.9.9", "0.1.2.3", "64:ff9b::a9fe:a9fe",
    ])
  func refused(address: String) async throws {
    let rule = AddressRule(allowsLoopback: true, ownPorts: [try PortNumber(8000, field: "port")])
    let client = Self.client(rule) { _ in [address] }
    let host = address.contains(":") ? "[\(address)]" : address
    for text in ["http://\(host):8000/", "http://name.example:8000/"] {
      var request = WebRequest(.get, try WebAddress(text))
      request.bounds.deadline = .seconds(5)
      do {
        _ = try await client.perform(request)
        Issue.record("\(text) was asked")
      } catch {
        guard case .notAllowed = error else {
          Issue.record("\(text): \(error)")
          continue
        }
      }
    }
  }

  @Test("loopback is refused where the setting says so")
  func loopback() async throws {
    let server = try StandInServer { _ in .answer(200) }
    let request = WebRequest(.get, try WebAddress(server.url))
    let open = Self.client(AddressRule(allowsLoopback: true, ownPorts: [])) { _ in [] }
    #expect(try await open.perform(request).status == 200)
    let closed = Self.client(AddressRule(allowsLoopback: false, ownPorts: [])) { _ in [] }
    do {
      _ = try await closed.perform(request)
      Issue.record("it was asked")
    } catch {
      #expect(error.description.contains("reach.allow_loopback"))
    }
  }

  @Test("a name is looked up once, and the address that was checked is the one that is used")
  func rebinding() async throws {
    let server = try StandInServer { _ in .answer(200) }
    let count = Atomic(0)
    // What a second look-up would give leads elsewhere.
    let client = WebClient(
      threads: ReachThreads(name: "test", limit: 1), rule: { AddressRule(allowsLoopback: true, ownPorts: []) }
    ) { _ in count.add(1, ordering: .relaxed).newValue == 1 ? ["127.0.0.1"] : ["169.254.169.254"] }
    let request = WebRequest(.get, try WebAddress("http://name.example:\(server.port)/"))
    #expect(try await client.perform(request).status == 200)
    #expect(count.load(ordering: .relaxed) == 1)
    #expect(server.requests.first?["host"] == "name.example:\(server.port)")
  }

  @Test("a name with good and bad addresses is reached at a good one")
  func mixed() async throws {
    let server = try StandInServer { _ in .answer(200) }
    let client = Self.client(AddressRule(allowsLoopback: true, ownPorts: [])) { _ in
      ["169.254.1.1", "::1", "127.0.0.1"]
    }
    let request = WebRequest(.get, try WebAddress("http://name.example:\(server.port)/"))
    #expect(try await client.perform(request).status == 200)
  }

  @Test("redirects are followed three times, with the body, and checked again")
  func redirects() async throws {
    let server = try StandInServer { request in
      switch request.path {
      case "/1": .redirect(307, to: "/2")
      case "/2": .redirect(308, to: "3?x=y")
      case "/3": .redirect(302, to: "/end")
      case "/end": .answer(200)
      case "/see": .redirect(303, to: "/end")
      case "/circle": .redirect(307, to: "/circle")
      case "/file": .redirect(302, to: "file:///etc/passwd")
      case "/metadata": .redirect(302, to: "http://169.254.169.254/latest")
      default: .answer(404)
      }
    }
    let client = Self.client(AddressRule(allowsLoopback: true, ownPorts: [])) { _ in [] }
    func send(_ path: String) async throws -> WebAnswer {
      var request = WebRequest(.post, try WebAddress("\(server.url)\(path)"))
      request.body = .json(Array("{}".utf8))
      return try await client.perform(request)
    }
    #expect(try await send("/1").status == 200)
    #expect(server.requests.map(\.target) == ["/1", "/2", "/3?x=y", "/end"])
    #expect(server.requests.allSatisfy { $0.method == "POST" && $0.text == "{}" })
    #expect(try await send("/see").status == 200)
    #expect(server.requests.last?.method == "GET")
    #expect(server.requests.last?.body == [])
    await #expect(throws: ReachError.tooManyRedirects) { try await send("/circle") }
    await #expect(throws: ReachError.badRedirect) { try await send("/file") }
    await #expect(throws: (any Error).self) { try await send("/metadata") }
  }

  @Test("a redirect to another host gets no password, no token and no secret body")
  func secrets() async throws {
    let other = try StandInServer { _ in .answer(200) }
    let home = try StandInServer { _ in .redirect(307, to: "http://127.0.0.1:\(other.port)/") }
    let client = Self.client(AddressRule(allowsLoopback: true, ownPorts: [])) { _ in [] }
    var request = WebRequest(.post, try WebAddress("http://me:word@127.0.0.1:\(home.port)/"))
    request.headers = [("X-Public", "yes")]
    request.secretHeaders = [("X-Token", Secret("token"))]
    request.body = .json(Array("{}".utf8))
    _ = try await client.perform(request)
    #expect(home.requests.last?["authorization"] != nil)
    #expect(home.requests.last?["x-token"] == "token")
    let seen = try #require(other.requests.last)
    #expect(seen["authorization"] == nil)
    #expect(seen["x-token"] == nil)
    #expect(seen["x-public"] == "yes")
    request.bodyIsSecret = true
    await #expect(throws: ReachError.secretWouldLeave) { try await client.perform(request) }
    #expect(other.requests.count == 1)
    request.bodyIsSecret = false
    request.authentication = .bearer(Secret("token"))
    _ = try await client.perform(request)
    #expect(other.requests.last?["authorization"] == nil)
  }

  @Test("an address shows no password, and takes it back as it was shown")
  func shown() throws {
    let address = try WebAddress("https://me:s%40cret@host.example:8443/path?x=y")
    #expect(address.description == "https://me:***@host.example:8443/path?x=y")
    #expect(address.exposed == "https://me:s%40cret@host.example:8443/path?x=y")
    #expect(address.origin == "https://host.example:8443")
    let sentBack = try WebAddress(address.description).keepingPassword(of: address)
    #expect(sentBack == address)
    #expect(!"\(address) \(String(reflecting: address))".contains("cret"))
  }
}
