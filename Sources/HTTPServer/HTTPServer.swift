package import Logging
package import NIOCore

/// Why the server cannot listen.
package enum HTTPServerFailure: Error, Hashable, Sendable, CustomStringConvertible {
  case portInUse(Int)
  /// Ports below 1024 need a capability.
  case notPermitted(Int)
  /// The host is no address of this machine, or its name cannot be resolved.
  case badAddress(String)
  /// Anything else, with the system's error number.
  case system(errno: Int32)

  package var description: String {
    switch self {
    case .portInUse(let port): "port \(port) is taken by another program"
    case .notPermitted(let port): "port \(port) needs a permission that this process does not have"
    case .badAddress(let host): "\(host) is not an address of this machine"
    case .system(let number): "the system refused to listen (error \(number))"
    }
  }
}

/// Where the server listens.
package struct BoundAddress: Hashable, Sendable {
  package let host: String
  package let port: Int
}

/// Figures at one moment.
package struct HTTPServerStatistics: Hashable, Sendable {
  package var openConnections = 0
  package var webSockets = 0
  package var acceptedConnections = 0
  package var refusedConnections = 0
  package var requests = 0
}

/// HTTP/1.1 and WebSocket on one event loop.
package final class HTTPServer: Sendable {
  package let configuration: HTTPServerConfiguration
  private let responder: any HTTPResponder
  private let logger: Logger

  package init(configuration: HTTPServerConfiguration, responder: any HTTPResponder, logger: Logger) {
    self.configuration = configuration
    self.responder = responder
    self.logger = logger
  }

  /// Listens; requests are answered from here on.
  package func start() async throws(HTTPServerFailure) -> [BoundAddress] { throw .system(errno: 0) }

  /// Takes no more connections and requests, closes what is idle, WebSockets (1001) and endless streams, lets running
  /// requests finish for at most `gracePeriod`, then closes the rest.
  package func stop(gracePeriod: TimeAmount) async {}

  package var statistics: HTTPServerStatistics { HTTPServerStatistics() }

  package func setConnectionsPerAddress(_ count: Int) {}
}
