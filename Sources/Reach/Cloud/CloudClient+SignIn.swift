package import Model
package import Wire

/// Signing in (protocol sheet, 8.2). The password is sent once and kept nowhere.
extension CloudClient {
  private static let loginPath = "/v1/user-service/user/login"

  package func signIn(
    _ account: String, password: Secret, at base: CloudBase
  ) async throws(CloudProblem) -> CloudSignIn {
    var order = Order(.post, Self.path(base.api, Self.loginPath))
    order.body = ["account": .string(account), "password": .string(password.exposed), "apiError": ""]
    order.secrets = [password]
    do throws(CloudProblem) {
      return try CloudSignIn(try await ask(order))
    } catch {
      guard error.isRefusal else { throw error }
      throw error.told("The cloud does not take the account and password. Check both.")
    }
  }

  /// Has a code sent to the account: by e-mail, or by message where the account is a telephone number.
  package func sendCode(to account: String, at base: CloudBase) async throws(CloudProblem) {
    let isMail = account.contains("@")
    var order = Order(
      .post,
      isMail
        ? Self.path(base.api, "/v1/user-service/user/sendemail/code")
        : Self.path(base.web, "/api/v1/user-service/user/sendsmscode"))
    order.body = [isMail ? "email" : "phone": .string(account), "type": "codeLogin"]
    _ = try await ask(order)
  }

  package func signIn(_ account: String, code: Secret, at base: CloudBase) async throws(CloudProblem) -> CloudSignIn {
    var order = Order(.post, Self.path(base.api, Self.loginPath))
    order.body = ["account": .string(account), "code": .string(code.exposed)]
    order.secrets = [code]
    do throws(CloudProblem) {
      return try CloudSignIn(try await ask(order))
    } catch {
      switch error.code {
      case 1: throw error.told("The code has expired. Ask for a new one with the password.")
      case 2: throw error.told("The code is wrong. Enter the one that was sent last.")
      default: throw error
      }
    }
  }

  /// The second factor is checked where the web pages are: a cookie must be echoed in a header there.
  package func signIn(
    secondFactor code: Secret, key: Secret, at base: CloudBase
  ) async throws(CloudProblem) -> CloudSignIn {
    var order = Order(.post, Self.path(base.web, "/api/sign-in/tfa"))
    order.body = ["tfaKey": .string(key.exposed), "tfaCode": .string(code.exposed)]
    order.secrets = [code, key]
    if let mark = try await forgeryMark(at: base) {
      order.secretHeaders = [
        ("Cookie", Secret("bbl_csrf_token=\(mark.exposed)")), ("x-bbl-csrf-token", mark),
      ]
    }
    do throws(CloudProblem) {
      let (reply, headers) = try await askKeepingHeaders(order)
      let cookies = headers.filter { $0.name == "set-cookie" }.map(\.value)
      if let token = CloudSignIn.cookie("token", in: cookies) {
        return .token(try CloudSignIn.token(token), lasts: CloudSignIn.standardLife)
      }
      return try CloudSignIn(reply)
    } catch {
      guard error.isRefusal else { throw error }
      throw error.told("The code of the second factor is wrong. Enter the one that the authenticator shows now.")
    }
  }

  private func forgeryMark(at base: CloudBase) async throws(CloudProblem) -> Secret? {
    do throws(CloudProblem) {
      let (_, headers) = try await askKeepingHeaders(Order(.get, Self.path(base.web, "/api/csrf")))
      let cookies = headers.filter { $0.name == "set-cookie" }.map(\.value)
      return CloudSignIn.cookie("bbl_csrf_token", in: cookies).map { Secret($0) }
    } catch {
      // A server without that door has no need of the mark.
      if error.status == 404 || error.error == CloudClientError.badRequest.rawValue { return nil }
      throw error
    }
  }

  /// Who the token belongs to, which also says that it holds.
  package func user(_ access: Access, within deadline: Duration = CloudClient.deadline) async throws(CloudProblem)
    -> CloudUser
  {
    var order = Order(.get, Self.path(access.base.api, "/v1/design-user-service/my/preference"), token: access.token)
    order.deadline = deadline
    return CloudUser(try await ask(order))
  }
}

extension CloudProblem {
  /// How something wrong that a person entered is told: an answer below 500 that is no other of S2's codes.
  fileprivate var isRefusal: Bool {
    guard let answered, (200..<500).contains(answered), answered != 429, !endsSession else { return false }
    guard let known = code.flatMap(CloudCode.init(rawValue:)) else { return true }
    return known == .badRequest || known == .unauthorized
  }

  /// The state forbids it: something that a person entered is wrong.
  fileprivate func told(_ sentence: String) -> CloudProblem {
    var problem = self
    problem.sentence = sentence
    problem.status = 409
    return problem
  }
}
