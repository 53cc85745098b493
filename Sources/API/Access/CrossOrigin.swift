import HTTPServer
import NIOHTTP1
import Rules

/// What pages of other origins are told (CORS): only those of `api.cors_origins` get a grant (contract, section 3).
///
/// There is never `Access-Control-Allow-Credentials`: such a page brings a key, and no cookie of ours.
enum CrossOrigin {
  /// What a script may read besides the simple fields.
  private static let exposed = """
    ETag, Link, Location, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id, \
    X-Total-Count
    """
  private static let accepted = """
    Authorization, Content-Type, If-None-Match, Range, X-API-Key, X-Request-Id, X-Response-Format
    """

  static func mark(_ headers: inout HTTPHeaders, for request: HTTPRequest, _ rule: OriginRule) {
    guard !rule.granted.isEmpty else { return }
    headers.add(name: "Vary", value: "Origin")
    guard let origin = granted(request, rule) else { return }
    headers.add(name: "Access-Control-Allow-Origin", value: origin)
    headers.add(name: "Access-Control-Expose-Headers", value: exposed)
  }

  /// The answer to `OPTIONS`: what the path takes, and to whom else it is open.
  static func preflight(_ request: HTTPRequest, allowed: [String], _ rule: OriginRule) -> HTTPHeaders {
    let methods = allowed.joined(separator: ", ")
    var headers = HTTPHeaders([("Allow", methods)])
    guard granted(request, rule) != nil, request.headers.contains(name: "Access-Control-Request-Method") else {
      return headers
    }
    headers.add(name: "Access-Control-Allow-Methods", value: methods)
    headers.add(name: "Access-Control-Allow-Headers", value: accepted)
    headers.add(name: "Access-Control-Max-Age", value: "600")
    if request.headers.contains(name: "Access-Control-Request-Private-Network") {
      headers.add(name: "Access-Control-Allow-Private-Network", value: "true")
    }
    return headers
  }

  private static func granted(_ request: HTTPRequest, _ rule: OriginRule) -> String? {
    let origins = request.headers["Origin"]
    guard origins.count == 1, let origin = WebOrigin(origins[0]), rule.granted.contains(origin) else { return nil }
    return origins[0]
  }
}
