package import NIOHTTP1

/// The application behind the server.
package protocol HTTPResponder: Sendable {
  /// Answers one request. Runs in a task of its own, which is cancelled when the peer goes away.
  func respond(to request: HTTPRequest) async -> HTTPReply

  /// How a failure of the protocol is presented: with `failure.status`, a body of bytes or none.
  /// Called on the event loop: it must be quick and must not block. The server adds `Connection: close`.
  ///
  /// - Parameter head: the request's, where it could be read; its target may be what is wrong.
  func reply(to failure: HTTPFailure, of head: RefusedHead?) -> HTTPReply
}

/// What a request said before it was refused.
package struct RefusedHead: Sendable {
  package let method: RequestMethod
  /// The target as it was sent.
  package let target: String
  package let headers: HTTPHeaders
  package let remoteAddress: RemoteAddress

  package init(method: RequestMethod, target: String, headers: HTTPHeaders, remoteAddress: RemoteAddress) {
    self.method = method
    self.target = target
    self.headers = headers
    self.remoteAddress = remoteAddress
  }
}

/// What the server refuses before, or instead of, the application.
package enum HTTPFailure: Error, Hashable, Sendable {
  /// Not HTTP, framed ambiguously, or with an unacceptable target or field: 400. The text says what, for people.
  case malformed(String)
  /// The request came too slowly: 408.
  case timeout
  /// The target is longer than the limit: 414.
  case targetTooLong
  /// An `Expect` that is not `100-continue`: 417.
  case expectationFailed
  /// The opening handshake asks for another version than 13 (RFC 6455, section 4.4): 426.
  case webSocketVersion
  /// The header block has too many bytes or fields: 431.
  case headersTooLarge
  /// The application's answer could not be sent: 500.
  case invalidReply
  /// A method or transfer coding that HTTP may know and the server does not: 501.
  case notImplemented(String)
  /// Every connection is taken by a request under way: 503 with `Retry-After`.
  case tooManyConnections
  /// The server is going down: 503 with `Retry-After`.
  case stopping
  /// Not HTTP/1.0 or HTTP/1.1: 505.
  case version

  package var status: Int {
    switch self {
    case .malformed: 400
    case .timeout: 408
    case .targetTooLong: 414
    case .expectationFailed: 417
    case .webSocketVersion: 426
    case .headersTooLarge: 431
    case .invalidReply: 500
    case .notImplemented: 501
    case .tooManyConnections, .stopping: 503
    case .version: 505
    }
  }

  /// What happened, as a sentence for people. Holds nothing of the request's own bytes.
  package var sentence: String {
    switch self {
    case .malformed(let what): "The request is malformed: \(what)."
    case .timeout: "The request took too long to arrive."
    case .targetTooLong: "The address of the request is too long."
    case .expectationFailed: "The only expectation that can be met is 100-continue."
    case .webSocketVersion: "Only version 13 of the WebSocket protocol is spoken here."
    case .headersTooLarge: "The header fields of the request are too large or too many."
    case .invalidReply: "The answer could not be sent."
    case .notImplemented(let what): "\(what) is not implemented."
    case .tooManyConnections: "Too many connections are open; try again in a moment."
    case .stopping: "The service is stopping; try again in a moment."
    case .version: "Only HTTP/1.1 and HTTP/1.0 are spoken here."
    }
  }
}
