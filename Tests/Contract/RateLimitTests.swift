import TestKit
import Testing
import Wire

/// How often anybody may ask (contract, section 4).
struct RateLimitTests {
  private func limit(_ answer: HTTPClient.Answer) -> (limit: Int, remaining: Int, reset: Int)? {
    func number(_ name: String) -> Int? { answer.headers["x-ratelimit-\(name)"].flatMap { Int($0) } }
    guard let limit = number("limit"), let remaining = number("remaining"), let reset = number("reset") else {
      return nil
    }
    return (limit, remaining, reset)
  }

  @Test("Each class has its own figure, and everything under /api/v1 says it")
  func classes() async throws {
    let service = try await ServiceProcess.start(hasRateLimits: true)
    let client = try await service.client()
    let table: [(String, String, Int)] = [
      ("GET", "/printers", 100), ("HEAD", "/printers", 100), ("GET", "/printers/1", 100), ("GET", "/nothing", 100),
      ("GET", "/settings", 100), ("POST", "/printers", 30), ("DELETE", "/printers/1", 30), ("PUT", "/nothing", 30),
      ("PATCH", "/settings", 30), ("POST", "/printers/1/trust", 30), ("PUT", "/printers", 30),
      ("POST", "/printers/1/pause", 10), ("GET", "/printers/1/files", 10), ("POST", "/printers/1/refresh-status", 10),
      ("POST", "/printers/1/connect", 10), ("POST", "/printers/1/disconnect", 10), ("DELETE", "/printers/1/files", 10),
      ("GET", "/printers/1/files/content", 10),
    ]
    for (method, path, expected) in table {
      let answer = try client.send(method, "/api/v1\(path)")
      let found = try #require(limit(answer), "\(method) \(path)")
      #expect(found.limit == expected, "\(method) \(path)")
      #expect(found.remaining < expected && found.remaining >= 0)
    }
    for path in ["/health", "/api/v1/health", "/", "/nothing"] {
      #expect(limit(try client.get(path)) == nil, "\(path)")
    }
    #expect(try await service.stop() == 0)
  }

  @Test("The eleventh control request is 429 with its time; stop is not; another key and the other classes are free")
  func control() async throws {
    let service = try await ServiceProcess.start(hasRateLimits: true)
    let client = try await service.client()
    let other = try await service.client()
    for number in 0..<10 {
      let answer = try client.send("POST", "/api/v1/printers/1/pause")
      #expect(answer.status == 404 && limit(answer)?.remaining == 9 - number)
    }
    let refused = try client.send("POST", "/api/v1/printers/1/pause")
    #expect(refused.status == 429 && refused.json?["code"] == "RATE_LIMITED")
    let wait = try #require(refused.headers["retry-after"].flatMap { Int($0) })
    #expect((1...60).contains(wait) && limit(refused)?.remaining == 0)
    let envelope = try client.send(
      "POST", "/api/v1/printers/1/pause", headers: ["X-Response-Format": "envelope"])
    #expect(envelope.status == 429 && envelope.json?["error"]?["code"] == "RATE_LIMITED")
    #expect(try client.send("POST", "/api/v1/printers/1/stop").status == 404)
    // As a device command, it is told by its body.
    func command(_ word: String) throws -> HTTPClient.Answer {
      try client.send("POST", "/api/v1/printers/1/command", json: ["print": ["command": .string(word)]])
    }
    #expect(try command("stop").status == 404 && command("pause").status == 429)
    let long: JSONValue = ["print": ["command": "stop"], "x": .string(String(repeating: " ", count: 5000))]
    #expect(try client.send("POST", "/api/v1/printers/1/command", json: long).status == 429)
    #expect(try client.get("/api/v1/printers").status == 200)
    #expect(try other.send("POST", "/api/v1/printers/1/pause").status == 404)
    #expect(try await service.stop() == 0)
  }

  @Test("Settings change the figures at once, 0 is none, and a signed-in person has ten times as much")
  func settings() async throws {
    let service = try await ServiceProcess.start(hasRateLimits: true)
    let client = try await service.client()
    func set(_ name: String, _ value: JSONValue) throws {
      #expect(try client.send("PATCH", "/api/v1/settings", json: [name: value]).status == 200)
    }
    try set("rate_limit.read", 3)
    #expect(limit(try client.get("/api/v1/printers"))?.limit == 3)
    var browser = SignInTests.Browser(port: service.port)
    _ = try browser.signIn(try SignInTests.firstPassword(service))
    #expect(limit(try browser.send("GET", "/printers"))?.limit == 30)
    for _ in 0..<2 { _ = try client.get("/api/v1/printers") }
    #expect(try client.get("/api/v1/printers").status == 429)
    try set("rate_limit.read", 0)
    let free = try client.get("/api/v1/printers")
    #expect(free.status == 200 && limit(free) == nil)
    #expect(try await service.stop() == 0)
  }

  @Test("Bad keys and nobody count on the address, and never on a key")
  func byAddress() async throws {
    let service = try await ServiceProcess.start(hasRateLimits: true)
    let client = try await service.client()
    let before = try #require(limit(try client.get("/api/v1/printers"))).remaining
    let nobody = HTTPClient(port: service.port)
    let wrong = HTTPClient(port: service.port, key: "lb_wrong")
    for number in 0..<100 {
      let answer = try (number % 2 == 0 ? nobody : wrong).get("/api/v1/printers")
      #expect(answer.status == 401 && limit(answer)?.remaining == 99 - number)
    }
    #expect(try wrong.get("/api/v1/printers").status == 429)
    #expect(try nobody.get("/api/v1/printers").status == 429)
    #expect(try nobody.get("/health").status == 200)
    // A stop by nobody is no emergency of the owner's.
    for _ in 0..<10 { #expect(try nobody.send("POST", "/api/v1/printers/1/stop").status == 401) }
    #expect(try nobody.send("POST", "/api/v1/printers/1/stop").status == 429)
    let after = try client.get("/api/v1/printers")
    #expect(after.status == 200 && limit(after)?.remaining == before - 1)
    #expect(try await service.stop() == 0)
  }

  @Test("The WebSocket counts once, at its opening")
  func webSocket() async throws {
    let service = try await ServiceProcess.start(hasRateLimits: true)
    let client = try await service.client()
    let before = try #require(limit(try client.get("/api/v1/printers"))).remaining
    let socket = try WebSocketClient(port: service.port, key: client.key ?? "")
    for _ in 0..<20 {
      try socket.send(["type": "ping"])
      _ = try socket.next { $0["type"] == "pong" }
    }
    #expect(limit(try client.get("/api/v1/printers"))?.remaining == before - 2)
    #expect(try await service.stop() == 0)
  }
}
