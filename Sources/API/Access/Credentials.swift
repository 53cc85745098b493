import HTTPServer
import Model
import NIOHTTP1
import Store

/// What a request shows of who sends it (contract, section 3).
enum Credentials {
  /// The name of the session's cookie.
  static let cookie = "layerberry_session"

  /// The key in a header.
  static func headerKey(_ request: HTTPRequest) -> Secret? {
    if let key = request.headers.first(name: "X-API-Key") { return Secret(trimmed(key)) }
    guard let authorization = request.headers.first(name: "Authorization") else { return nil }
    let parts = authorization.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
    return Secret(trimmed(String(parts[1])))
  }

  /// The key in the query, where a browser can set no header.
  static func queryKey(_ request: HTTPRequest) -> Secret? {
    request.target.query.last { $0.name == "api_key" }.map { Secret($0.value) }
  }

  /// The session's cookie. Of several, which only another program on the same host can have set, the first counts.
  static func session(_ request: HTTPRequest) -> SessionToken? {
    for field in request.headers[cookieField] {
      for pair in field.split(separator: ";") {
        let parts = pair.split(separator: "=", maxSplits: 1)
        if parts.count == 2, trimmed(String(parts[0])) == cookie { return SessionToken(trimmed(String(parts[1]))) }
      }
    }
    return nil
  }

  private static let cookieField = "Cookie"

  /// Sets the cookie; the service itself judges how old it may get, so the browser keeps it for as long as browsers do.
  static func cookie(_ token: SessionToken, isSecure: Bool) -> String {
    "\(cookie)=\(token.secret.exposed)\(attributes(isSecure)); Max-Age=34560000"
  }

  static func clearedCookie(isSecure: Bool) -> String { "\(cookie)=\(attributes(isSecure)); Max-Age=0" }

  private static func attributes(_ isSecure: Bool) -> String {
    "; HttpOnly; SameSite=Strict; Path=/\(isSecure ? "; Secure" : "")"
  }
}
