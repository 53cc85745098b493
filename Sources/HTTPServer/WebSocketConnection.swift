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

/// An open WebSocket. Any task may send and close; one reads.
package final class WebSocketConnection: Sendable {
  package let remoteAddress: RemoteAddress
  private let mailbox: WebSocketMailbox
  private let handler: NIOLoopBound<WebSocketHandler>

  init(remoteAddress: RemoteAddress, mailbox: WebSocketMailbox, handler: NIOLoopBound<WebSocketHandler>) {
    self.remoteAddress = remoteAddress
    self.mailbox = mailbox
    self.handler = handler
  }

  /// Puts a message into the outbox; never waits.
  ///
  /// A message with a `key` may be lost: a newer one with the same key takes its place while it waits, and when the
  /// outbox is full the oldest of these go first. One without a key is never dropped; when dropping does not make
  /// room the connection is closed with 1013. Nothing happens on a closed connection.
  package func send(_ payload: WebSocketPayload, replacing key: Int? = nil) {
    follow(mailbox.send(payload.frame, key: key))
  }

  /// Waits until the outbox is empty; false when the connection has closed. For a burst of own making.
  @discardableResult
  package func drained() async -> Bool {
    await withCheckedContinuation { mailbox.waitUntilDrained($0) }
  }

  /// The next message; nil once the connection closes, or the task is cancelled.
  package func next() async -> WebSocketMessage? {
    await withTaskCancellationHandler {
      await withCheckedContinuation { reader in
        if mailbox.read(reader) { handler.eventLoop.execute { self.handler.value.inboxHasRoom() } }
      }
    } onCancel: {
      mailbox.cancelReader()
    }
  }

  /// Sends what waits in the outbox, then a close frame. The reason is cut to 123 bytes of UTF-8.
  package func close(_ code: WebSocketCloseCode, reason: String = "") {
    follow(mailbox.close(code, reason: reason))
  }

  private func follow(_ sending: WebSocketMailbox.Sending) {
    switch sending {
    case .quiet: break
    case .turn: handler.eventLoop.execute { self.handler.value.turn() }
    case .overflow: handler.eventLoop.execute { self.handler.value.overflow() }
    }
  }
}
