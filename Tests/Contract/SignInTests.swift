import Glibc
import TestKit
import Testing
import Wire

/// Signing in with the board's password (contract, section 3), as a browser does.
struct SignInTests {
  /// A browser: it keeps the cookie that it is given.
  struct Browser {
    let client: HTTPClient
    var cookie: String?

    init(port: Int) { client = HTTPClient(port: port) }

    func send(
      _ method: String, _ path: String, json: JSONValue? = nil, headers: [String: String] = [:]
    ) throws -> HTTPClient.Answer {
      var headers = headers
      if let cookie { headers["Cookie"] = "theme=dark; \(cookie)" }
      return try client.send(method, "/api/v1\(path)", json: json, headers: headers)
    }

    mutating func signIn(_ password: String, headers: [String: String] = [:]) throws -> HTTPClient.Answer {
      let answer = try send("POST", "/auth/login", json: ["password": .string(password)], headers: headers)
      if let set = answer.headers["set-cookie"] { cookie = String(set.prefix { $0 != ";" }) }
      return answer
    }
  }

  /// The password that the first start printed.
  static func firstPassword(_ service: ServiceProcess) throws -> String {
    let line = service.process.text.split(separator: "\n").first { $0.hasPrefix("first password: ") }
    return String(try #require(line).dropFirst("first password: ".count))
  }

  @Test("The printed first password signs in; the session holds over a kill, ends with a log-out")
  func signIn() async throws {
    let service = try await ServiceProcess.start()
    let password = try Self.firstPassword(service)
    var browser = Browser(port: service.port)
    #expect(try browser.send("GET", "/auth/me").status == 401)
    #expect(try browser.signIn("wrong").status == 401)
    #expect(browser.cookie == nil)
    let answer = try browser.signIn(password)
    #expect(answer.status == 200 && answer.json?["kind"] == "session" && answer.json?["first_password"] == true)
    let set = try #require(answer.headers["set-cookie"])
    for attribute in ["HttpOnly", "SameSite=Strict", "Path=/"] { #expect(set.contains("; \(attribute)")) }
    #expect(!set.contains("Secure") && answer.headers["cache-control"] == "no-store")
    for path in ["/printers", "/api-keys", "/settings", "/auth/me"] {
      #expect(try browser.send("GET", path).status == 200, "\(path)")
    }
    service.process.signal(SIGKILL)
    _ = try await service.process.wait()
    let next = try await ServiceProcess.start(in: service.folder, port: service.port)
    #expect(!next.process.text.contains("first password"))
    #expect(try browser.send("GET", "/auth/me").json?["kind"] == "session")
    let out = try browser.send("POST", "/auth/logout")
    #expect(out.status == 200 && out.headers["set-cookie"]?.contains("Max-Age=0") == true)
    #expect(try browser.send("GET", "/printers").status == 401)
    #expect(try await next.stop() == 0)
  }

  @Test("Beside the journal the first password is in a file for its owner alone, until it changes")
  func firstPasswordFile() async throws {
    let service = try await ServiceProcess.start(environment: ["JOURNAL_STREAM": "8:1"])
    let path = "\(service.folder.path)/data/first-password"
    #expect(!service.process.text.contains("first password: ") && service.process.text.contains(path))
    var facts = stat()
    #expect(stat(path, &facts) == 0 && facts.st_mode & 0o777 == 0o600)
    let text = String(decoding: try #require(TemporaryFolder.bytes(of: path)), as: UTF8.self)
    let password = String(text.dropLast())
    #expect(!service.process.text.contains(password))
    var browser = Browser(port: service.port)
    #expect(try browser.signIn(password).status == 200)
    let changed = try browser.send(
      "PUT", "/auth/password", json: ["current": .string(password), "new": "a better password"])
    #expect(changed.status == 200 && changed.json?["first_password"] == false)
    #expect(stat(path, &facts) != 0)
    #expect(try await service.stop() == 0)
  }

  @Test("A new password ends all other sessions, and closes what they had open")
  func passwordChange() async throws {
    let service = try await ServiceProcess.start()
    let password = try Self.firstPassword(service)
    var (mine, other) = (Browser(port: service.port), Browser(port: service.port))
    _ = try mine.signIn(password)
    _ = try other.signIn(password)
    let sockets = try [mine, other].map { try WebSocketClient(port: service.port, cookie: $0.cookie) }
    for (body, status) in [
      (["current": "wrong", "new": "long enough"], 401), (["current": .string(password), "new": "short"], 400),
      (["current": .string(password), "new": .string(String(repeating: "x", count: 257))], 400),
      (["current": .string(password)], 400), (["current": 5, "new": "long enough"], 400),
    ] as [(JSONValue, Int)] {
      #expect(try mine.send("PUT", "/auth/password", json: body).status == status, "\(body)")
    }
    #expect(try other.send("GET", "/printers").status == 200)
    let body: JSONValue = ["current": .string(password), "new": "  blanks belong to it  "]
    #expect(try mine.send("PUT", "/auth/password", json: body).status == 200)
    #expect(try sockets[1].closeCode() == 1008)
    #expect(try other.send("GET", "/printers").status == 401)
    #expect(try mine.send("GET", "/printers").status == 200)
    try sockets[0].send(["type": "ping"])
    _ = try sockets[0].next { $0["type"] == "pong" }
    #expect(try other.signIn(password).status == 401)
    #expect(try other.signIn("blanks belong to it").status == 401)
    #expect(try other.signIn("  blanks belong to it  ").status == 200)
    #expect(try await service.stop() == 0)
  }

  @Test("The command sets the password beside a running service, which heeds it within a second")
  func command() async throws {
    let service = try await ServiceProcess.start()
    var browser = Browser(port: service.port)
    _ = try browser.signIn(try Self.firstPassword(service))
    let socket = try WebSocketClient(port: service.port, cookie: browser.cookie)
    let data = "\(service.folder.path)/data"
    let program = try ChildProcess.built("layerberry")
    func set(_ text: String) async throws -> Int32 {
      let input = try service.folder.write(text, as: "input")
      return try await ChildProcess(
        "/bin/sh", ["-c", "exec \"$0\" password set --data \"$1\" < \"$2\"", program, data, input]
      ).wait()
    }
    #expect(try await set("short\n") == 64)
    #expect(try await set("") == 64)
    #expect(try browser.send("GET", "/printers").status == 200)
    #expect(try await set("from the command\nsecond line\n") == 0)
    #expect(try socket.closeCode() == 1008)
    #expect(try browser.send("GET", "/printers").status == 401)
    #expect(try browser.signIn("from the command").status == 200)
    #expect(try await service.stop() == 0)
  }

  @Test("Ten wrong passwords lock an address for a minute, the right one too; a key still opens")
  func lock() async throws {
    let service = try await ServiceProcess.start()
    var browser = Browser(port: service.port)
    for _ in 0..<10 { #expect(try browser.signIn("wrong").status == 401) }
    let locked = try browser.signIn(try Self.firstPassword(service))
    #expect(locked.status == 429 && locked.json?["code"] == "RATE_LIMITED")
    let wait = try #require(locked.headers["retry-after"].flatMap { Int($0) })
    #expect((1...60).contains(wait))
    #expect(try await service.client("read").get("/api/v1/printers").status == 200)
    #expect(try await service.stop() == 0)
  }

  @Test("What needs a session takes no key, and who am I takes both")
  func sessionsOnly() async throws {
    let service = try await ServiceProcess.start()
    let key = try await service.client("read")
    for (method, path) in [("POST", "/auth/logout"), ("PUT", "/auth/password")] {
      #expect(try key.send(method, "/api/v1\(path)").status == 403, "\(path)")
      #expect(try HTTPClient(port: service.port).send(method, "/api/v1\(path)").status == 401, "\(path)")
    }
    let me = try key.get("/api/v1/auth/me").json
    #expect(me?["kind"] == "key" && me?["name"] == "test" && me?["permissions"] == ["read"])
    let bad = HTTPClient(port: service.port, key: "lb_wrong")
    #expect(try bad.get("/api/v1/auth/me").status == 401)
    #expect(try await service.stop() == 0)
  }

  @Test("A body that is no sign-in is refused by name")
  func badBodies() async throws {
    let service = try await ServiceProcess.start()
    let client = HTTPClient(port: service.port)
    for body in [[:], ["password": 5], ["password": .null], ["password": ["a"]]] as [JSONValue] {
      let answer = try client.send("POST", "/api/v1/auth/login", json: body)
      #expect(answer.status == 400 && answer.text.contains("password"), "\(body)")
    }
    #expect(try client.send("POST", "/api/v1/auth/login").status == 415)
    #expect(try await service.stop() == 0)
  }
}
