import Camera
import Loop
import Model
import TestKit
import Testing

/// Cameras over HTTP, and all that they may answer.
@Suite(.timeLimit(.minutes(3))) struct HTTPCameraTests {
  static let jpeg: [UInt8] = [0xFF, 0xD8] + [UInt8](repeating: 0x11, count: 3000) + [0xFF, 0xD9]

  static func part(_ jpeg: [UInt8] = jpeg) -> [UInt8] {
    Array("--xx\r\nContent-Type: image/jpeg\r\nContent-Length: \(jpeg.count)\r\n\r\n".utf8) + jpeg + [13, 10]
  }

  static let stream = "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=xx\r\n\r\n"
  static let challenge = "HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm=\"cam\", nonce=\"n1\", qop=\"auth\"\r\n\r\n"

  /// Parts until the client goes.
  static func sendForEver(_ client: PlainServer.Client) {
    while client.send(part()) { pause(10) }
  }

  static func look(
    _ url: String, rule: AddressRule = AddressRule(allowsLoopback: true, ownPorts: []),
    timings: HTTPCameraSource.Timings = .init(), lookup: @escaping NameResolver.Lookup = NameResolver.system,
    _ body: (SourceListener) async throws -> Void
  ) async throws {
    let address = try ExternalCameraAddress(url)
    try await withLoop(lookup: lookup) { loop in
      try await SourceListener.play(on: loop) {
        guard case .network(let place) = address.kind else { preconditionFailure("no network address") }
        return HTTPCameraSource(loop: loop, place: place, rule: rule, assembly: PictureAssembly(), timings: timings)
      } _: {
        try await body($0)
      }
    }
  }

  @Test func aStreamIsShownAsItComes() async throws {
    let server = try PlainServer { client in
      client.send(Self.stream)
      Self.sendForEver(client)
    }
    try await Self.look("http://127.0.0.1:\(server.port)/video?a=b") { listener in
      try await listener.sees(3)
      #expect(listener.last == Self.jpeg)
    }
    #expect(server.requests.first?.hasPrefix("GET /video?a=b HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\n") == true)
    #expect(server.requests.count == 1)
  }

  @Test func aChunkedStreamIsShownToo() async throws {
    let server = try PlainServer { client in
      client.send(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: multipart/x-mixed-replace;boundary=--xx\r\n\r\n"
      )
      while true {
        let part = Self.part()
        for half in [part.prefix(1000), part.dropFirst(1000)] {
          guard client.send(Array("\(String(half.count, radix: 16))\r\n".utf8) + half + [13, 10]) else { return }
        }
        pause(10)
      }
    }
    try await Self.look("http://127.0.0.1:\(server.port)/") { try await $0.sees(3) }
  }

  @Test func aSnapshotIsFetchedAgainAndAgain() async throws {
    let server = try PlainServer { client in
      client.send("HTTP/1.0 200 OK\r\nContent-Type: image/jpeg\r\n\r\n")
      client.send(Self.jpeg)
    }
    var timings = HTTPCameraSource.Timings()
    timings.snapshot = .milliseconds(50)
    try await Self.look("http://127.0.0.1:\(server.port)/s.jpg", timings: timings) { listener in
      try await listener.sees(4)
      #expect(listener.last == Self.jpeg && listener.problems.isEmpty)
    }
  }

  @Test func aPasswordIsGivenByDigestAndNeverInTheClear() async throws {
    let server = try PlainServer { client in
      guard client.request.contains("Authorization: Digest username=\"me\"") else {
        client.send(Self.challenge)
        return
      }
      client.send(Self.stream)
      Self.sendForEver(client)
    }
    try await Self.look("http://me:hunter2@127.0.0.1:\(server.port)/") { try await $0.sees(1) }
    #expect(server.requests.allSatisfy { !$0.contains("hunter2") })
    let basic = try PlainServer { $0.send("HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"cam\"\r\n\r\n") }
    try await Self.look("http://me:hunter2@127.0.0.1:\(basic.port)/") { try await $0.ends(with: .refused) }
    #expect(basic.requests.count == 1 && basic.requests.allSatisfy { !$0.contains("Authorization") })
  }

  @Test func aWrongPasswordIsSaidOnce() async throws {
    let server = try PlainServer { $0.send(Self.challenge) }
    try await Self.look("http://me:wrong@127.0.0.1:\(server.port)/") { try await $0.ends(with: .refused) }
    #expect(server.requests.count == 2)
  }

  @Test func aRedirectNeverTakesAPasswordToAnotherHost() async throws {
    let other = try PlainServer { $0.send(Self.challenge) }
    let server = try PlainServer { $0.send("HTTP/1.1 302 F\r\nLocation: http://127.0.0.1:\(other.port)/x\r\n\r\n") }
    try await Self.look("http://me:pw@127.0.0.1:\(server.port)/") { try await $0.ends(with: .refused) }
    #expect(other.requests.count == 1 && !other.requests[0].contains("Authorization"))
  }

  @Test func threeRedirectsAreFollowedAndNotFour() async throws {
    let server = try PlainServer { client in
      let path = client.request.split(separator: " ")[1]
      switch path {
      case "/0", "/1", "/2", "/3":
        client.send("HTTP/1.1 307 T\r\nLocation: \((Int(path.dropFirst()) ?? 0) + 1)\r\n\r\n")
      default:
        client.send(Self.stream)
        Self.sendForEver(client)
      }
    }
    try await Self.look("http://127.0.0.1:\(server.port)/1") { try await $0.sees(1) }
    try await Self.look("http://127.0.0.1:\(server.port)/0") { try await $0.ends(with: .unreadable) }
  }

  @Test(
    "a redirect to what is no camera's address is not followed",
    arguments: [
      "http://169.254.1.1/", "http://224.0.0.1/", "http://0.0.0.0/", "http://[fe80::1]/",
      "http://[::ffff:169.254.1.1]/",
    ])
  func forbiddenRedirects(location: String) async throws {
    let server = try PlainServer { $0.send("HTTP/1.1 301 M\r\nLocation: \(location)\r\n\r\n") }
    try await Self.look("http://127.0.0.1:\(server.port)/") { try await $0.ends(with: .notAllowed) }
  }

  @Test("neither is one to another protocol", arguments: ["file:///etc/passwd", "rtsp://127.0.0.1/", "gopher://x/"])
  func foreignRedirects(location: String) async throws {
    let server = try PlainServer { $0.send("HTTP/1.1 301 M\r\nLocation: \(location)\r\n\r\n") }
    try await Self.look("http://127.0.0.1:\(server.port)/") { try await $0.ends(with: .unreadable) }
  }

  @Test func aNameThatLeadsToUsOrToNowhereIsNotFollowed() async throws {
    let server = try PlainServer { $0.send(Self.stream) }
    let own = AddressRule(allowsLoopback: true, ownPorts: [try PortNumber(Int(server.port), field: "port")])
    let far = AddressRule(allowsLoopback: false, ownPorts: [])
    for rule in [own, far] {
      try await Self.look("http://cam.test:\(server.port)/", rule: rule, lookup: { _ in ["127.0.0.1"] }) {
        try await $0.ends(with: .notAllowed)
      }
    }
    try await Self.look("http://cam.test/", lookup: { _ in [] }) { try await $0.ends(with: .unknownHost) }
    #expect(server.requests.isEmpty)
  }

  @Test(
    "every answer that is no picture has its reason",
    arguments: [
      ("HTTP/1.1 404 Not Found\r\n\r\n", CameraProblem.unreadable), ("HTTP/1.1 403 No\r\n\r\n", .refused),
      ("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>", .unreadable), ("SSH-2.0-x\r\n\r\n", .unreadable),
      ("HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: 5\r\n\r\nhello", .unreadable),
      ("HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: 5\r\n\r\n", .closed),
      (
        "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=xx\r\n\r\n--xx\r\nContent-Length: 99999999\r\n\r\n",
        .unreadable
      ),
      ("", .closed), ("HTTP/1.1 302 F\r\n\r\n", .unreadable),
    ])
  func nonsense(text: String, problem: CameraProblem) async throws {
    let server = try PlainServer { $0.send(text) }
    try await Self.look("http://127.0.0.1:\(server.port)/") { try await $0.ends(with: problem) }
  }

  @Test func silenceIsAStall() async throws {
    let server = try PlainServer { client in
      client.send(Self.stream)
      client.waitForEnd()
    }
    var timings = HTTPCameraSource.Timings()
    timings.read = .milliseconds(300)
    try await Self.look("http://127.0.0.1:\(server.port)/", timings: timings) {
      try await $0.ends(with: .stalled)
    }
  }

  @Test(
    "what can be told at once is refused at once",
    arguments: [
      "http://127.0.0.1:8090/", "http://localhost:8090/x", "https://[::1]:8090/", "rtsp://127.1.2.3:8090/",
      "http://[::ffff:127.0.0.1]:8090/", "http://169.254.3.4/", "http://239.1.1.1/", "http://255.255.255.255/",
      "http://0.0.0.0:8090/", "rtsps://[fe80::1]/", "http://[ff02::1]/", "http://[::]/", "http://[64:ff9b::a9fe:1]/",
    ])
  func ruled(url: String) throws {
    let rule = AddressRule(allowsLoopback: true, ownPorts: [try PortNumber(8090, field: "port")])
    let address = try ExternalCameraAddress(url)
    #expect(throws: InvalidValue.self) { try rule.check(address) }
  }

  @Test(
    "private addresses and other ports of this machine are fine",
    arguments: [
      "http://127.0.0.1:8091/", "http://10.1.2.3/", "http://192.168.0.9:8090/", "rtsp://cam.local/", "/dev/video0",
    ])
  func allowed(url: String) throws {
    let rule = AddressRule(allowsLoopback: true, ownPorts: [try PortNumber(8090, field: "port")])
    try rule.check(try ExternalCameraAddress(url))
  }

  // MARK: Devices

  @Test("what is no camera is told as such", arguments: ["/dev/null", "/etc/passwd", "/dev/video255", "/dev/tty", "/"])
  func noCamera(path: String) async throws {
    try await withLoop { loop in
      try await SourceListener.play(on: loop) {
        DeviceCameraSource(loop: loop, path: path, assembly: PictureAssembly())
      } _: {
        try await $0.ends(with: .deviceUnavailable)
      }
    }
  }
}
