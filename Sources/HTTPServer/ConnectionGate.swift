import NIOCore

/// Who hears of bytes as they arrive. Called on the event loop.
protocol GateOwner: AnyObject {
  func bytesArrived(_ count: Int)
}

/// The first handler of a connection: lets bytes through in slices and stops at once when it is told to.
///
/// The decoder turns whatever it is given into parts, pipelined requests included. A slice of 1 KiB at a time bounds
/// what can pile up behind a busy request; the rest stays here (at most one read of the socket) or in the kernel,
/// because a paused gate also asks for no more. Confined to the event loop.
final class ConnectionGate: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = IOData
  typealias OutboundOut = IOData

  private enum Mode {
    case open
    case paused
    /// What still comes is thrown away, up to so many bytes.
    case discarding(Int)
  }

  private static let headSlice = 1024
  private static let bodySlice = 8192
  private static let blankLine: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]

  weak var owner: (any GateOwner)?
  /// Bytes of the current body that are certainly still to come; they may pass in larger slices.
  var bodyRemaining = 0
  /// Facts about the request that is arriving, to tell one failure of the decoder from another.
  private(set) var sawRequestLine = false
  private(set) var beganWithLetter = false
  private(set) var hasBareLineFeed = false

  private var mode = Mode.open
  private var held = ByteBuffer()
  private var isFeeding = false
  private var readWanted = false
  private var inputClosed = false
  private var context: ChannelHandlerContext?
  private var sawFirstByte = false
  /// The next byte is certainly the first of a request.
  private var isAtStart = true
  private var endedWithBlankLine = false
  private var foreignMethod: String?

  var isPaused: Bool { if case .paused = mode { true } else { false } }

  /// Sends bytes that need no encoding.
  func write(_ bytes: ByteBuffer) { context?.writeAndFlush(wrapOutboundOut(.byteBuffer(bytes)), promise: nil) }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }
  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func pause() {
    if case .open = mode { mode = .paused }
  }

  func resume() {
    guard case .paused = mode, let context else { return }
    mode = .open
    guard !isFeeding else { return }
    if held.readableBytes > 0 {
      feed(context)
      context.fireChannelReadComplete()
    }
    passInputClosed(context)
    if case .open = mode, readWanted {
      readWanted = false
      context.read()
    }
  }

  /// From here on nothing is let through.
  func discard(limit: Int) {
    mode = .discarding(limit)
    held = ByteBuffer()
    guard let context else { return }
    passInputClosed(context)
    guard readWanted else { return }
    readWanted = false
    context.read()
  }

  /// The connection rests between two requests. Whether the decoder holds bytes of the next one shows in the last that
  /// it was given: no part of a head ends with an empty line.
  func rest() { isAtStart = endedWithBlankLine }

  /// The decoder has told a head; its method where that is one which the decoder would have refused.
  func requestBegan() -> String? {
    defer { foreignMethod = nil }
    isAtStart = false
    return foreignMethod
  }

  /// The request is complete: the next byte begins another one.
  func messageEnded() {
    bodyRemaining = 0
    sawFirstByte = false
    sawRequestLine = false
    beganWithLetter = false
    hasBareLineFeed = false
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    if case .discarding(let left) = mode {
      mode = .discarding(left - bytes.readableBytes)
      // Whoever keeps on sending after a refusal is not waiting for the answer.
      if left < bytes.readableBytes { context.close(promise: nil) }
      return
    }
    if held.readableBytes == 0 { held = bytes } else { held.writeBuffer(&bytes) }
    if !isFeeding { feed(context) }
  }

  func read(context: ChannelHandlerContext) {
    if case .paused = mode { readWanted = true } else { context.read() }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case ChannelEvent.inputClosed = event else {
      context.fireUserInboundEventTriggered(event)
      return
    }
    inputClosed = true
    passInputClosed(context)
  }

  /// The end of the input must not overtake the bytes before it.
  private func passInputClosed(_ context: ChannelHandlerContext) {
    guard inputClosed, held.readableBytes == 0, !isPaused else { return }
    inputClosed = false
    context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
  }

  private func feed(_ context: ChannelHandlerContext) {
    isFeeding = true
    defer { isFeeding = false }
    while case .open = mode, held.readableBytes > 0 {
      let size = min(held.readableBytes, max(Self.headSlice, min(Self.bodySlice, bodyRemaining)))
      guard var slice = held.readSlice(length: size) else { return }
      if isAtStart { foreignMethod = ForeignMethod.replaced(in: &slice) }
      isAtStart = false
      endedWithBlankLine = slice.readableBytesView.suffix(4).elementsEqual(Self.blankLine)
      owner?.bytesArrived(size)
      note(slice)
      context.fireChannelRead(wrapInboundOut(slice))
    }
    // A drained buffer would keep its read's storage alive on an idle connection.
    if held.readableBytes == 0 { held = ByteBuffer() }
  }

  private func note(_ slice: ByteBuffer) {
    guard !sawRequestLine else { return }
    let view = slice.readableBytesView
    if !sawFirstByte, let first = view.first {
      sawFirstByte = true
      beganWithLetter = (0x41...0x5A).contains(first)
    }
    guard let end = view.firstIndex(of: 0x0A) else { return }
    sawRequestLine = true
    hasBareLineFeed = end > view.startIndex && view[view.index(before: end)] != 0x0D
  }
}
