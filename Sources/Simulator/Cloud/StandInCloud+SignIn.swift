import Model
import Synchronization
import Wire

/// Signing in at the simulated cloud (protocol sheet, 8.2).
extension StandInCloud {
  func signIn(_ request: CloudStandRequest) -> CloudStandReply {
    let account = account
    guard let json = request.json, let name = json["account"]?.string else {
      return complain("a sign-in without account")
    }
    let isObserved = manner == .observed
    if let code = json["code"]?.string {
      guard name == account.name, code == account.code.exposed, codesSent > 0 else {
        return .json(["code": 2, "error": "Incorrect code", "message": ""], status: 400)
      }
      return tokenReply()
    }
    guard json["password"]?.string == account.password.exposed, name == account.name else {
      return isObserved
        ? .json(["code": .null, "error": "Incorrect account or password", "message": ""], status: 400) : .code(401)
    }
    switch account.demand {
    case .password: return tokenReply()
    case .code: return whole(["accessToken": "", "loginType": "verifyCode", "tfaKey": ""])
    case .secondFactor:
      let key = Self.random("factor")
      state.withLock { _ = $0.factorKeys.insert(key) }
      return whole(["accessToken": "", "loginType": "tfa", "tfaKey": .string(key)])
    }
  }

  private func tokenReply() -> CloudStandReply {
    let token = newToken()
    return whole([
      "accessToken": .string(token), "refreshToken": .string(token), "expiresIn": .int(tokenLife), "loginType": "",
    ])
  }

  private func newToken() -> String {
    let token = Self.random("token")
    state.withLock { _ = $0.tokens.insert(token) }
    return token
  }

  static func random(_ word: String) -> String {
    "simulated-\(word)-" + String(UInt64.random(in: .min ... .max), radix: 36)
      + String(UInt64.random(in: .min ... .max), radix: 36)
  }

  func sendCode(_ request: CloudStandRequest, member: String) -> CloudStandReply {
    guard let json = request.json, json["type"]?.string == "codeLogin", json[member]?.string == account.name else {
      return complain("a code for nobody")
    }
    state.withLock { $0.codesSent += 1 }
    return whole([:])
  }

  /// The web pages' protection against forged requests: the cookie must come back as a header as well.
  func forgeryMark() -> CloudStandReply {
    let mark = Self.random("mark")
    state.withLock { _ = $0.forgeryMarks.insert(mark) }
    return .json([:], headers: [("Set-Cookie", "bbl_csrf_token=\(mark); Path=/; SameSite=Lax")])
  }

  func checkFactor(_ request: CloudStandRequest) -> CloudStandReply {
    let marks = state.withLock { $0.forgeryMarks }
    guard let mark = request.headers["x-bbl-csrf-token"], marks.contains(mark),
      request.headers["cookie"]?.contains("bbl_csrf_token=\(mark)") == true
    else { return .json(["error": "missing_header"], status: 403) }
    guard let json = request.json, let key = json["tfaKey"]?.string, state.withLock({ $0.factorKeys.contains(key) }),
      json["tfaCode"]?.string == account.code.exposed
    else { return .json(["error": "wrong code"], status: 400) }
    let token = newToken()
    return .json([:], headers: [("Set-Cookie", "token=\(token); Path=/; HttpOnly; Secure")])
  }
}
