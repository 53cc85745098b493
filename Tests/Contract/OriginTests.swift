import TestKit
import Testing
import Wire

/// Foreign pages and foreign names (contract, section 3): nothing is done for them.
struct OriginTests {
  private static let evil = ["Origin": "http://evil.example"]

  @Test(
    "A foreign page changes nothing, in either mode, signed in or not; with a key it may",
    arguments: ["required", "open"])
  func foreignPages(mode: String) async throws {
    let service = try await ServiceProcess.start()
    let admin = try await service.client()
    #expect(try admin.send("PATCH", "/api/v1/settings", json: ["auth.mode": .string(mode)]).status == 200)
    var browser = SignInTests.Browser(port: service.port)
    let password = try SignInTests.firstPassword(service)
    _ = try browser.signIn(password)
    let own = "http://localhost:\(service.port)"
    let foreign: [[String: String]] = [
      Self.evil, ["Origin": "null"], ["Origin": "http://localhost:1"], ["Origin": "https://localhost:\(service.port)"],
      ["Sec-Fetch-Site": "cross-site"], ["Sec-Fetch-Site": "same-site"],
    ]
    let requests: [(String, String, JSONValue?)] = [
      ("POST", "/printers", ["name": "x"]), ("POST", "/printers/1/stop", nil), ("DELETE", "/printers/1", nil),
      ("POST", "/auth/login", ["password": .string(password)]), ("POST", "/auth/logout", nil),
      ("POST", "/pairing", ["name": "x"]), ("PATCH", "/settings", ["rate_limit.read": 5]), ("POST", "/nothing", nil),
      ("PUT", "/health", nil),
    ]
    for headers in foreign {
      for (method, path, body) in requests {
        let answer = try browser.send(method, path, json: body, headers: headers)
        #expect(answer.status == 403 && answer.json?["code"] == "FORBIDDEN", "\(headers) \(method) \(path)")
        #expect(answer.headers["access-control-allow-origin"] == nil && answer.headers["set-cookie"] == nil)
      }
      #expect(throws: TestKitError.self, "\(headers)") {
        try WebSocketClient(port: service.port, cookie: browser.cookie, headers: headers)
      }
      // A form, which needs no preflight.
      let form = try browser.client.send(
        "POST", "/api/v1/auth/logout", body: Array("a=b".utf8),
        headers: headers.merging([
          "Cookie": browser.cookie ?? "", "Content-Type": "application/x-www-form-urlencoded",
        ]) { $1 })
      #expect(form.status == 403)
    }
    #expect(try browser.send("GET", "/auth/me").status == 200)
    #expect(try browser.send("GET", "/settings").json?["rate_limit.read"] == 0)
    // Reading is no change; without CORS the page does not see the answer.
    let read = try browser.send("GET", "/printers", headers: Self.evil)
    #expect(read.status == 200 && read.headers["access-control-allow-origin"] == nil)
    for headers in [["Origin": own], ["Sec-Fetch-Site": "same-origin"], ["Sec-Fetch-Site": "none"], [:]] {
      #expect(try browser.send("POST", "/printers", json: ["name": "x"], headers: headers).status == 400, "\(headers)")
      _ = try WebSocketClient(port: service.port, cookie: browser.cookie, headers: headers)
    }
    // A key in a header cannot be had by a foreign page; a wrong one, or one in the query, does not do.
    #expect(try admin.send("POST", "/api/v1/printers", json: ["name": "x"], headers: Self.evil).status == 400)
    let wrong = HTTPClient(port: service.port, key: "lb_wrong")
    #expect(try wrong.send("POST", "/api/v1/printers", json: ["name": "x"], headers: Self.evil).status == 403)
    let inQuery = try browser.send("POST", "/printers?api_key=\(admin.key ?? "")", json: [:], headers: Self.evil)
    #expect(inQuery.status == 403)
    _ = try WebSocketClient(port: service.port, target: "/api/v1/ws?api_key=\(admin.key ?? "")", headers: Self.evil)
    #expect(try await service.stop() == 0)
  }

  @Test("Another name in Host is 421 for everything; an address, localhost and allowed names are not")
  func hosts() async throws {
    let service = try await ServiceProcess.start()
    let admin = try await service.client()
    func status(_ host: String, _ path: String = "/api/v1/printers", method: String = "GET") throws -> Int {
      let key = "X-API-Key: \(admin.key ?? "")"
      let connection = try Connection(port: service.port)
      try connection.write(
        Array("\(method) \(path) HTTP/1.1\r\nHost: \(host)\r\n\(key)\r\nConnection: close\r\n\r\n".utf8))
      return try HTTPClient.parse(try connection.readAll()).status
    }
    for host in ["localhost", "LocalHost:\(service.port)", "127.0.0.1", "127.0.0.1:1", "[::1]:8000", "localhost."] {
      #expect(try status(host) == 200, "\(host)")
    }
    for host in [
      "evil.example", "evil.example:\(service.port)", "192.0.2.1", "localhost.evil.example", "0.0.0.0", "a_b.",
    ] {
      for path in ["/api/v1/printers", "/health", "/", "/nothing"] {
        #expect(try status(host, path) == 421, "\(host) \(path)")
      }
      #expect(try status(host, "/api/v1/printers", method: "OPTIONS") == 421)
      #expect(try status(host, "/api/v1/auth/login", method: "POST") == 421)
    }
    let change: JSONValue = ["api.allowed_hosts": ["evil.example", "192.0.2.1"]]
    #expect(try admin.send("PATCH", "/api/v1/settings", json: change).status == 200)
    #expect(try status("evil.example:80") == 200 && status("192.0.2.1") == 200)
    #expect(try admin.send("PATCH", "/api/v1/settings", json: ["api.allowed_hosts": .null]).status == 200)
    #expect(try status("evil.example") == 421)
    let answer = try HTTPClient(port: service.port).get("/health", headers: [:])
    #expect(answer.status == 200)
    #expect(try await service.stop() == 0)
  }

  @Test("HTTP/1.0 needs no Host")
  func oldClients() async throws {
    let service = try await ServiceProcess.start()
    for lines in ["", "Host: localhost\r\n"] {
      let connection = try Connection(port: service.port)
      try connection.write(Array("GET /health HTTP/1.0\r\n\(lines)\r\n".utf8))
      #expect(try HTTPClient.parse(try connection.readAll()).status == 200)
    }
    #expect(try await service.stop() == 0)
  }

  @Test("Only origins of api.cors_origins get a grant, and a preflight needs no key")
  func crossOrigin() async throws {
    let service = try await ServiceProcess.start()
    let admin = try await service.client()
    let nobody = HTTPClient(port: service.port)
    let asks = ["Origin": "https://dash.lan:3000", "Access-Control-Request-Method": "PATCH"]
    let before = try nobody.send("OPTIONS", "/api/v1/printers/1", headers: asks)
    #expect(before.status == 204 && before.headers.keys.allSatisfy { !$0.hasPrefix("access-control") })
    #expect(before.headers["allow"]?.contains("PATCH") == true && before.headers["x-content-type-options"] == "nosniff")
    let change: JSONValue = ["api.cors_origins": ["https://dash.lan:3000"]]
    #expect(try admin.send("PATCH", "/api/v1/settings", json: change).status == 200)
    let granted = try nobody.send("OPTIONS", "/api/v1/printers/1", headers: asks)
    #expect(granted.status == 204 && granted.headers["access-control-allow-origin"] == "https://dash.lan:3000")
    #expect(granted.headers["access-control-allow-methods"]?.contains("PATCH") == true)
    #expect(granted.headers["access-control-allow-headers"]?.contains("X-API-Key") == true)
    #expect(granted.headers["access-control-allow-credentials"] == nil)
    let read = try admin.get("/api/v1/printers", headers: ["Origin": "https://dash.lan:3000"])
    #expect(read.headers["access-control-allow-origin"] == "https://dash.lan:3000")
    #expect(read.headers["access-control-expose-headers"]?.contains("X-Total-Count") == true)
    for origin in ["https://dash.lan", "https://evil.example", "null"] {
      let other = try nobody.send(
        "OPTIONS", "/api/v1/printers/1", headers: asks.merging(["Origin": origin]) { $1 })
      #expect(other.status == 204 && other.headers["access-control-allow-origin"] == nil, "\(origin)")
    }
    // A granted page may call, and still needs a key.
    let call = try nobody.send(
      "POST", "/api/v1/printers", json: ["name": "x"], headers: ["Origin": "https://dash.lan:3000"])
    #expect(call.status == 401)
    #expect(try nobody.send("OPTIONS", "/api/v1/nothing", headers: asks).status == 404)
    #expect(try await service.stop() == 0)
  }

  @Test("What a proxy says is believed only from api.trusted_proxies, and makes the cookie Secure")
  func proxies() async throws {
    let service = try await ServiceProcess.start()
    let admin = try await service.client()
    let password = try SignInTests.firstPassword(service)
    let said = [
      "X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "printers.example.org",
    ]
    var browser = SignInTests.Browser(port: service.port)
    #expect(try browser.signIn(password, headers: said).headers["set-cookie"]?.contains("Secure") == false)
    let settings: JSONValue = [
      "api.trusted_proxies": ["127.0.0.1"], "api.allowed_hosts": ["printers.example.org"],
    ]
    #expect(try admin.send("PATCH", "/api/v1/settings", json: settings).status == 200)
    let secure = try browser.signIn(
      password, headers: said.merging(["Origin": "https://printers.example.org"]) { $1 })
    #expect(secure.status == 200 && secure.headers["set-cookie"]?.contains("; Secure") == true)
    let insecure = try browser.signIn(
      password, headers: said.merging(["Origin": "http://printers.example.org"]) { $1 })
    #expect(insecure.status == 403)
    let foreign = try browser.send(
      "GET", "/auth/me", headers: said.merging(["X-Forwarded-Host": "evil.example"]) { $1 })
    #expect(foreign.status == 421)
    // Each client behind the proxy is locked by itself.
    for _ in 0..<10 { _ = try browser.signIn("wrong", headers: said) }
    #expect(try browser.signIn(password, headers: said).status == 429)
    let other = said.merging(["X-Forwarded-For": "198.51.100.1"]) { $1 }
    #expect(try browser.signIn(password, headers: other).status == 200)
    #expect(try await service.stop() == 0)
  }

  @Test("Every answer says what browsers must not do with it, and has a name")
  func headersOfEveryAnswer() async throws {
    let service = try await ServiceProcess.start()
    let client = try await service.client()
    let answers = try [
      client.get("/api/v1/printers"), client.get("/health"), client.get("/api/v1/nothing"), client.get("/nothing"),
      client.send("PUT", "/health"), client.send("OPTIONS", "/api/v1/printers"),
      client.get("/api/v1/printers?format=x"),
      HTTPClient(port: service.port).get("/api/v1/printers"), client.get("/api/v1/ws"),
      client.get("/api/v1/printers", headers: ["Expect": "nonsense"]), client.send("HEAD", "/api/v1/printers"),
    ]
    for (index, answer) in answers.enumerated() {
      #expect(answer.headers["x-content-type-options"] == "nosniff", "\(index)")
      #expect(answer.headers["referrer-policy"] == "no-referrer", "\(index)")
      #expect(answer.headers["cross-origin-resource-policy"] == "same-origin", "\(index)")
      #expect(answer.headers["x-request-id"]?.isEmpty == false, "\(index)")
    }
    let named = try client.get("/api/v1/printers", headers: ["X-Request-Id": "my-name.1"])
    #expect(named.headers["x-request-id"] == "my-name.1")
    #expect(try await service.stop() == 0)
  }
}
