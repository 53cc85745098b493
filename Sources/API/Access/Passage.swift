import HTTPServer
import Model
import NIOCore
import NIOHTTP1
import Rules
import Wire

/// One request on its way in: what is known of it so far, and what its answer has to say of it.
struct Passage: Sendable {
  var request: HTTPRequest
  let policy: AccessPolicy
  let visit: Visit
  let match: RouteMatch<Operation>
  var format = ReplyFormat.bare
  var caller: Caller?
  /// It has been counted on somebody's bucket.
  private(set) var isCounted = false
  /// What the bucket says; nil where there is no limit.
  private(set) var verdict: RateVerdict?

  init(_ request: HTTPRequest, policy: AccessPolicy, router: Router<Operation>) {
    let visit = Visit(request, policy.forwarded)
    self.request = request
    self.request.remoteAddress = visit.remote
    self.request.host = visit.host
    self.policy = policy
    self.visit = visit
    match = router.match(request.method, path: request.target.segments)
  }

  var operation: Operation? {
    if case .found(let operation, _) = match { return operation }
    return nil
  }

  /// It can change nothing (RFC 9110, section 9.2.1).
  var isSafe: Bool {
    switch request.method {
    case .get, .head, .options: true
    case .post, .put, .patch, .delete, .unsupported: false
    }
  }

  /// The class that it counts in: the operation's, else the method's, for all that the API answers.
  private var rateClass: RateClass? {
    switch match {
    case .found(let operation, _): operation.rate
    case .methodNotAllowed, .notFound:
      request.target.segments.starts(with: Self.base) ? (isSafe ? .read : .write) : nil
    }
  }

  private static let base = ["api", "v1"]

  /// Counts it; the fault where that was one too many.
  mutating func count(by subject: RateSubject, on meter: RateMeter) -> Fault? {
    isCounted = true
    guard let rateClass, let verdict = meter.take(rateClass, by: subject) else { return nil }
    self.verdict = verdict
    guard !verdict.isAllowed else { return nil }
    return Fault(
      .rateLimited, "Too many requests: \(verdict.limit) a minute are allowed. Try again in \(verdict.retryAfter) s.",
      retryAfter: verdict.retryAfter)
  }

  /// Bytes of the longest body that may say that it is an emergency.
  private static let longestCry = 4096

  /// Whether it may not be refused for the limit (contract, section 4). Reads the body where that decides it.
  mutating func isEmergency() async throws(Fault) -> Bool {
    switch operation?.emergency {
    case nil, .some(.none): return false
    case .always: return true
    case .body(let isEmergency):
      guard request.hasMediaType("application/json"), (request.body.contentLength ?? 0) <= Self.longestCry,
        let bytes = try? await request.collectBody(limit: Self.longestCry)
      else { return false }
      request.body = RequestBody(ByteBuffer(bytes: bytes))
      let limits = JSONParser.Limits(bytes: Self.longestCry)
      guard let json = try? JSONParser.parse(bytes, limits: limits, tolerance: .exact) else { return false }
      return isEmergency(json)
    }
  }

  /// The bucket of whoever has shown who they are, else the address's own.
  static func subject(_ identity: AccessGate.Identity, of visit: Visit, for operation: Operation?) -> RateSubject {
    // What needs no authentication may be a guess at a password, which no key pays for.
    if operation?.access == .anyone { return .address(visit.remote.network) }
    guard case .known(let caller) = identity else { return .address(visit.remote.network) }
    return switch caller.kind {
    case .key(let id, _): .key(id)
    case .session(let id): .session(id)
    case .open, .nobody: .address(visit.remote.network)
    }
  }
}
