import NIOCore

/// One WebSocket on its event loop: frames in and out, pings, the closing handshake.
final class WebSocketHandler: ChannelInboundHandler, ServedConnection {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private enum Phase {
    case open
    /// Our close frame is out; the peer's is due.
    case closeSent
    /// All is said; what still comes is thrown away until the peer closes.
    case failed
    case over
  }

  private let server: ServerContext
  private let remote: RemoteAddress
  private let gate: ConnectionGate
  private let options: WebSocketOptions
  private let mailbox: WebSocketMailbox
  private var receiver: WebSocketReceiver
  private var unread = ByteBuffer()
  private var context: ChannelHandlerContext?
  private var task: Task<Void, Never>?
  private var phase = Phase.open
  private var watch = WriteWatch()
  private var inboxIsFull = false
  private var lastHeard: NIODeadline
  private var nextPing: NIODeadline
  /// The first ping since something was heard.
  private var askedAt: NIODeadline?
  private var closeDeadline = NIODeadline.distantFuture
  let since: NIODeadline

  var network: String { remote.network }
  var isWebSocket: Bool { true }
  var evictionRank: Int? { nil }

  init(server: ServerContext, remote: RemoteAddress, gate: ConnectionGate, options: WebSocketOptions) {
    self.server = server
    self.remote = remote
    self.gate = gate
    self.options = options
    mailbox = WebSocketMailbox(options: options)
    receiver = WebSocketReceiver(options: options)
    since = server.registry.now
    lastHeard = since
    nextPing = since + options.pingInterval
  }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }
  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  /// Starts the application's task. It is owned by this handler, which cancels it when the connection is over.
  func run(_ accept: @escaping @Sendable (WebSocketConnection) async -> Void) {
    let handler = NIOLoopBound(self, eventLoop: server.eventLoop)
    let connection = WebSocketConnection(remoteAddress: remote, mailbox: mailbox, handler: handler)
    task = Task {
      await accept(connection)
      connection.close(.normal)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    over()
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    lastHeard = server.registry.now
    askedAt = nil
    guard phase == .open || phase == .closeSent else { return }
    if unread.readableBytes == 0 { unread = bytes } else { unread.writeBuffer(&bytes) }
    receive()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    // Half a WebSocket is none.
    if case ChannelEvent.inputClosed = event { abort() }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable { turn() }
    context.fireChannelWritabilityChanged()
  }

  private func receive() {
    do {
      while phase == .open || phase == .closeSent, !inboxIsFull, let event = try receiver.next(&unread) {
        handle(event)
      }
    } catch {
      fail(error.code, reason: error.reason)
    }
    if unread.readableBytes == 0 { unread = ByteBuffer() }
  }

  private func handle(_ event: WebSocketEvent) {
    switch event {
    case .message(let message):
      guard phase == .open, !mailbox.deliver(message) else { return }
      inboxIsFull = true
      gate.pause()
    case .ping(let payload):
      // A peer that pings and does not read gets no answers: they would pile up.
      guard phase == .open, context?.channel.isWritable == true else { return }
      write(.pong(payload), flush: true)
    case .pong:
      break
    case .close(let code):
      if phase == .open { write(.close(code, reason: ""), flush: false) }
      over()
      closeAfterFlush()
    }
  }

  /// The application has read.
  func inboxHasRoom() {
    guard inboxIsFull else { return }
    inboxIsFull = false
    lastHeard = server.registry.now
    receive()
    if !inboxIsFull, phase == .open || phase == .closeSent { gate.resume() }
  }

  /// Writes what waits, as far as the peer takes it.
  func turn() {
    mailbox.beginTurn()
    guard let context, phase == .open else { return }
    var hasWritten = false
    while context.channel.isWritable, phase == .open {
      switch mailbox.nextTurn() {
      case .frame(let frame):
        watch.enqueued += frame.readableBytes
        context.write(wrapOutboundOut(frame), promise: nil)
        hasWritten = true
      case .close(let code, let reason):
        startClosing(code, reason: reason)
        return
      case .nothing:
        if hasWritten { context.flush() }
        return
      }
    }
    if hasWritten { context.flush() }
  }

  /// The outbox is full of what must not be lost.
  func overflow() {
    mailbox.beginTurn()
    guard phase == .open else { return }
    startClosing(.tryAgainLater, reason: "too slow")
  }

  private func startClosing(_ code: WebSocketCloseCode, reason: String) {
    phase = .closeSent
    closeDeadline = .now() + options.closeTimeout
    write(.close(code, reason: reason), flush: true)
    mailbox.end()
    // A full inbox must not keep the peer's close frame out.
    inboxIsFull = false
    gate.resume()
  }

  /// The peer broke a rule: it is told, and nothing more is heard from it.
  private func fail(_ code: WebSocketCloseCode, reason: String) {
    guard phase == .open || phase == .closeSent else { return }
    if phase == .open { write(.close(code, reason: reason), flush: true) }
    phase = .failed
    closeDeadline = .now() + options.closeTimeout
    mailbox.end()
    task?.cancel()
    unread = ByteBuffer()
    gate.discard(limit: server.limits.lingerBytes)
    context?.close(mode: .output, promise: nil)
  }

  private func closeAfterFlush() {
    guard let context else { return }
    let isOut = context.eventLoop.makePromise(of: Void.self)
    let channel = context.channel
    isOut.futureResult.whenComplete { _ in channel.close(promise: nil) }
    context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: isOut)
  }

  private func write(_ payload: WebSocketPayload, flush: Bool) {
    guard let context else { return }
    watch.enqueued += payload.frame.readableBytes
    context.write(wrapOutboundOut(payload.frame), promise: nil)
    if flush { context.flush() }
  }

  func tick(_ now: NIODeadline) {
    guard phase != .over, let context else { return }
    if now >= closeDeadline || watch.isStalled(context.channel, now: now, timeout: server.limits.writeTimeout) {
      abort()
      return
    }
    guard phase == .open else { return }
    // While we do not read we cannot hear.
    if inboxIsFull {
      lastHeard = now
      askedAt = nil
    }
    // A peer that was never asked is not dead, however late this timer is.
    if let askedAt, now - lastHeard >= options.deadAfter, now - askedAt >= options.deadAfter - options.pingInterval {
      abort()
    } else if now >= nextPing {
      nextPing = now + options.pingInterval
      guard context.channel.isWritable else { return }
      askedAt = askedAt ?? now
      write(.ping, flush: true)
    }
  }

  func stop() {
    guard phase == .open else { return }
    startClosing(.goingAway, reason: "the service is stopping")
    task?.cancel()
  }

  func abort() {
    let context = context
    over()
    context?.close(promise: nil)
  }

  private func over() {
    guard phase != .over else { return }
    phase = .over
    mailbox.end()
    task?.cancel()
    task = nil
    server.registry.remove(self)
  }
}
