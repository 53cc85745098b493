package import Model

/// What the cloud answers to a sign-in (protocol sheet, 8.2).
package enum CloudSignIn: Hashable, Sendable {
  /// Signed in; seconds until the token ends.
  case token(Secret, lasts: Int)
  /// A code is to be sent by e-mail or message, and entered.
  case needsCode
  /// A code of the person's authenticator is needed, with this key.
  case needsSecondFactor(key: Secret)

  /// Seconds that a token lasts where the cloud does not say: 90 days.
  package static let standardLife = 7_776_000
  private static let longestToken = 8192

  package init(_ reply: CloudReply) throws(CloudProblem) {
    let data = reply.data
    for name in ["accessToken", "access_token", "token"] {
      guard let text = data[name]?.string, !text.isEmpty else { continue }
      self = .token(try Self.token(text), lasts: Self.life(data["expiresIn"] ?? data["expires_in"]))
      return
    }
    switch data["loginType"]?.string {
    case "verifyCode": self = .needsCode
    case "tfa":
      guard let key = data["tfaKey"]?.string, (1...Self.longestToken).contains(key.utf8.count) else {
        throw CloudProblem(.badResponse, "The answer asks for a second factor and has no key for it.")
      }
      self = .needsSecondFactor(key: Secret(key))
    default: throw CloudProblem(.badResponse, "The answer holds no token.")
    }
  }

  /// A token as it may stand in a header.
  package static func token(_ text: String) throws(CloudProblem) -> Secret {
    guard (1...longestToken).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw CloudProblem(.badResponse, "The token in the answer is none.")
    }
    return Secret(text)
  }

  private static func life(_ value: JSONValue?) -> Int {
    guard let seconds = value?.cloudInteger, seconds > 0 else { return standardLife }
    return min(seconds, 10 * 365 * 86_400)
  }

  /// The value of a cookie among `Set-Cookie` headers.
  package static func cookie(_ name: String, in headers: [String]) -> String? {
    for header in headers {
      let pair = header.prefix { $0 != ";" }
      guard let equals = pair.firstIndex(of: "="), pair[..<equals] == name[...] else { continue }
      let value = String(pair[pair.index(after: equals)...])
      let isPlain = value.utf8.allSatisfy { (0x21...0x7E).contains($0) && ![0x22, 0x2C, 0x3B, 0x5C].contains($0) }
      if !value.isEmpty, value.utf8.count <= longestToken, isPlain { return value }
    }
    return nil
  }
}

/// Who is signed in.
package struct CloudUser: Hashable, Sendable {
  package var id: String?
  package var name: String?

  package init(id: String? = nil, name: String? = nil) {
    self.id = id
    self.name = name
  }

  /// From `my/preference`.
  package init(_ reply: CloudReply) {
    id = reply.data["uid"]?.cloudID
    name = reply.data["name"]?.cloudText(100) ?? reply.data["handle"]?.cloudText(100)
  }

  /// Older tokens are JWTs that name their user as `u_…` (protocol sheet, 8.4); nil for others. The signature is not judged:
  /// the cloud itself gave the token.
  package static func id(inToken token: Secret) -> String? {
    let parts = token.exposed.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3 else { return nil }
    // RFC 4648, section 5.
    let plain = parts[1].utf8.map { $0 == 0x2D ? 0x2B : $0 == 0x5F ? 0x2F : $0 }
    guard let bytes = Base64.decode(plain),
      let payload = try? JSONParser.parse(bytes, limits: .init(bytes: 8192, depth: 16, values: 1000)),
      let name = payload["username"]?.cloudText(80), name.hasPrefix("u_")
    else { return nil }
    let id = String(name.dropFirst(2))
    return CloudID.fits(id) ? id : nil
  }
}
