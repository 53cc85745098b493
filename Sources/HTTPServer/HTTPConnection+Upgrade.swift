import NIOCore
import NIOHTTP1
import NIOWebSocket

extension HTTPConnection {
  /// Completes the opening handshake and hands the connection over to the WebSocket.
  func upgrade(
    _ exchange: Exchange, headers: HTTPHeaders, options: WebSocketOptions,
    accept: @escaping @Sendable (WebSocketConnection) async -> Void
  ) {
    guard let context else { return }
    guard !server.isStopping else {
      refuse(.stopping)
      return
    }
    if let failure = WebSocketHandshake.failure(exchange) {
      refuse(failure)
      return
    }
    let offered = headers.filter { !$0.name.equalsIgnoringCase("content-length") }.map { ($0.name, $0.value) }
    var extra = HTTPHeaders(offered)
    if let subprotocol = options.subprotocol { extra.replaceOrAdd(name: "Sec-WebSocket-Protocol", value: subprotocol) }
    let initial = extra
    let upgrader = NIOWebSocketServerUpgrader(
      shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture(initial) },
      upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() })
    // Completes in this call: nothing in it waits.
    upgrader.buildUpgradeResponse(
      channel: context.channel, upgradeRequest: exchange.head, initialResponseHeaders: HTTPHeaders()
    ).assumeIsolated().whenComplete { result in
      switch result {
      case .success(let headers): self.switchOver(context, headers, options, accept)
      case .failure: self.refuse(.malformed("it is no WebSocket handshake"))
      }
    }
  }

  private func switchOver(
    _ context: ChannelHandlerContext, _ headers: HTTPHeaders, _ options: WebSocketOptions,
    _ accept: @escaping @Sendable (WebSocketConnection) async -> Void
  ) {
    let head = HTTPResponseHead(version: .http1_1, status: .switchingProtocols, headers: headers)
    context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
    guard phase == .busy else { return }
    let pipeline = context.pipeline.syncOperations
    let socket = WebSocketHandler(server: server, remote: remote, gate: gate, options: options)
    gate.owner = nil
    gate.bodyRemaining = Int.max
    server.registry.replace(self, by: socket)
    // The task that answered ends by itself.
    exchange = nil
    enter(.over)
    do {
      try pipeline.addHandler(socket)
    } catch {
      socket.abort()
      context.close(promise: nil)
      return
    }
    // In this order: what the decoder still holds goes to whoever comes behind it.
    _ = pipeline.removeHandler(self)
    _ = pipeline.removeHandler(encoder)
    _ = pipeline.removeHandler(decoder)
    socket.run(accept)
    gate.resume()
  }
}

/// The server's side of the opening handshake (RFC 6455, section 4.2.1).
enum WebSocketHandshake {
  static func failure(_ exchange: Exchange) -> HTTPFailure? {
    let headers = exchange.head.headers
    guard exchange.checked.method == .get, exchange.checked.minorVersion == 1, exchange.inputEnded,
      exchange.checked.bodyLength == .known(0),
      headers["upgrade"].contains(where: { $0.listContains("websocket") }),
      headers["connection"].contains(where: { $0.listContains("upgrade") })
    else { return .malformed("it is no WebSocket handshake") }
    guard headers["sec-websocket-version"] == ["13"] else { return .webSocketVersion }
    let keys = headers["sec-websocket-key"]
    guard keys.count == 1, let key = keys.first, isKey(key) else { return .malformed("its WebSocket key is not valid") }
    return nil
  }

  /// Sixteen bytes in base64.
  private static func isKey(_ key: String) -> Bool {
    key.utf8.count == 24 && key.hasSuffix("==")
      && key.utf8.dropLast(2).allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "+"), UInt8(ascii: "/"): true
        default: false
        }
      }
  }
}
