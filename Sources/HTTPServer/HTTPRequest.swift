package import NIOHTTP1

/// One request as the application sees it: the head is complete and has passed every check of the protocol.
package struct HTTPRequest: Sendable {
  package var method: RequestMethod
  /// What an unsupported method is called; nil for the others.
  package var foreignMethod: String?
  /// Path and query, decoded.
  package var target: RequestTarget
  /// The authority that the request names: of an absolute target, else the `Host` field; nil in HTTP/1.0 without one.
  package var host: String?
  /// Fields as they came. Look-ups ignore case: `headers.first(name:)`, `headers[name]` for all values.
  package var headers: HTTPHeaders
  package var remoteAddress: RemoteAddress
  /// `1` for HTTP/1.1, `0` for HTTP/1.0.
  package var minorVersion: Int
  /// Whether the connection stays open after the answer, as far as the client is concerned.
  package var isKeepAlive: Bool
  package var body: RequestBody

  package init(
    method: RequestMethod, target: RequestTarget, host: String? = nil, headers: HTTPHeaders = HTTPHeaders(),
    remoteAddress: RemoteAddress, minorVersion: Int = 1, isKeepAlive: Bool = true, body: RequestBody = .empty
  ) {
    self.method = method
    self.target = target
    self.host = host
    self.headers = headers
    self.remoteAddress = remoteAddress
    self.minorVersion = minorVersion
    self.isKeepAlive = isKeepAlive
    self.body = body
  }

  /// The method by its own name.
  package var methodName: String { foreignMethod ?? method.rawValue }
}
