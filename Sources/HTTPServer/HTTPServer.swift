import Glibc
package import Logging
package import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// HTTP/1.1 and WebSocket on one event loop. Knows nothing of what it serves.
package final class HTTPServer: Sendable {
  private struct Running {
    var group: MultiThreadedEventLoopGroup
    var channel: any Channel
    var context: NIOLoopBound<ServerContext>
  }

  package let configuration: HTTPServerConfiguration
  private let responder: any HTTPResponder
  private let logger: Logger
  private let counters: HTTPServerCounters
  private let running = Mutex<Running?>(nil)

  package init(configuration: HTTPServerConfiguration, responder: any HTTPResponder, logger: Logger) {
    self.configuration = configuration
    self.responder = responder
    self.logger = logger
    counters = HTTPServerCounters(connectionsPerAddress: configuration.limits.connectionsPerAddress)
  }

  /// Listens; requests are answered from here on. Called once.
  package func start() async throws(HTTPServerFailure) -> [BoundAddress] {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    do {
      let eventLoop = group.any()
      let (limits, responder, counters, logger) = (configuration.limits, responder, counters, logger)
      let context = try await eventLoop.submit {
        NIOLoopBound(
          ServerContext(
            limits: limits, responder: responder, counters: counters, eventLoop: eventLoop, logger: logger),
          eventLoop: eventLoop)
      }.get()
      let channel = try await Self.listen(configuration, on: group, context)
      running.withLock { $0 = Running(group: group, channel: channel, context: context) }
      return [BoundAddress(channel.localAddress)].compactMap { $0 }
    } catch {
      try? await group.shutdownGracefully()
      throw HTTPServerFailure(error, configuration)
    }
  }

  /// Takes no more connections and requests, closes what is idle, WebSockets (1001) and endless streams, lets running
  /// requests finish for at most `gracePeriod`, then closes the rest. Returns when no connection is left.
  package func stop(gracePeriod: TimeAmount) async {
    guard let running = running.withLock({ $0.take() }) else { return }
    try? await running.channel.close()
    let context = running.context
    let ended = context.eventLoop.flatSubmit {
      let server = context.value
      server.isStopping = true
      let empty = server.registry.stop()
      context.eventLoop.scheduleTask(in: gracePeriod) { context.value.registry.abortAll() }
      return empty
    }
    try? await ended.get()
    try? await running.group.shutdownGracefully()
  }

  package var statistics: HTTPServerStatistics { counters.statistics }

  /// The limit from now on; connections that are open stay.
  package func setConnectionsPerAddress(_ count: Int) { counters.connectionsPerAddress = count }

  private static func listen(
    _ configuration: HTTPServerConfiguration, on group: MultiThreadedEventLoopGroup,
    _ context: NIOLoopBound<ServerContext>
  ) async throws -> any Channel {
    let bootstrap = bootstrap(group, context)
    if let host = configuration.host {
      return try await bootstrap.bind(host: host, port: configuration.port).get()
    }
    do {
      // NIO clears IPV6_V6ONLY: this one socket takes IPv4 as well.
      return try await bootstrap.bind(host: "::", port: configuration.port).get()
    } catch let error as IOError where error.errnoCode == EAFNOSUPPORT || error.errnoCode == EADDRNOTAVAIL {
      return try await bootstrap.bind(host: "0.0.0.0", port: configuration.port).get()
    }
  }

  private static func bootstrap(
    _ group: MultiThreadedEventLoopGroup, _ context: NIOLoopBound<ServerContext>
  ) -> ServerBootstrap {
    // Options of the listening socket that the kernel hands on to its connections. A short queue of unsent bytes
    // keeps streams current and lets a slow reader be noticed; a bounded receive queue bounds what has to be read
    // when a peer closes.
    let unsentLowWater = NIOBSDSocket.Option(rawValue: CInt(TCP_NOTSENT_LOWAT))
    return ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelOption(.socketOption(.so_rcvbuf), value: 128 * 1024)
      .serverChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .serverChannelOption(ChannelOptions.Types.SocketOption(level: .tcp, name: unsentLowWater), value: 128 * 1024)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelOption(.maxMessagesPerRead, value: 1)
      .childChannelOption(
        .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 512, initial: 2048, maximum: 16 * 1024)
      )
      .childChannelOption(
        .writeBufferWaterMark, value: ChannelOptions.Types.WriteBufferWaterMark(low: 32 * 1024, high: 64 * 1024)
      )
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try Self.open(channel, context.value) }
      }
  }

  private static func open(_ channel: any Channel, _ server: ServerContext) throws {
    let remote = RemoteAddress(channel.remoteAddress)
    let hasRoom = server.registry.makeRoom(for: remote.network)
    var limits = NIOHTTPDecoderLimitConfiguration()
    // The target counts like a field.
    limits.maxHeaderFieldSize = max(server.limits.headerBytes, server.limits.targetBytes)
    limits.maxHeaderListSize = server.limits.headerBytes + server.limits.targetBytes
    limits.maxHeaderFieldCount = server.limits.headerFields
    var encoding = HTTPResponseEncoder.Configuration()
    encoding.automaticallySetFramingHeaders = false
    let encoder = HTTPResponseEncoder(configuration: encoding)
    let decoder = ByteToMessageHandler(
      HTTPRequestDecoder(
        leftOverBytesStrategy: .forwardBytes, informationalResponseStrategy: .drop, limitConfiguration: limits))
    let gate = ConnectionGate()
    let connection = HTTPConnection(
      server: server, remote: remote, gate: gate, decoder: decoder, encoder: encoder, isTurnedAway: !hasRoom)
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandler(gate)
    try pipeline.addHandler(encoder)
    try pipeline.addHandler(decoder)
    try pipeline.addHandler(connection)
    if hasRoom { server.registry.add(connection) } else { server.counters.refusedConnection() }
  }
}
