package import Model

/// An answer of the cloud that was a success: the whole document, and what it is about.
///
/// Two envelopes are understood. S2's has the value below `data`, beside a `code` of 0. What the cloud does otherwise
/// (protocol sheet, 8.3) has the value's members beside `message`, with `code` null.
package struct CloudReply: Hashable, Sendable {
  package let root: JSONValue

  package init(root: JSONValue) { self.root = root }

  /// What is below `data` where that is there, else all of it.
  package var data: JSONValue {
    guard let data = root["data"], data != .null else { return root }
    return data
  }

  /// Bytes of an ordinary answer.
  package static let limit = 1 << 20

  /// What an HTTP answer says.
  ///
  /// - Parameters:
  ///   - headers: names in lower case.
  ///   - isCut: the body was longer than the bound of its request.
  package static func read(
    status: Int, headers: [(name: String, value: String)], body: [UInt8], isCut: Bool, limit: Int = limit
  ) throws(CloudProblem) -> CloudReply {
    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
    let wait = header("retry-after").flatMap(Int.init).map { min(max($0, 1), 86_400) }
    let text = try? JSONParser.parse(
      body, limits: .init(bytes: limit, depth: 32, values: max(10_000, limit / 16)), tolerance: .firmware)
    let isObject = text?.object != nil
    if header("cf-mitigated") != nil || (status == 503 && header("cf-ray") != nil && !isObject)
      || (!isObject && isChallenge(body))
    {
      throw .blocked(seconds: wait ?? CloudProblem.patience)
    }
    let root = text ?? .null
    let said = Said(root)
    guard (200..<300).contains(status), said.code == nil || said.code == 0, said.clientError == nil else {
      var problem = problem(status, said, wait: wait)
      problem.answered = status
      throw problem
    }
    guard !isCut else { throw CloudProblem(.badResponse, "The answer is longer than \(limit) bytes.") }
    guard body.isEmpty || isObject else { throw CloudProblem(.badResponse, "The answer is no JSON object.") }
    return CloudReply(root: isObject ? root : .object([:]))
  }

  /// Cloudflare's page for machines (protocol sheet, 8.1).
  private static func isChallenge(_ body: [UInt8]) -> Bool {
    let head = String(decoding: body.prefix(16_384), as: UTF8.self)
    return head.contains("Just a moment...") || head.contains("challenges.cloudflare.com")
  }

  private static func problem(_ status: Int, _ said: Said, wait: Int?) -> CloudProblem {
    if let error = said.clientError {
      return CloudProblem(error, said.message, code: said.code, details: said.details)
    }
    if status == 429 {
      return CloudProblem(
        .tooManyRequests, error: said.error, message: said.message, details: said.details, retryAfter: wait)
    }
    guard let code = said.code, code != 0 else {
      return CloudProblem(status < 500 ? .badRequest : .badResponse, said.message, details: said.details)
    }
    // The cloud's own word for a token that has ended (protocol sheet, 8.2).
    if status == 401, code == 4 || said.error?.lowercased().hasPrefix("please login") == true {
      var problem = CloudProblem(.tokenExpired, error: said.error, message: said.message, details: said.details)
      problem.code = code
      return problem
    }
    if let known = CloudCode(rawValue: code) {
      return CloudProblem(known, error: said.error, message: said.message, details: said.details, retryAfter: wait)
    }
    return CloudProblem(
      code: code, error: said.error, message: said.message, details: said.details,
      sentence: "The cloud refused the request with its code \(code).", status: 502)
  }

  /// The members of an error, cleaned: they are shown to people.
  private struct Said {
    var code: Int?
    var error: String?
    var message: String?
    var details: String?

    /// Bytes of details that are passed on.
    static let detailsLimit = 2048

    init(_ root: JSONValue) {
      code = root["code"]?.cloudInteger
      error = root["error"]?.cloudText(100)
      message = root["message"]?.cloudText(300)
      guard let given = root["details"], given != .null else { return }
      var json = JSONWriter()
      json.write(given)
      if json.bytes.count <= Self.detailsLimit { details = String(decoding: json.bytes, as: UTF8.self) }
    }

    var clientError: CloudClientError? { error.flatMap(CloudClientError.init(rawValue:)) }
  }
}
