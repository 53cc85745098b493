package import NIOCore
package import NIOHTTP1

/// The application's answer to one request.
///
/// The server adds what frames it (`Content-Length`, `Transfer-Encoding`, `Connection`) and `Date`; an answer
/// that sets one of these itself is overruled. To `HEAD`, and with 204 or 304, no body is sent.
package struct HTTPReply: Sendable {
  package var status: Int
  package var headers: HTTPHeaders
  package var body: Body

  package enum Body: Sendable {
    case none
    /// Sent with `Content-Length`, never chunked.
    case bytes(ByteBuffer)
    /// Written as it comes: with `Content-Length` when `length` is given (exactly so many bytes must follow, or the
    /// connection is closed), else chunked, or until the connection closes in HTTP/1.0. The closure is cancelled
    /// when the peer goes or the server stops; it is not called for `HEAD`.
    case stream(length: Int?, @Sendable (ResponseWriter) async throws -> Void)
    /// Pieces of a broadcast as they come, until the connection closes. Not begun for `HEAD`.
    case broadcast(BroadcastTicket)
    /// Completes the opening handshake (RFC 6455, section 4.2.2) and runs the closure; when it returns, the
    /// connection is closed with 1000. Where the request is no proper handshake the server answers 400 (or 426).
    /// `status` is not looked at; `headers` are added to the 101.
    case webSocket(WebSocketOptions, @Sendable (WebSocketConnection) async -> Void)
  }

  package init(status: Int, headers: HTTPHeaders = HTTPHeaders(), body: Body = .none) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}
