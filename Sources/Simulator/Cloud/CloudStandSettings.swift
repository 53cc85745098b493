package import Model
package import Wire

/// Who may sign in to the simulated cloud.
package struct CloudStandAccount: Sendable {
  package enum Demand: String, CaseIterable, Hashable, Sendable {
    case password
    /// A code that is sent to the account.
    case code
    /// The authenticator's code.
    case secondFactor = "tfa"
  }

  package var name: String
  package var password: Secret
  /// What is asked for after the password.
  package var demand: Demand
  /// The code that is sent, and that the authenticator shows.
  package var code: Secret
  package var userID = "1234567890"

  package init(
    name: String = "demo@example.com", password: Secret = Secret("simulator"), demand: Demand = .password,
    code: Secret = Secret("123456")
  ) {
    self.name = name
    self.password = password
    self.demand = demand
    self.code = code
  }
}

/// The forms in which the simulated cloud answers.
package enum CloudStandManner: String, CaseIterable, Hashable, Sendable {
  /// S2, to the letter.
  case reference
  /// What the real cloud does (protocol sheet, section 8).
  case observed
}

/// What goes wrong with a request.
package enum CloudStandFault: Hashable, Sendable {
  /// One of S2's numbers, in S2's error format.
  case code(Int)
  /// An HTTP status with a page instead of JSON.
  case page(Int)
  /// An error that only has a name, such as `ERR_BAD_REQUEST`.
  case name(String)
  /// 429 with Retry-After in seconds.
  case tooMany(Int)
  /// The door keeper's page for machines.
  case challenge
  /// The token ends at this request.
  case expiry
  /// A 401 that says nothing about the token.
  case passing401
  /// Nothing, until the other side has had enough.
  case silence
  /// Bytes that are no JSON.
  case garbage
  /// An answer of so many bytes.
  case long(Int)
  /// A redirect to itself.
  case loop
  /// A redirect elsewhere.
  case redirect(String)
  /// The connection ends in the middle.
  case cut
  /// The answer repeats the token and the body of the request.
  case echo
  /// The file arrives as another one.
  case otherChecksum
  /// This body instead.
  case body(String)
}

/// What the simulated cloud was asked, for tests to look at.
package struct CloudStandRequest: Sendable {
  package var method: String
  package var target: String
  /// Names in lower case.
  package var headers: [String: String]
  package var body: [UInt8]

  package var path: String { String(target.prefix { $0 != "?" }) }
  package var json: JSONValue? { try? JSONParser.parse(body, limits: .init(bytes: 1 << 20)) }

  /// A parameter of the query, as it is written.
  package func query(_ name: String) -> String? {
    guard let mark = target.firstIndex(of: "?") else { return nil }
    for part in target[target.index(after: mark)...].split(separator: "&") {
      guard let equals = part.firstIndex(of: "=") else { continue }
      if part[..<equals] == name[...] { return String(part[part.index(after: equals)...]) }
    }
    return nil
  }
}
