import NIOCore
import NIOPosix
import Synchronization

/// A socket that says exactly what a test wants said, and hears everything that comes back.
final class RawClient: Sendable {
  private struct State {
    var bytes: [UInt8] = []
    var isClosed = false
    var waiter: (isEnough: @Sendable ([UInt8]) -> Bool, continuation: CheckedContinuation<Void, Never>)?
  }

  private final class Listener: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    let hear: @Sendable (ByteBuffer?) -> Void
    init(hear: @escaping @Sendable (ByteBuffer?) -> Void) { self.hear = hear }
    func channelRead(context: ChannelHandlerContext, data: NIOAny) { hear(unwrapInboundIn(data)) }
    func channelInactive(context: ChannelHandlerContext) { hear(nil) }
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      if case ChannelEvent.inputClosed = event { hear(nil) }
    }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
  }

  private let state = Mutex(State())
  private let channel: Locked<(any Channel)?> = Locked(nil)

  /// `reads` false makes a client that never takes anything off its socket.
  static func connect(_ port: Int, reads: Bool = true, receiveBuffer: Int? = nil) async throws -> RawClient {
    let client = RawClient()
    var bootstrap = ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .channelOption(.allowRemoteHalfClosure, value: true)
      .channelOption(.autoRead, value: reads)
    if let receiveBuffer {
      bootstrap = bootstrap.channelOption(
        .socketOption(.so_rcvbuf), value: ChannelOptions.Types.SocketOption.Value(receiveBuffer))
    }
    let channel = try await bootstrap.channelInitializer { channel in
      channel.eventLoop.makeCompletedFuture {
        try channel.pipeline.syncOperations.addHandler(Listener { client.heard($0) })
      }
    }.connect(host: "127.0.0.1", port: port).get()
    client.channel.value = channel
    return client
  }

  private func heard(_ bytes: ByteBuffer?) {
    let waiter: CheckedContinuation<Void, Never>? = state.withLock { state in
      if let bytes { state.bytes.append(contentsOf: bytes.readableBytesView) } else { state.isClosed = true }
      guard let waiter = state.waiter, state.isClosed || waiter.isEnough(state.bytes) else { return nil }
      state.waiter = nil
      return waiter.continuation
    }
    waiter?.resume()
  }

  func send(_ text: String) { send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) {
    channel.value?.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
  }

  /// Says that nothing more will come, and goes on listening.
  func finish() async { try? await channel.value?.close(mode: .output).get() }

  func close() async { try? await channel.value?.close().get() }

  func startReading() {
    channel.value?.setOption(.autoRead, value: true).whenComplete { _ in }
  }

  func stopReading() {
    channel.value?.setOption(.autoRead, value: false).whenComplete { _ in }
  }

  var isClosed: Bool { state.withLock { $0.isClosed } }

  /// Everything heard so far, once it is enough, the server has closed, or the deadline has passed.
  @discardableResult
  func bytes(within limit: TimeAmount = .seconds(5), until isEnough: @escaping @Sendable ([UInt8]) -> Bool) async
    -> [UInt8]
  {
    let deadline = channel.value?.eventLoop.scheduleTask(in: limit) { self.giveUp() }
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if state.isClosed || isEnough(state.bytes) { return true }
        state.waiter = (isEnough, continuation)
        return false
      }
      if isThere { continuation.resume() }
    }
    deadline?.cancel()
    return state.withLock { $0.bytes }
  }

  private func giveUp() {
    let waiter = state.withLock { $0.waiter.take() }
    waiter?.continuation.resume()
  }

  func text(within limit: TimeAmount = .seconds(5), until isEnough: @escaping @Sendable (String) -> Bool) async
    -> String
  {
    String(decoding: await bytes(within: limit) { isEnough(String(decoding: $0, as: UTF8.self)) }, as: UTF8.self)
  }

  /// Everything until the server closes.
  func textUntilClosed(within limit: TimeAmount = .seconds(5)) async -> String {
    await text(within: limit) { _ in false }
  }

  /// Forgets what was heard.
  func forget() { state.withLock { $0.bytes = [] } }
}

final class Locked<Value: Sendable>: Sendable {
  private let storage: Mutex<Value>
  init(_ value: Value) { storage = Mutex(value) }
  var value: Value {
    get { storage.withLock { $0 } }
    set { storage.withLock { $0 = newValue } }
  }
  func update(_ change: (inout Value) -> Void) { storage.withLock { change(&$0) } }
}
