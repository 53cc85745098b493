import NIOCore
import NIOHTTP1

/// One HTTP connection: requests in, one at a time, to the application; its answers out, in order.
///
/// Confined to its event loop; tasks reach it through `NIOLoopBound`. This file receives, `HTTPConnection+Reply` and
/// `HTTPConnection+Stream` answer, `HTTPConnection+Closing` ends.
final class HTTPConnection: ChannelInboundHandler, RemovableChannelHandler, GateOwner, ServedConnection {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  enum Phase: Equatable {
    /// Connected, and nothing came yet.
    case fresh
    /// Between two requests.
    case idle
    /// A request has begun, its header block is not complete.
    case head
    /// A request is under way.
    case busy
    /// The last answer is on its way out.
    case finishing
    /// The last answer is out; the peer may read it and must close.
    case lingering
    /// Gone, or handed to the WebSocket.
    case over
  }

  let server: ServerContext
  let remote: RemoteAddress
  let gate: ConnectionGate
  let decoder: ByteToMessageHandler<HTTPRequestDecoder>
  let encoder: HTTPResponseEncoder
  /// It came when there was no room; it gets a 503 and no time to read it.
  let isTurnedAway: Bool

  var context: ChannelHandlerContext?
  private(set) var phase = Phase.fresh
  private(set) var since: NIODeadline
  var deadline: NIODeadline
  var exchange: Exchange?
  var watch = WriteWatch()
  /// The peer has closed its side.
  var peerFinished = false
  private var nextID = 0
  /// Parts of requests behind the one under way. Bounded by the slices of the gate.
  private var waiting = CircularBuffer<HTTPServerRequestPart>(initialCapacity: 4)
  private var waitingFailure: HTTPFailure?
  private var awaitsWritable = false
  private var bodyWindowStart = NIODeadline.distantPast
  private var bodyWindowBytes = 0

  var network: String { remote.network }
  var isWebSocket: Bool { false }

  init(
    server: ServerContext, remote: RemoteAddress, gate: ConnectionGate,
    decoder: ByteToMessageHandler<HTTPRequestDecoder>, encoder: HTTPResponseEncoder, isTurnedAway: Bool
  ) {
    self.server = server
    self.remote = remote
    self.gate = gate
    self.decoder = decoder
    self.encoder = encoder
    self.isTurnedAway = isTurnedAway
    since = server.registry.now
    deadline = since + server.limits.headerTimeout
    gate.owner = self
  }

  var evictionRank: Int? {
    switch phase {
    case .lingering: 0
    case .idle: 1
    // By age: what has only just connected must not go before those that have been slow for long.
    case .fresh, .head: 2
    case .busy: isStalledUpload ? 3 : nil
    case .finishing, .over: nil
    }
  }

  /// The application waits for a body that hardly comes.
  private var isStalledUpload: Bool {
    guard let exchange, !exchange.inputEnded, !exchange.isAnswered, !gate.isPaused else { return false }
    return bodyWindowBytes < server.limits.bodyBytesPerTimeout
      && server.registry.now - bodyWindowStart >= server.limits.stalledAfter
  }

  func enter(_ phase: Phase) {
    self.phase = phase
    since = server.registry.now
    switch phase {
    case .fresh, .busy, .finishing, .over: deadline = .distantFuture
    case .idle: deadline = since + server.limits.idleTimeout
    case .head: deadline = since + server.limits.headerTimeout
    case .lingering: deadline = since + server.limits.lingerTimeout
    }
  }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelActive(context: ChannelHandlerContext) {
    context.fireChannelActive()
    if isTurnedAway { refuse(.tooManyConnections) }
  }

  func channelInactive(context: ChannelHandlerContext) {
    over()
    context.fireChannelInactive()
  }

  func bytesArrived(_ count: Int) {
    if phase == .idle || phase == .fresh { enter(.head) }
    bodyWindowBytes += count
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let part = unwrapInboundIn(data)
    switch phase {
    case .finishing, .lingering, .over:
      return
    case .fresh, .idle, .head, .busy:
      if let exchange, exchange.inputEnded { waiting.append(part) } else { take(part) }
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    dispatchIfPartial()
    context.fireChannelReadComplete()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let failure = HTTPFailure(decoderError: error, gate: gate) else {
      // Reset, timed out, or the like: there is nobody to tell.
      context.close(promise: nil)
      return
    }
    switch phase {
    case .finishing, .lingering, .over: return
    case .fresh, .idle, .head, .busy: break
    }
    if let exchange, exchange.inputEnded {
      waitingFailure = waitingFailure ?? failure
    } else {
      refuse(failure)
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case ChannelEvent.inputClosed = event { peerHasFinished() }
    context.fireUserInboundEventTriggered(event)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable {
      wakeWriter()
      if let seat = exchange?.seat { seat.room.becameWritable(seat) }
      if awaitsWritable {
        awaitsWritable = false
        proceed()
      }
    }
    context.fireChannelWritabilityChanged()
  }

  private func take(_ part: HTTPServerRequestPart) {
    switch part {
    case .head(let head): begin(head)
    case .body(let bytes): receive(bytes)
    case .end: endOfRequest()
    }
  }

  private func begin(_ head: HTTPRequestHead) {
    let checked: CheckedHead
    let foreignMethod = gate.requestBegan()
    do {
      checked = try CheckedHead(head, limits: server.limits, foreignMethod: foreignMethod)
    } catch {
      refuse(error, of: head)
      return
    }
    guard !server.isStopping else {
      refuse(.stopping, of: head)
      return
    }
    nextID += 1
    server.counters.request()
    exchange = Exchange(id: nextID, checked: checked, head: head)
    gate.bodyRemaining = exchange?.bodyRemaining ?? 0
    enter(.busy)
    bodyWindowStart = since
    bodyWindowBytes = 0
  }

  private func receive(_ bytes: ByteBuffer) {
    guard exchange != nil else { return }
    exchange?.bodyRemaining -= bytes.readableBytes
    gate.bodyRemaining = max(0, exchange?.bodyRemaining ?? 0)
    if exchange?.isDraining == true {
      exchange?.drained += bytes.readableBytes
      if let drained = exchange?.drained, drained > server.limits.drainBytes { linger() }
      return
    }
    if let body = exchange?.body {
      if !body.append(bytes) { gate.pause() }
    } else {
      var bytes = bytes
      exchange?.early.writeBuffer(&bytes)
      // Before the end of this read the application is asked with what is there.
      if let early = exchange?.early, early.readableBytes >= RequestBodyStream.highWater { dispatchIfPartial() }
    }
  }

  private func endOfRequest() {
    guard exchange != nil else { return }
    exchange?.inputEnded = true
    gate.messageEnded()
    gate.pause()
    if let body = exchange?.body { body.finish() }
    if exchange?.isDraining == true {
      proceed()
    } else if exchange?.isDispatched == false {
      dispatch()
    }
  }

  /// A request whose body is still under way when the read ends goes to the application with the rest to follow.
  private func dispatchIfPartial() {
    guard let exchange, !exchange.isDispatched, !exchange.inputEnded, let context else { return }
    let length: Int? = if case .known(let length) = exchange.checked.bodyLength { length } else { nil }
    self.exchange?.body = RequestBodyStream(
      contentLength: length, waiting: exchange.early, connection: self, exchange: exchange.id, on: context.eventLoop)
    self.exchange?.early = ByteBuffer()
    dispatch()
  }

  private func dispatch() {
    guard let exchange, let context else { return }
    let body = exchange.body.map(RequestBody.init(stream:)) ?? RequestBody(exchange.early)
    let checked = exchange.checked
    var request = HTTPRequest(
      method: checked.method, target: checked.target, host: checked.host, headers: exchange.head.headers,
      remoteAddress: remote, minorVersion: checked.minorVersion, isKeepAlive: checked.isKeepAlive, body: body)
    request.foreignMethod = checked.foreignMethod
    self.exchange?.isDispatched = true
    self.exchange?.early = ByteBuffer()
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    let eventLoop = context.eventLoop
    let responder = server.responder
    let id = exchange.id
    // Owned by this connection, which cancels it in `over`.
    self.exchange?.task = Task { [request] in
      let reply = await responder.respond(to: request)
      eventLoop.execute { connection.value.deliver(reply, for: id) }
    }
  }

  /// The application waits for more of the body.
  func bodyWanted(_ id: Int) {
    guard exchange?.id == id, exchange?.inputEnded == false else { return }
    if exchange?.owesContinue == true, exchange?.isAnswered == false, let context {
      exchange?.owesContinue = false
      let head = HTTPResponseHead(version: .http1_1, status: .continue)
      context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
    }
    gate.resume()
  }

  /// Goes on to the next request once the answer is out and the peer takes what it is sent.
  func proceed() {
    guard let context, phase == .busy else { return }
    guard context.channel.isWritable else {
      awaitsWritable = true
      return
    }
    exchange = nil
    enter(.idle)
    gate.rest()
    while phase == .idle || (phase == .busy && exchange?.inputEnded == false), let part = waiting.popFirst() {
      take(part)
    }
    switch phase {
    case .idle:
      if let failure = waitingFailure {
        refuse(failure)
      } else if server.isStopping {
        abort()
      } else {
        gate.resume()
        if peerFinished, phase == .idle { abort() }
      }
    case .busy:
      dispatchIfPartial()
      if exchange?.inputEnded == false { gate.resume() }
    case .fresh, .head, .finishing, .lingering, .over:
      break
    }
  }

  func tick(_ now: NIODeadline) {
    if now >= deadline {
      expire()
      return
    }
    guard phase == .busy || phase == .finishing, let context else { return }
    if watch.isStalled(context.channel, now: now, timeout: server.limits.writeTimeout) {
      abort()
      return
    }
    guard phase == .busy, let exchange, !exchange.inputEnded else { return }
    // The application's own slowness is not the peer's.
    let isTheirTurn = !gate.isPaused
    if !isTheirTurn || bodyWindowBytes >= server.limits.bodyBytesPerTimeout {
      bodyWindowStart = now
      bodyWindowBytes = 0
    } else if now - bodyWindowStart >= server.limits.bodyTimeout {
      refuse(.timeout)
    }
  }

  private func expire() {
    switch phase {
    case .head: refuse(.timeout)
    case .fresh, .idle, .busy, .finishing, .lingering, .over: abort()
    }
  }

  /// The channel is gone or no longer ours.
  func over() {
    guard phase != .over else { return }
    enter(.over)
    waiting.removeAll()
    cancelExchange()
    server.registry.remove(self)
  }

  /// Ends the application's part: its task, its reader, its writer.
  func cancelExchange() {
    leaveBroadcast()
    guard let exchange else { return }
    self.exchange = nil
    exchange.task?.cancel()
    exchange.body?.fail()
    for writer in exchange.streaming?.writers ?? [] { writer.resume(returning: .closed) }
  }
}
