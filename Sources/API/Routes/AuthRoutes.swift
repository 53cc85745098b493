import HTTPServer
import Model
import Rules
package import Service
import Store

/// `/auth`: signing in with the board's password (contract, section 3).
package struct AuthRoutes: Sendable {
  private let passwords: PasswordKeeper
  private let sessions: SessionBook

  package init(passwords: PasswordKeeper, sessions: SessionBook) {
    self.passwords = passwords
    self.sessions = sessions
  }

  package var operations: [Operation] {
    [
      signIn, signOut,
      .change(
        .put, "/auth/password", id: "change_password", topic: .access, summary: "Change the password",
        details: "Ends all other sessions.", access: .session, rate: .write, takes: ChangePassword.self,
        errors: [.serviceUnavailable]
      ) { call, input in
        guard case .session(let id) = call.caller.kind else { throw Self.withoutSession }
        try await passwords.change(from: input.current, to: input.new, by: id, at: call.visit.remote.network)
        return IdentityView(caller: call.caller, isFirstPassword: false)
      },
      .get(
        "/auth/me", id: "get_identity", topic: .access, summary: "Who you are to the service",
        details: "Takes a key as well as a session.", access: .identity
      ) { call in IdentityView(caller: call.caller, isFirstPassword: try await passwords.isFirst) },
    ]
  }

  private var signIn: Operation {
    Operation(
      .post, "/auth/login", id: "log_in", topic: .access, summary: "Sign in",
      details: """
        Sets the cookie of a session, which lasts 30 days after its last use. Ten wrong passwords from one address within a \
        minute lock it for a minute.
        """, access: .anyone, rate: .write, body: BodyDeclaration(SignIn.self), answer: .value(IdentityView.self),
      errors: [.unauthorized, .rateLimited, .serviceUnavailable]
    ) { call in
      let input = try await call.body(as: SignIn.self)
      let begun = try await passwords.signIn(with: input.password, from: call.visit.remote.network)
      let view = IdentityView(caller: .session(begun.id), isFirstPassword: try await passwords.isFirst)
      return .value(
        view,
        headers: [
          ("Set-Cookie", Credentials.cookie(begun.token, isSecure: call.visit.isSecure)), ("Cache-Control", "no-store"),
        ])
    }
  }

  private var signOut: Operation {
    Operation(
      .post, "/auth/logout", id: "log_out", topic: .access, summary: "Sign out",
      details: "Ends the session and what it has open.", access: .session, rate: .write,
      answer: .value(SignedOutView.self)
    ) { call in
      guard case .session(let id) = call.caller.kind else { throw Self.withoutSession }
      try await sessions.end(id)
      return .value(
        SignedOutView(), headers: [("Set-Cookie", Credentials.clearedCookie(isSecure: call.visit.isSecure))])
    }
  }

  /// The gate lets nobody else in here.
  private static let withoutSession = Fault(.forbidden, "This is for a signed-in person.")
}
