import Logging
import NIOCore
import NIOHTTP1

extension HTTPConnection {
  /// The application's answer to the request under way. A late one, for a connection that is gone, is dropped.
  func deliver(_ reply: HTTPReply, for id: Int) {
    guard let exchange, exchange.id == id, !exchange.isAnswered, phase == .busy else { return }
    if case .webSocket(let options, let accept) = reply.body {
      upgrade(exchange, headers: reply.headers, options: options, accept: accept)
      return
    }
    guard let fields = ReplyFields(reply) else {
      server.logger.error("An answer with an invalid status or header field was not sent.")
      refuse(.invalidReply)
      return
    }
    answer(exchange, reply, fields)
  }

  private func answer(_ exchange: Exchange, _ reply: HTTPReply, _ fields: ReplyFields) {
    guard let context else { return }
    let isHead = exchange.checked.method == .head
    let closes = mustClose(after: exchange) || fields.closesByLength(exchange.checked.minorVersion)
    self.exchange?.isAnswered = true
    self.exchange?.closesAfter = closes
    var headers = fields.headers
    fields.frame(&headers, isHead: isHead, minorVersion: exchange.checked.minorVersion)
    writeHead(status: reply.status, headers: headers, closes: closes, to: context)

    if !isHead, fields.mayHaveBody {
      switch reply.body {
      case .bytes(let bytes):
        if bytes.readableBytes > 0 {
          watch.enqueued += bytes.readableBytes
          context.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil)
        }
      case .stream(let length, let produce):
        context.flush()
        startStream(length: length, produce, exchange: exchange.id)
        return
      case .broadcast(let ticket):
        context.flush()
        startBroadcast(ticket)
        return
      case .none, .webSocket:
        break
      }
    }
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    finishExchange()
  }

  func writeHead(status: Int, headers: HTTPHeaders, closes: Bool, to context: ChannelHandlerContext) {
    var headers = headers
    headers.add(name: "Date", value: server.date.current())
    if closes { headers.add(name: "Connection", value: "close") }
    let head = HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
  }

  /// The whole answer is with the channel.
  func finishExchange() {
    guard let exchange else { return }
    if exchange.closesAfter {
      linger()
    } else if exchange.inputEnded {
      proceed()
    } else {
      self.exchange?.isDraining = true
      exchange.body?.fail()
      gate.resume()
    }
  }

  private func mustClose(after exchange: Exchange) -> Bool {
    if !exchange.checked.isKeepAlive || exchange.checked.asksForUpgrade || peerFinished || server.isStopping {
      return true
    }
    guard !exchange.inputEnded else { return false }
    // The client may or may not send a body that nobody asked for: only closing is unambiguous.
    if exchange.owesContinue { return true }
    return exchange.bodyRemaining > server.limits.drainBytes
  }
}

/// The application's fields, checked, without those that are the server's own.
struct ReplyFields {
  var headers: HTTPHeaders
  let mayHaveBody: Bool
  private let length: Int?
  private let isStream: Bool
  private var isBroadcast = false

  /// Nil when a field could break out of its line, or the status is not a final one.
  init?(_ reply: HTTPReply) {
    guard (200...599).contains(reply.status) else { return nil }
    headers = reply.headers
    var hasOwn = false
    for (name, value) in reply.headers {
      guard Self.isToken(name), !value.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) else {
        return nil
      }
      hasOwn = hasOwn || Self.isServers(name)
    }
    if hasOwn {
      headers = HTTPHeaders(reply.headers.filter { !Self.isServers($0.name) }.map { ($0.name, $0.value) })
    }
    mayHaveBody = reply.status != 204 && reply.status != 304
    switch reply.body {
    case .none, .webSocket:
      length = 0
      isStream = false
    case .bytes(let bytes):
      length = bytes.readableBytes
      isStream = false
    case .stream(let announced, _):
      length = announced
      isStream = true
    case .broadcast:
      length = nil
      isStream = true
      isBroadcast = true
    }
  }

  /// HTTP/1.0 knows no chunks: the end of such an answer is the end of the connection. So it is with broadcasts.
  func closesByLength(_ minorVersion: Int) -> Bool { isStream && length == nil && (minorVersion == 0 || isBroadcast) }

  func frame(_ headers: inout HTTPHeaders, isHead: Bool, minorVersion: Int) {
    guard mayHaveBody, !isBroadcast else { return }
    if let length {
      headers.add(name: "Content-Length", value: String(length))
    } else if !isHead, minorVersion == 1 {
      headers.add(name: "Transfer-Encoding", value: "chunked")
    }
  }

  private static func isServers(_ name: String) -> Bool {
    switch name.utf8.count {
    case 4: name.equalsIgnoringCase("date")
    case 10: name.equalsIgnoringCase("connection")
    case 14: name.equalsIgnoringCase("content-length")
    case 17: name.equalsIgnoringCase("transfer-encoding")
    default: false
    }
  }

  private static func isToken(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
  }
}
