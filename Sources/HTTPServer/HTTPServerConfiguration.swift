package import NIOCore

/// Where to listen, and what a client may take.
package struct HTTPServerConfiguration: Sendable {
  /// A numeric address or a name; nil listens on every address, IPv6 and IPv4.
  package var host: String?
  /// 0 takes any free port (tests).
  package var port: Int
  package var limits: HTTPLimits

  package init(host: String? = nil, port: Int, limits: HTTPLimits = HTTPLimits()) {
    self.host = host
    self.port = port
    self.limits = limits
  }
}

/// Bounds of one server. When connections run out, one that brings nothing is closed for the newcomer: the longest idle
/// first, then the one that has been longest without a whole header, then stalled uploads. When there is none of these, the newcomer gets a 503.
package struct HTTPLimits: Sendable {
  /// Connections at once.
  package var connections = 1024
  /// Connections at once from one address (IPv6: one /64). `HTTPServer.setConnectionsPerAddress` changes it later.
  package var connectionsPerAddress = 512
  /// Bytes of the header block.
  package var headerBytes = 16 * 1024
  /// Header fields, trailers included.
  package var headerFields = 100
  /// Bytes of the request target.
  package var targetBytes = 8 * 1024
  /// From the first byte (or the connection itself) to the end of the header block.
  package var headerTimeout: TimeAmount = .seconds(10)
  /// Within this time a body must bring `bodyBytesPerTimeout` bytes or its end.
  package var bodyTimeout: TimeAmount = .seconds(30)
  package var bodyBytesPerTimeout = 1024
  /// An upload that has brought less than that for so long may be given up for a newcomer.
  package var stalledAfter: TimeAmount = .seconds(1)
  /// Between two requests.
  package var idleTimeout: TimeAmount = .seconds(60)
  /// A peer that takes nothing of what it is sent for so long is cut off.
  package var writeTimeout: TimeAmount = .seconds(30)
  /// An unread rest of a body up to so many bytes is read and thrown away to keep the connection.
  package var drainBytes = 64 * 1024
  /// After a refusal the peer may take so long to read it, and may still send `lingerBytes`.
  package var lingerTimeout: TimeAmount = .seconds(2)
  package var lingerBytes = 32 * 1024 * 1024

  package init() {}
}

/// Bounds of one WebSocket connection.
package struct WebSocketOptions: Sendable {
  /// What happens to a message above `maximumMessageBytes`.
  package enum Oversized: Sendable {
    /// The connection is closed with 1009.
    case close
    /// It is skipped without being held, and reported as `WebSocketMessage.oversized`.
    case report
  }

  package var maximumMessageBytes = 64 * 1024
  package var oversized = Oversized.close
  /// The sub-protocol to confirm to the client, which must have offered it.
  package var subprotocol: String?
  /// Bytes, and messages, that wait for a slow client.
  package var outboxBytes = 256 * 1024
  package var outboxMessages = 512
  /// Received messages that wait for the application before reading pauses.
  package var inboxMessages = 16
  package var pingInterval: TimeAmount = .seconds(30)
  /// A peer from which nothing came for so long, in spite of pings, is dead.
  package var deadAfter: TimeAmount = .seconds(60)
  /// From our close frame to the peer's.
  package var closeTimeout: TimeAmount = .seconds(5)

  package init() {}
}
