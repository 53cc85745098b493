import NIOCore
import NIOHTTP1

extension HTTPConnection {
  func startStream(
    length: Int?, _ produce: @escaping @Sendable (ResponseWriter) async throws -> Void, exchange id: Int
  ) {
    guard let context else { return }
    exchange?.streaming = Exchange.Streaming(remaining: length)
    if peerFinished, length == nil {
      abort()
      return
    }
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    let eventLoop = context.eventLoop
    let writer = ResponseWriter(HTTPStreamSink(connection: connection, exchange: id))
    // Owned by this connection, which cancels it in `cancelExchange`.
    exchange?.task = Task {
      let isComplete: Bool
      do {
        try await produce(writer)
        isComplete = true
      } catch {
        isComplete = false
      }
      eventLoop.execute { connection.value.streamEnded(id, isComplete: isComplete) }
    }
  }

  /// Sends a piece and answers the writer at once, or parks it until there is room again.
  func streamWrite(
    _ buffer: ByteBuffer, _ writer: CheckedContinuation<ResponseWriteError?, Never>, exchange id: Int
  ) {
    guard let context, exchange?.id == id, exchange?.streaming != nil, phase == .busy else {
      writer.resume(returning: .closed)
      return
    }
    if let remaining = exchange?.streaming?.remaining {
      guard buffer.readableBytes <= remaining else {
        writer.resume(returning: .beyondLength)
        return
      }
      exchange?.streaming?.remaining = remaining - buffer.readableBytes
    }
    watch.enqueued += buffer.readableBytes
    context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
    // Writing may have found the connection broken.
    guard exchange?.id == id else {
      writer.resume(returning: .closed)
      return
    }
    if context.channel.isWritable {
      writer.resume(returning: nil)
    } else {
      exchange?.streaming?.writers.append(writer)
    }
  }

  /// The application's task was cancelled while it wrote: the answer cannot be completed any more.
  func streamCancelled(_ id: Int) {
    guard exchange?.id == id, exchange?.streaming != nil, phase == .busy else { return }
    abort()
  }

  /// Parks a writer until everything before it is with the kernel.
  func streamFlush(_ writer: CheckedContinuation<Bool, Never>, exchange id: Int) {
    guard let context, exchange?.id == id, exchange?.streaming != nil else {
      writer.resume(returning: false)
      return
    }
    let gone = context.eventLoop.makePromise(of: Void.self)
    gone.futureResult.whenComplete { result in
      if case .success = result { writer.resume(returning: true) } else { writer.resume(returning: false) }
    }
    context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer()))), promise: gone)
  }

  func wakeWriter() {
    guard let writers = exchange?.streaming?.writers, !writers.isEmpty else { return }
    exchange?.streaming?.writers = []
    for writer in writers { writer.resume(returning: nil) }
  }

  private func streamEnded(_ id: Int, isComplete: Bool) {
    guard let context, exchange?.id == id, phase == .busy else { return }
    // Anything but the proper end must not look like one to the client.
    guard isComplete, (exchange?.streaming?.remaining ?? 0) == 0 else {
      abort()
      return
    }
    exchange?.streaming = nil
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    finishExchange()
  }
}

/// The way from a task to the connection: one hop there and one back.
struct HTTPStreamSink: StreamSink {
  let connection: NIOLoopBound<HTTPConnection>
  let exchange: Int

  func write(_ buffer: ByteBuffer) async throws(ResponseWriteError) {
    let failure = await withTaskCancellationHandler {
      await withCheckedContinuation { writer in
        connection.eventLoop.execute { connection.value.streamWrite(buffer, writer, exchange: exchange) }
      }
    } onCancel: {
      cancelled()
    }
    if let failure { throw failure }
  }

  func flush() async throws(ResponseWriteError) {
    let isGone = await withTaskCancellationHandler {
      await withCheckedContinuation { writer in
        connection.eventLoop.execute { connection.value.streamFlush(writer, exchange: exchange) }
      }
    } onCancel: {
      cancelled()
    }
    guard isGone else { throw .closed }
  }

  /// A reader that takes nothing must not keep a stream open that its application has given up.
  private func cancelled() {
    connection.eventLoop.execute { connection.value.streamCancelled(exchange) }
  }
}
