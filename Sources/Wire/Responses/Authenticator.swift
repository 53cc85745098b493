package import Model

/// Answers challenges with one user's password: what goes into `Authorization`, and when to give up.
///
/// Wire knows no cryptography: MD5 is given to it.
package struct Authenticator: Sendable {
  /// The 16 bytes of MD5 over these.
  package typealias MD5 = @Sendable ([UInt8]) -> [UInt8]

  private let credentials: CameraCredentials?
  /// Basic shows the password to whoever listens: it is answered inside TLS only.
  private let isEncrypted: Bool
  private let md5: MD5
  private let clientNonce: String
  private var answered: AuthenticationChallenge?
  private var hasTriedStale = false
  private var count = 0

  /// - Parameter clientNonce: unguessable, letters and digits.
  package init(
    credentials: CameraCredentials?, isEncrypted: Bool, clientNonce: String, md5: @escaping MD5
  ) {
    self.credentials = credentials
    self.isEncrypted = isEncrypted
    self.clientNonce = clientNonce
    self.md5 = md5
  }

  /// Takes a 401's challenges; false when our answer was refused already, or there is none that we may give.
  package mutating func take(challenges fields: [String]) -> Bool {
    guard credentials != nil, let challenge = AuthenticationChallenge.strongest(in: fields) else { return false }
    switch challenge {
    case .basic:
      guard isEncrypted, answered == nil else { return false }
    case .digest(let digest):
      if answered != nil {
        guard digest.isStale, !hasTriedStale else { return false }
        hasTriedStale = true
      }
      count = 0
    }
    answered = challenge
    return true
  }

  /// A request was granted: a nonce may grow stale once more.
  package mutating func wasGranted() { hasTriedStale = false }

  /// The value for `Authorization`; nil while nobody has asked.
  package mutating func authorization(method: String, target: String) -> String? {
    guard let credentials, let answered else { return nil }
    switch answered {
    case .basic:
      return "Basic " + Base64.encode(Array("\(credentials.user):\(credentials.password.exposed)".utf8))
    case .digest(let challenge):
      count += 1
      return digest(challenge, credentials, method: method, target: target)
    }
  }

  private func digest(
    _ challenge: DigestChallenge, _ credentials: CameraCredentials, method: String, target: String
  ) -> String {
    let first = hash("\(credentials.user):\(challenge.realm):\(credentials.password.exposed)")
    let second = hash("\(method):\(target)")
    var fields = [
      "username=\"\(Self.escaped(credentials.user))\"", "realm=\"\(challenge.realm)\"", "nonce=\"\(challenge.nonce)\"",
      "uri=\"\(target)\"",
    ]
    if challenge.hasQualityOfProtection {
      let digits = String(count, radix: 16)
      let counter = String(repeating: "0", count: max(0, 8 - digits.utf8.count)) + digits
      fields.append(
        "response=\"\(hash("\(first):\(challenge.nonce):\(counter):\(clientNonce):auth:\(second)"))\"")
      fields.append("qop=auth, nc=\(counter), cnonce=\"\(clientNonce)\"")
    } else {
      fields.append("response=\"\(hash("\(first):\(challenge.nonce):\(second)"))\"")
    }
    if let opaque = challenge.opaque { fields.append("opaque=\"\(opaque)\"") }
    return "Digest " + fields.joined(separator: ", ")
  }

  private func hash(_ text: String) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var result: [UInt8] = []
    for byte in md5(Array(text.utf8)) {
      result.append(digits[Int(byte >> 4)])
      result.append(digits[Int(byte & 15)])
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
      if character == "\"" || character == "\\" { result.unicodeScalars.append("\\") }
      result.unicodeScalars.append(character)
    }
    return result
  }
}
