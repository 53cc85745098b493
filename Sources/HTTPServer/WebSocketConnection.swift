package import NIOCore

/// A message from the peer.
package enum WebSocketMessage: Hashable, Sendable {
  /// Valid UTF-8.
  case text(ByteBuffer)
  case binary(ByteBuffer)
  /// A message above the limit was skipped (`WebSocketOptions.Oversized.report`).
  case oversized
}

/// The code of a close frame (RFC 6455, section 7.4; 1013 in IANA's registry).
package struct WebSocketCloseCode: Hashable, Sendable {
  package let number: UInt16

  package init(_ number: UInt16) { self.number = number }

  package static let normal = WebSocketCloseCode(1000)
  package static let goingAway = WebSocketCloseCode(1001)
  package static let protocolError = WebSocketCloseCode(1002)
  package static let unsupportedData = WebSocketCloseCode(1003)
  package static let invalidData = WebSocketCloseCode(1007)
  package static let policyViolation = WebSocketCloseCode(1008)
  package static let tooBig = WebSocketCloseCode(1009)
  package static let internalError = WebSocketCloseCode(1011)
  package static let tryAgainLater = WebSocketCloseCode(1013)
}

/// A message framed once, for any number of receivers: they share its bytes.
package struct WebSocketPayload: Hashable, Sendable {
  let frame: ByteBuffer

  /// `text` must be valid UTF-8.
  package static func text(_ text: ByteBuffer) -> WebSocketPayload { WebSocketPayload(frame: text) }
  package static func text(_ text: String) -> WebSocketPayload { .text(ByteBuffer(string: text)) }
  package static func binary(_ bytes: ByteBuffer) -> WebSocketPayload { WebSocketPayload(frame: bytes) }
}

/// An open WebSocket. Any task may send; one reads.
package final class WebSocketConnection: Sendable {
  let core: any WebSocketCore

  init(core: any WebSocketCore) { self.core = core }

  package var remoteAddress: RemoteAddress { core.remoteAddress }

  /// Puts a message into the outbox; never waits.
  ///
  /// A message with a `key` may be lost: a newer one with the same key takes its place while it waits, and when the
  /// outbox is full the oldest of these go first. One without a key is never dropped; when dropping does not make
  /// room the connection is closed with 1013. Nothing happens on a closed connection.
  package func send(_ payload: WebSocketPayload, replacing key: Int? = nil) { core.send(payload, replacing: key) }

  /// Waits until the outbox is empty; false when the connection has closed. For a burst of own making.
  @discardableResult
  package func drained() async -> Bool { await core.drained() }

  /// The next message; nil once the connection closes, or the task is cancelled.
  package func next() async -> WebSocketMessage? { await core.next() }

  /// Sends what waits in the outbox, then a close frame. The reason is cut to 123 bytes of UTF-8.
  package func close(_ code: WebSocketCloseCode, reason: String = "") { core.close(code, reason: reason) }
}

/// The handler behind a connection.
protocol WebSocketCore: Sendable {
  var remoteAddress: RemoteAddress { get }
  func send(_ payload: WebSocketPayload, replacing key: Int?)
  func drained() async -> Bool
  func next() async -> WebSocketMessage?
  func close(_ code: WebSocketCloseCode, reason: String)
}
