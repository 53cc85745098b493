package import HTTPServer
import Model
import NIOHTTP1
import Rules

/// From where and by what name a request comes, after a trusted proxy has been heard.
package struct Visit: Sendable {
  package let remote: RemoteAddress
  /// What the request asks for; nil in HTTP/1.0 without a name.
  package let host: String?
  /// Over TLS, as far as a trusted proxy says.
  package let isSecure: Bool

  package init(remote: RemoteAddress, host: String?, isSecure: Bool) {
    self.remote = remote
    self.host = host
    self.isSecure = isSecure
  }

  init(_ request: HTTPRequest, _ rule: ForwardedRule) {
    guard !rule.isEmpty, let peer = IPAddress(request.remoteAddress.text),
      let found = rule.find(
        peer: peer, forwardedFor: request.headers["X-Forwarded-For"], host: request.headers["X-Forwarded-Host"],
        proto: request.headers["X-Forwarded-Proto"])
    else {
      self.init(remote: request.remoteAddress, host: request.host, isSecure: false)
      return
    }
    self.init(
      remote: RemoteAddress(text: found.client.description, network: found.client.network),
      host: found.host ?? request.host, isSecure: found.isSecure)
  }

  var scheme: String { isSecure ? "https" : "http" }
}
