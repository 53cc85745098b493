import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// The least that HTTP over NIO can cost: one event loop, NIO's own codecs, one fixed JSON answer. Figures of the
/// service are read beside it.
@main
enum NIOBaseline {
  static func main() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let server = try await ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(FixedAnswer())
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    print(server.localAddress?.port ?? 0)
    fflush(nil)
    try await server.closeFuture.get()
  }
}

/// Answers every request with the same few bytes, as `/health` does.
final class FixedAnswer: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private static let body = "{\"status\":\"healthy\"}"

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .end = unwrapInboundIn(data) else { return }
    let headers: HTTPHeaders = ["Content-Type": "application/json", "Content-Length": "\(Self.body.utf8.count)"]
    context.write(wrapOutboundOut(.head(.init(version: .http1_1, status: .ok, headers: headers))), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: Self.body)))), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }
}
