import HTTPServer
import Logging
import NIOCore
import NIOHTTP1

/// Echoes every WebSocket message up to 16 MiB, for conformance suites, and answers any other request with a few bytes,
/// for measuring the bare server: `websocket-echo [PORT [CONNECTIONS]]`. Built only with LAYERBERRY_ECHO set.
struct EchoResponder: HTTPResponder {
  private static let json = ByteBuffer(string: #"{"status":"healthy","version":"0.0.0","mqtt":"connected"}"#)

  func respond(to request: HTTPRequest) async -> HTTPReply {
    guard request.headers.contains(name: "Upgrade") else {
      return HTTPReply(status: 200, headers: ["Content-Type": "application/json"], body: .bytes(Self.json))
    }
    var options = WebSocketOptions()
    options.maximumMessageBytes = 16 * 1024 * 1024
    options.outboxBytes = 64 * 1024 * 1024
    return HTTPReply(
      status: 101,
      body: .webSocket(options) { socket in
        while let message = await socket.next() {
          switch message {
          case .text(let text): socket.send(.text(text))
          case .binary(let bytes): socket.send(.binary(bytes))
          case .oversized: break
          }
        }
      })
  }

  func reply(to failure: HTTPFailure, of head: RefusedHead?) -> HTTPReply {
    HTTPReply(status: failure.status, body: .bytes(ByteBuffer(string: failure.sentence)))
  }
}

let port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 9001
var limits = HTTPLimits()
if let connections = CommandLine.arguments.dropFirst(2).first.flatMap({ Int($0) }) {
  limits.connections = connections
  limits.connectionsPerAddress = connections
  limits.headerTimeout = .seconds(60)
}
let server = HTTPServer(
  configuration: HTTPServerConfiguration(port: port, limits: limits), responder: EchoResponder(),
  logger: Logger(label: "echo"))
print(try await server.start())
while true { try await Task.sleep(for: .seconds(3600)) }
