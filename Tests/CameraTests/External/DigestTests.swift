import COpenSSL
import Camera
import Loop
import Model
import TestKit
import Testing
import Wire

/// Digest as RFC 2617 says it, with `qop` and without.
@Suite struct DigestTests {
  static let md5: Authenticator.MD5 = { bytes in
    var digest = [UInt8](repeating: 0, count: 16)
    return EVP_Digest(bytes, bytes.count, &digest, nil, EVP_md5(), nil) == 1 ? digest : []
  }

  static func hex(_ text: String) -> String {
    md5(Array(text.utf8)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// The RFC's own example, section 3.5.
  static func authenticator(isEncrypted: Bool = false) -> Authenticator {
    Authenticator(
      credentials: CameraCredentials(user: "Mufasa", password: Secret("Circle Of Life")), isEncrypted: isEncrypted,
      clientNonce: "0a4f113b", md5: md5)
  }

  static let example = """
    Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", \
    opaque="5ccc069c403ebaf9f0171e9517f40e41"
    """

  /// The fields of an `Authorization`, quotes off.
  static func fields(_ header: String) -> [String: String] {
    var fields: [String: String] = [:]
    for part in header.drop(while: { $0 != " " }).split(separator: ",") {
      let pair = part.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
      if pair.count == 2 { fields[String(pair[0])] = String(pair[1].filter { $0 != "\"" }) }
    }
    return fields
  }

  @Test("The example of RFC 2617 gives its response")
  func example() throws {
    var authenticator = Self.authenticator()
    let early = authenticator.authorization(method: "GET", target: "/dir/index.html")
    let isTaken = authenticator.take(challenges: [Self.example])
    #expect(early == nil && isTaken)
    let answer = authenticator.authorization(method: "GET", target: "/dir/index.html")
    let header = try #require(answer)
    let fields = Self.fields(header)
    #expect(header.hasPrefix("Digest username=\"Mufasa\", realm=\"testrealm@host.com\", "))
    #expect(fields["response"] == "6629fae49393a05397450978507c4ef1")
    #expect(fields["qop"] == "auth" && fields["nc"] == "00000001" && fields["cnonce"] == "0a4f113b")
    #expect(fields["opaque"] == "5ccc069c403ebaf9f0171e9517f40e41" && fields["uri"] == "/dir/index.html")
    #expect(!header.contains("Circle"))
  }

  @Test("Each request with one nonce counts on, and a new nonce begins anew; a second stale one in a row is a refusal")
  func counter() throws {
    var authenticator = Self.authenticator()
    _ = authenticator.take(challenges: [Self.example])
    for count in 1...17 {
      let answer = authenticator.authorization(method: "GET", target: "/")
      let header = try #require(answer)
      let digits = String(count, radix: 16)
      #expect(Self.fields(header)["nc"] == String(repeating: "0", count: 8 - digits.count) + digits)
    }
    let stale = "Digest realm=\"testrealm@host.com\", qop=\"auth\", nonce=\"other\", stale=TRUE"
    #expect(takes(&authenticator, [stale]))
    let answer = authenticator.authorization(method: "GET", target: "/")
    let header = try #require(answer)
    #expect(Self.fields(header)["nc"] == "00000001" && Self.fields(header)["nonce"] == "other")
    #expect(!takes(&authenticator, [stale]))
  }

  @Test("Without qop there is neither counter nor client nonce")
  func withoutQuality() throws {
    var authenticator = Self.authenticator()
    #expect(takes(&authenticator, ["Digest realm=\"r\", nonce=\"n\""]))
    let answer = authenticator.authorization(method: "DESCRIBE", target: "rtsp://a/b")
    let header = try #require(answer)
    let fields = Self.fields(header)
    #expect(fields["nc"] == nil && fields["cnonce"] == nil && fields["qop"] == nil)
    let first = Self.hex("Mufasa:r:Circle Of Life")
    #expect(fields["response"] == Self.hex("\(first):n:\(Self.hex("DESCRIBE:rtsp://a/b"))"))
  }

  @Test("Digest goes before Basic, and Basic is answered inside TLS only")
  func basic() throws {
    var plain = Self.authenticator()
    #expect(takes(&plain, ["Basic realm=\"r\"", Self.example]))
    #expect(answer(&plain)?.hasPrefix("Digest ") == true)
    var open = Self.authenticator()
    #expect(!takes(&open, ["Basic realm=\"r\""]) && answer(&open) == nil)
    var secret = Self.authenticator(isEncrypted: true)
    #expect(takes(&secret, ["Basic realm=\"r\""]))
    #expect(answer(&secret) == "Basic TXVmYXNhOkNpcmNsZSBPZiBMaWZl")
    #expect(!takes(&secret, ["Basic realm=\"r\""]))
  }

  private func takes(_ authenticator: inout Authenticator, _ challenges: [String]) -> Bool {
    authenticator.take(challenges: challenges)
  }

  private func answer(_ authenticator: inout Authenticator) -> String? {
    authenticator.authorization(method: "GET", target: "/")
  }

  @Test("What asks for something else than MD5 or auth is not answered")
  func foreign() {
    for challenge in [
      "Digest realm=\"r\", nonce=\"n\", algorithm=SHA-512", "Digest realm=\"r\", nonce=\"n\", qop=\"auth-int\"",
      "Digest",
      "Negotiate", "",
    ] {
      var authenticator = Self.authenticator()
      #expect(!takes(&authenticator, [challenge]), "\(challenge)")
    }
  }

  /// A server that checks every request as RFC 2617, section 3.2.2, says, and that the counter goes up.
  @Test("A camera that checks qop=auth gives its pictures, request after request with one nonce")
  func checked() async throws {
    let server = try PlainServer { client in
      let line = client.request.split(separator: "\r\n").first { $0.hasPrefix("Authorization: Digest") }
      guard let line else {
        client.send("HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm=\"cam\", nonce=\"n1\", qop=\"auth\"\r\n\r\n")
        return
      }
      let fields = Self.fields(String(line.dropFirst(15)))
      let first = Self.hex("me:cam:hunter2")
      let second = Self.hex("GET:/s.jpg?a=1")
      let (count, nonce) = (fields["nc"] ?? "", fields["cnonce"] ?? "")
      guard fields["response"] == Self.hex("\(first):n1:\(count):\(nonce):auth:\(second)") else {
        client.send("HTTP/1.1 403 No\r\n\r\n")
        return
      }
      client.send("HTTP/1.0 200 OK\r\nContent-Type: image/jpeg\r\n\r\n")
      client.send(HTTPCameraTests.jpeg)
    }
    var timings = HTTPCameraSource.Timings()
    timings.snapshot = .milliseconds(20)
    try await HTTPCameraTests.look("http://me:hunter2@127.0.0.1:\(server.port)/s.jpg?a=1", timings: timings) {
      try await $0.sees(4)
    }
    let counts = server.requests.compactMap { request in
      request.split(separator: "\r\n").first { $0.hasPrefix("Authorization") }.flatMap { Self.fields(String($0))["nc"] }
    }
    #expect(counts.prefix(4) == ["00000001", "00000002", "00000003", "00000004"])
    #expect(server.requests.allSatisfy { !$0.contains("hunter2") })
  }
}
