import NIOCore
import NIOHTTP1

extension HTTPConnection {
  /// Presents a failure and closes. When an answer has begun already there is nothing left but to break it off.
  ///
  /// - Parameter head: of the request where it got no further than that.
  func refuse(_ failure: HTTPFailure, of head: HTTPRequestHead? = nil) {
    guard let context else { return }
    switch phase {
    case .finishing, .lingering, .over: return
    case .fresh, .idle, .head, .busy: break
    }
    guard exchange?.isAnswered != true else {
      abort()
      return
    }
    let head = head ?? exchange?.head
    let isHead = head?.method == .HEAD
    cancelExchange()
    let refused = head.map { head in
      RefusedHead(
        method: RequestMethod(head.method), target: head.uri, headers: head.headers, remoteAddress: remote)
    }
    let reply = server.responder.reply(to: failure, of: refused)
    let fields = ReplyFields(HTTPReply(status: failure.status, headers: reply.headers, body: reply.body))
    var headers = fields?.headers ?? HTTPHeaders()
    if let fields {
      fields.frame(&headers, isHead: isHead, minorVersion: 0)
    } else {
      headers.add(name: "Content-Length", value: "0")
    }
    if failure == .webSocketVersion {
      // RFC 6455, section 4.4; RFC 9110, section 15.5.22.
      headers.add(name: "Sec-WebSocket-Version", value: "13")
      headers.add(name: "Upgrade", value: "websocket")
    }
    writeHead(status: failure.status, headers: headers, closes: true, to: context)
    if !isHead, fields != nil, case .bytes(let bytes) = reply.body {
      watch.enqueued += bytes.readableBytes
      context.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil)
    }
    context.write(wrapOutboundOut(.end(nil)), promise: nil)
    linger()
  }

  /// Closes our side once everything is out, and gives the peer time to read it: closing at once with input unread
  /// would reset the connection and take the answer away.
  func linger() {
    guard let context, phase != .finishing, phase != .lingering, phase != .over else { return }
    enter(.finishing)
    cancelExchange()
    gate.discard(limit: server.limits.lingerBytes)
    let isOut = context.eventLoop.makePromise(of: Void.self)
    isOut.futureResult.assumeIsolated().whenComplete { [weak self] result in
      guard let self, self.phase == .finishing else { return }
      guard case .success = result, !self.peerFinished, !self.isTurnedAway else {
        self.abort()
        return
      }
      self.enter(.lingering)
      self.context?.close(mode: .output, promise: nil)
    }
    context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer()))), promise: isOut)
  }

  /// The peer sends no more. It may still want the answer to what it has sent, unless that answer has no end.
  func peerHasFinished() {
    peerFinished = true
    switch phase {
    case .busy:
      if exchange?.isEndlessStream == true { abort() }
    case .finishing, .over:
      break
    case .fresh, .idle, .head, .lingering:
      abort()
    }
  }

  func abort() {
    guard let context else {
      over()
      return
    }
    over()
    context.close(promise: nil)
  }

  func stop() {
    switch phase {
    case .fresh, .idle, .head, .lingering:
      abort()
    case .busy:
      // What has an end may reach it; `mustClose` ends the connection with it.
      exchange?.closesAfter = true
      if exchange?.isEndlessStream == true { abort() }
    case .finishing, .over:
      break
    }
  }
}
