import Logging
package import Model
import Reach
import Store
import Wire

/// What a person gives to sign in.
package enum CloudCredential: Sendable {
  case password(Secret)
  /// The code that was sent by e-mail or message.
  case code(Secret)
  /// The authenticator's code.
  case secondFactor(Secret)
}

extension CloudDesk {
  /// One step of a sign-in. Where the cloud wants a further code, the state says which.
  package func signIn(_ account: String, _ credential: CloudCredential) async throws -> CloudStanding {
    let number = session
    do throws(CloudProblem) {
      let base = try base()
      let outcome: CloudSignIn
      switch credential {
      case .password(let password):
        pending = nil
        outcome = try await client.signIn(account, password: password, at: base)
      case .code(let code): outcome = try await client.signIn(account, code: code, at: base)
      case .secondFactor(let code):
        guard let pending, pending.account == account, pending.base == base, let key = pending.key,
          now.seconds(since: pending.since) < Self.pendingSeconds
        else {
          throw CloudProblem(
            sentence: "No second factor of this account is asked for. Begin with the password.", status: 409)
        }
        outcome = try await client.signIn(secondFactor: code, key: key, at: base)
      }
      try await take(outcome, account: account, at: base, begun: number)
    } catch {
      throw Fault(error)
    }
    return try await standingNow()
  }

  private func take(
    _ outcome: CloudSignIn, account: String, at base: CloudBase, begun number: Int
  ) async throws(CloudProblem) {
    switch outcome {
    case .needsCode:
      try await client.sendCode(to: account, at: base)
      pending = Pending(account: account, base: base, key: nil, since: now)
    case .needsSecondFactor(let key):
      pending = Pending(account: account, base: base, key: key, since: now)
    case .token(let token, let lasts):
      var record = CloudAccountRecord(
        region: base.region.rawValue, base: base.text, account: account, signedInAt: now,
        expiresAt: now.adding(seconds: Double(lasts)))
      // Without it the token is good all the same.
      let user = try? await client.user(CloudClient.Access(base: base, token: token), within: .seconds(10))
      record.userID = user?.id ?? CloudUser.id(inToken: token)
      record.userName = user?.name
      // Somebody signed out, or changed the region, while the cloud thought.
      guard number == session, try self.base() == base else { throw CloudProblem(.canceled) }
      do {
        try await take(record, token: token)
      } catch {
        surroundings.logger.error("the sign-in to the cloud could not be kept", metadata: ["error": "\(error)"])
        throw CloudProblem(.canceled, "The sign-in could not be kept on the disk.")
      }
    }
  }
}
