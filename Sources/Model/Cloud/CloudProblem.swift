/// Why the cloud did not do what it was asked for: what a person is told, and beside it the cloud's own words.
package struct CloudProblem: Error, Hashable, Sendable {
  /// The cloud's number; nil where it gave none.
  package var code: Int?
  /// Its name: the cloud's, such as `TOKEN_INVALID`, or one of `CloudClientError`.
  package var error: String?
  /// The cloud's sentence, or ours where it has none.
  package var message: String
  /// The cloud's details as JSON.
  package var details: String?
  /// Our sentence: what happened and what to do.
  package var sentence: String
  /// The HTTP status with which it is told.
  package var status: Int
  /// Seconds after which trying again makes sense (429).
  package var retryAfter: Int?
  /// The token is of no use any more.
  package var endsSession = false
  /// The HTTP status of the cloud's answer; nil where none came.
  package var answered: Int?

  package init(
    code: Int? = nil, error: String? = nil, message: String? = nil, details: String? = nil, sentence: String,
    status: Int, retryAfter: Int? = nil
  ) {
    self.code = code
    self.error = error
    self.message = message ?? sentence
    self.details = details
    self.sentence = sentence
    self.status = status
    self.retryAfter = retryAfter
  }

  /// A number of S2's tables.
  package init(
    _ code: CloudCode, error: String? = nil, message: String? = nil, details: String? = nil, retryAfter: Int? = nil
  ) {
    self.init(
      code: code.rawValue, error: error, message: message, details: details, sentence: code.sentence,
      status: code.status, retryAfter: code == .tooManyRequests ? retryAfter ?? Self.patience : retryAfter)
    endsSession = code.endsSession
  }

  /// A failure that the client met itself.
  package init(_ error: CloudClientError, _ message: String? = nil, code: Int? = nil, details: String? = nil) {
    self.init(
      code: code, error: error.rawValue, message: message, details: details, sentence: error.sentence, status: 502)
  }

  /// Seconds to keep away from a cloud that does not say how long (protocol sheet, 8.1: minutes).
  package static let patience = 300

  /// Nobody is signed in.
  package static let notSignedIn = CloudProblem(
    sentence: "Nobody is signed in to the cloud. Sign in with POST /cloud/login.", status: 409)

  /// The time of the token is over, as it said itself when it was given.
  package static let expired = CloudProblem(.tokenExpired)

  package static let timeout = CloudProblem(sentence: "The cloud did not answer in time. Try again.", status: 504)

  /// Our own side keeps to the limits that S2 expects.
  package static func budget(seconds: Int) -> CloudProblem {
    CloudProblem(
      sentence: "More requests than the cloud takes; try again in \(seconds) seconds.", status: 429,
      retryAfter: seconds)
  }

  /// The cloud's door keeper takes us for a machine that it does not want just now (protocol sheet, 8.1).
  package static func blocked(seconds: Int) -> CloudProblem {
    CloudProblem(
      code: CloudCode.tooManyRequests.rawValue,
      sentence: "The cloud keeps requests of this network out for some minutes. Your password is not the reason.",
      status: 429, retryAfter: seconds)
  }

  /// Without these texts, whatever the cloud has repeated of them.
  package func redacting(_ secrets: [Secret]) -> CloudProblem {
    let secrets = secrets.map(\.exposed).filter { $0.utf8.count >= 4 }
    func holdsSecret(_ text: String?) -> Bool {
      guard let text else { return false }
      return secrets.contains { Self.contains(text, $0) }
    }
    var problem = self
    if holdsSecret(message) { problem.message = sentence }
    if holdsSecret(error) { problem.error = nil }
    if holdsSecret(details) { problem.details = nil }
    return problem
  }

  private static func contains(_ text: String, _ part: String) -> Bool {
    let text = Array(text.utf8)
    let part = Array(part.utf8)
    guard part.count <= text.count else { return false }
    return (0...text.count - part.count).contains { text[$0...].starts(with: part) }
  }
}

extension Fault {
  /// A problem of the cloud as the API tells it.
  package init(_ problem: CloudProblem) {
    self.init(.cloudError, problem.sentence, status: problem.status, retryAfter: problem.retryAfter)
    cloud = problem
  }
}
