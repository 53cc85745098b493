package import Model
package import Rules
import Synchronization
import Wire

/// Asks the maker's cloud: paths and forms of the protocol sheet, section 8, whose answers may also have S2's form.
///
/// Every failure is a `CloudProblem`, from which what was secret in the request is taken out. Requests keep to the limits that
/// S2 expects, and stay away for as long as the cloud says.
package final class CloudClient: Sendable {
  /// Who asks, and where.
  package struct Access: Hashable, Sendable {
    package var base: CloudBase
    package var token: Secret

    package init(base: CloudBase, token: Secret) {
      self.base = base
      self.token = token
    }
  }

  /// One request.
  struct Order {
    var method = WebRequest.Method.get
    var address: WebAddress
    var token: Secret?
    var body: JSONValue?
    var headers: [(name: String, value: String)] = []
    var secretHeaders: [(name: String, value: Secret)] = []
    /// Texts of the request that nobody may see again.
    var secrets: [Secret] = []
    var limit = CloudReply.limit
    /// Beside the account, on which everything with a token counts.
    var subjects: [CloudBudget.Subject] = []
    var deadline = CloudClient.deadline

    init(_ method: WebRequest.Method = .get, _ address: WebAddress, token: Secret? = nil) {
      self.method = method
      self.address = address
      self.token = token
    }
  }

  /// For an ordinary request.
  static let deadline: Duration = .seconds(30)

  private let web: WebClient
  private let now: @Sendable () -> Timestamp
  private let budget = Mutex(CloudBudget())

  package init(web: WebClient, now: @escaping @Sendable () -> Timestamp) {
    self.web = web
    self.now = now
  }

  // MARK: One request

  func ask(_ order: Order) async throws(CloudProblem) -> CloudReply { try await askKeepingHeaders(order).reply }

  /// With the headers, whose names are in lower case.
  func askKeepingHeaders(
    _ order: Order
  ) async throws(CloudProblem) -> (reply: CloudReply, headers: [(name: String, value: String)]) {
    try take((order.token == nil ? [] : [.account]) + order.subjects)
    var request = WebRequest(order.method, order.address)
    if let token = order.token { request.authentication = .bearer(token) }
    request.headers = [("Accept", "application/json")] + order.headers
    request.secretHeaders = order.secretHeaders
    if let body = order.body {
      var json = JSONWriter()
      json.write(body)
      request.body = .json(json.bytes)
      request.bodyIsSecret = !order.secrets.isEmpty
    }
    request.bounds = WebBounds(deadline: order.deadline, bodyBytes: order.limit)
    let answer = try await perform(request)
    let headers = answer.headers.map { (name: $0.name, value: $0.value) }
    do throws(CloudProblem) {
      let reply = try CloudReply.read(
        status: answer.status, headers: headers, body: answer.body, isCut: answer.isCut, limit: order.limit)
      return (reply, headers)
    } catch {
      if error.status == 429, let seconds = error.retryAfter {
        budget.withLock { $0.block(seconds: seconds, now: now()) }
      }
      let secrets = order.secrets + order.secretHeaders.map(\.value) + (order.token.map { [$0] } ?? [])
      throw error.redacting(secrets)
    }
  }

  func perform(_ request: WebRequest) async throws(CloudProblem) -> WebAnswer {
    do throws(ReachError) {
      return try await web.perform(request)
    } catch {
      throw CloudProblem(error)
    }
  }

  /// Counts a request that this side allows.
  package func take(_ subjects: [CloudBudget.Subject]) throws(CloudProblem) {
    let now = now()
    let (block, wait) = budget.withLock { budget in (budget.block(at: now), budget.take(subjects, now: now)) }
    if let block { throw .pause(seconds: block) }
    if let wait { throw .budget(seconds: wait) }
  }

  /// Another cloud has limits of its own.
  package func forgetLimits() { budget.withLock { $0 = CloudBudget() } }

  static func path(_ base: WebAddress, _ path: String, _ query: [(String, String)] = []) -> WebAddress {
    let tail = query.map { "\(percentEncoded($0))=\(percentEncoded($1))" }.joined(separator: "&")
    return base.appending(path + (tail.isEmpty ? "" : "?" + tail))
  }
}

extension CloudProblem {
  /// Nothing is asked while the cloud wants to be left alone: else its door keeper shuts for longer.
  static func pause(seconds: Int) -> CloudProblem {
    CloudProblem(
      sentence: "The cloud has asked for a pause; try again in \(seconds) seconds.", status: 429, retryAfter: seconds)
  }

  /// Why no answer came at all.
  init(_ error: ReachError) {
    switch error {
    case .timeout: self = .timeout
    case .busy: self = .budget(seconds: 5)
    case .notAllowed: self.init(.invalidURL, error.description)
    case .cancelled: self.init(.canceled, error.description)
    case .unreadableFile: self.init(.canceled, error.description)
    case .tooManyRedirects: self.init(.tooManyRedirects, error.description)
    case .badRedirect, .secretWouldLeave, .headersTooLarge, .refusedLogin, .mailRefused:
      self.init(.badResponse, error.description)
    case .nameUnknown, .notConnected, .untrusted, .noEncryption, .broken, .noLibrary:
      self.init(.network, error.description)
    }
  }
}
