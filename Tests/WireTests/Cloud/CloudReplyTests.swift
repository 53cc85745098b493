import Model
import Testing
import Wire

/// What the cloud's answers mean: S2's tables and error format, and what the real cloud does (protocol sheet, section 8).
struct CloudReplyTests {
  private static func problem(
    _ status: Int, _ body: String, headers: [(name: String, value: String)] = [], isCut: Bool = false
  ) throws -> CloudProblem? {
    do throws(CloudProblem) {
      _ = try CloudReply.read(status: status, headers: headers, body: Array(body.utf8), isCut: isCut)
      return nil
    } catch { return error }
  }

  /// S2's numbers, and the status with which the contract tells each.
  private static let codes: [(code: Int, status: Int)] = [
    (400, 502), (401, 409), (403, 409), (404, 404), (429, 429), (500, 502), (1001, 409), (1002, 409), (1003, 404),
    (1004, 409), (1005, 502), (1006, 502), (7777, 502),
  ]

  @Test("Each of S2's numbers becomes its status, whatever the HTTP status was", arguments: [200, 400, 401, 500])
  func numbers(httpStatus: Int) throws {
    for (code, status) in Self.codes {
      let body = """
        {"code":\(code),"message":"Invalid token","error":"TOKEN_INVALID","details":{"reason":"bad signature"}}
        """
      let problem = try #require(try Self.problem(httpStatus, body))
      #expect(problem.status == status, "\(code)")
      #expect(problem.code == code && problem.error == "TOKEN_INVALID" && problem.message == "Invalid token")
      #expect(problem.details == #"{"reason":"bad signature"}"#)
      #expect(problem.endsSession == [1001, 1002].contains(code))
      #expect((problem.retryAfter != nil) == (status == 429))
    }
  }

  @Test("What the client meets itself has S2's names")
  func names() throws {
    let table: [(Int, String, String)] = [
      (400, "<html>", "ERR_BAD_REQUEST"), (405, "", "ERR_BAD_REQUEST"), (500, "oops", "ERR_BAD_RESPONSE"),
      (503, "{}", "ERR_BAD_RESPONSE"), (200, "no json", "ERR_BAD_RESPONSE"), (200, "[]", "ERR_BAD_RESPONSE"),
      (200, "{\"code\":", "ERR_BAD_RESPONSE"), (302, "", "ERR_BAD_REQUEST"),
      (401, #"{"code":null,"error":"try again"}"#, "ERR_BAD_REQUEST"),
    ]
    for (status, body, name) in table {
      let problem = try #require(try Self.problem(status, body))
      #expect(problem.error == name && problem.status == 502, "\(status) \(body)")
      #expect(!problem.endsSession)
    }
    for name in CloudClientError.allCases.map(\.rawValue) {
      let problem = try #require(try Self.problem(400, "{\"error\":\"\(name)\",\"message\":\"said\"}"))
      #expect(problem.error == name && problem.status == 502 && problem.message == "said")
    }
    #expect(try Self.problem(200, "{\"code\":0", isCut: true)?.error == "ERR_BAD_RESPONSE")
  }

  @Test("A token ends by the cloud's own word, and by no other 401")
  func endOfToken() throws {
    for body in [#"{"code":4,"error":"Please login.","message":""}"#, #"{"code":9,"error":"Please login"}"#] {
      let problem = try #require(try Self.problem(401, body))
      #expect(problem.endsSession && problem.status == 409)
    }
    for body in [#"{"code":401,"message":"Unauthorized"}"#, #"{"error":"x"}"#, "<html>"] {
      #expect(try Self.problem(401, body)?.endsSession == false, "\(body)")
    }
  }

  @Test("A door keeper's page means waiting, never a wrong password")
  func challenge() throws {
    let page = "<html><title>Just a moment...</title></html>"
    let table: [(Int, String, [(name: String, value: String)], Int)] = [
      (403, page, [], 300), (403, "{}", [("cf-mitigated", "challenge")], 300), (503, "x", [("cf-ray", "1")], 300),
      (200, "<script src='https://challenges.cloudflare.com/x'>", [], 300), (429, "", [("retry-after", "17")], 17),
      (429, "{}", [("retry-after", "never")], 300), (429, "{}", [("retry-after", "99999999")], 86_400),
    ]
    for (status, body, headers, wait) in table {
      let problem = try #require(try Self.problem(status, body, headers: headers))
      #expect(problem.status == 429 && problem.retryAfter == wait && problem.code == 429, "\(status) \(body)")
    }
  }

  @Test("Both envelopes give the value")
  func envelopes() throws {
    for body in [
      #"{"code":0,"message":"Success","data":{"a":1}}"#, #"{"message":"success","code":null,"error":null,"a":1}"#,
      #"{"a":1}"#,
    ] {
      let reply = try CloudReply.read(status: 200, headers: [], body: Array(body.utf8), isCut: false)
      #expect(reply.data["a"] == 1, "\(body)")
    }
    #expect(try CloudReply.read(status: 204, headers: [], body: [], isCut: false).data == [:])
  }

  @Test("What the cloud says is bounded, on one line, and without what was secret")
  func words() throws {
    let long = String(repeating: "x", count: 5000)
    let problem = try #require(
      try Self.problem(400, "{\"code\":400,\"message\":\"a\\n\\u0007b\(long)\",\"details\":{\"r\":\"\(long)\"}}"))
    #expect(problem.message.hasPrefix("a  b") && problem.message.count == 300 && problem.details == nil)
    let echo = try #require(
      try Self.problem(
        400, #"{"code":400,"message":"token s3cret-word","error":"s3cret-word","details":{"t":"s3cret-word"}}"#))
    let clean = echo.redacting([Secret("s3cret-word")])
    #expect(clean.message == clean.sentence && clean.error == nil && clean.details == nil)
  }

  @Test("A sign-in answers a token, or what is still needed")
  func signIn() throws {
    func outcome(_ body: String) throws -> CloudSignIn? {
      try? CloudSignIn(try CloudReply.read(status: 200, headers: [], body: Array(body.utf8), isCut: false))
    }
    #expect(try outcome(#"{"accessToken":"abc","expiresIn":60}"#) == .token(Secret("abc"), lasts: 60))
    #expect(
      try outcome(#"{"code":0,"message":"","data":{"accessToken":"abc"}}"#) == .token(Secret("abc"), lasts: 7_776_000))
    #expect(try outcome(#"{"accessToken":"","loginType":"verifyCode"}"#) == .needsCode)
    #expect(try outcome(#"{"loginType":"tfa","tfaKey":"k"}"#) == .needsSecondFactor(key: Secret("k")))
    for body in ["{}", #"{"loginType":"tfa"}"#, #"{"accessToken":"a b"}"#, #"{"accessToken":"a\r\nX: y"}"#] {
      #expect(try outcome(body) == nil, "\(body)")
    }
  }

  @Test("A user's number is read from older tokens, and from nothing else")
  func tokens() {
    func token(_ payload: String) -> Secret {
      let middle = Base64.encode(Array(payload.utf8)).split(separator: "=").first.map(String.init) ?? ""
      return Secret("h.\(middle).s")
    }
    #expect(CloudUser.id(inToken: token(#"{"username":"u_42"}"#)) == "42")
    for payload in [#"{"username":"42"}"#, "{}", "no", #"{"username":"u_a/b"}"#] {
      #expect(CloudUser.id(inToken: token(payload)) == nil, "\(payload)")
    }
    #expect(CloudUser.id(inToken: Secret("plain")) == nil)
  }

  @Test("A cookie is found by its whole name")
  func cookies() {
    let headers = ["mytoken=no; Path=/", "token=yes; HttpOnly", "other=1"]
    #expect(CloudSignIn.cookie("token", in: headers) == "yes")
    #expect(CloudSignIn.cookie("none", in: headers) == nil)
    #expect(CloudSignIn.cookie("token", in: ["token=a\"b"]) == nil)
  }
}
