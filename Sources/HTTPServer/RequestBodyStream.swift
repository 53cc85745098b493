import NIOCore

/// A body that is still arriving: the connection puts in, the application's task takes out.
///
/// Everything but `next` happens on the event loop. At most `highWater` bytes wait here; then the connection pauses.
final class RequestBodyStream: Sendable {
  private struct State {
    var waiting = ByteBuffer()
    var reader: CheckedContinuation<Result<ByteBuffer?, RequestBodyError>, Never>?
    var hasEnded = false
    var hasFailed = false
  }

  static let highWater = 64 * 1024

  let contentLength: Int?
  private let eventLoop: any EventLoop
  private let state: NIOLoopBoundBox<State>
  private let connection: NIOLoopBound<HTTPConnection>
  private let exchange: Int

  init(contentLength: Int?, waiting: ByteBuffer, connection: HTTPConnection, exchange: Int, on loop: any EventLoop) {
    self.contentLength = contentLength
    self.exchange = exchange
    eventLoop = loop
    self.connection = NIOLoopBound(connection, eventLoop: loop)
    state = NIOLoopBoundBox(State(waiting: waiting), eventLoop: loop)
  }

  /// The next piece; nil at the end. One reader at a time: another gets `interrupted`.
  func next() async throws(RequestBodyError) -> ByteBuffer? {
    let result = await withCheckedContinuation { reader in
      eventLoop.execute { self.take(reader) }
    }
    return try result.get()
  }

  private func take(_ reader: CheckedContinuation<Result<ByteBuffer?, RequestBodyError>, Never>) {
    guard state.value.reader == nil, !state.value.hasFailed else {
      reader.resume(returning: .failure(.interrupted))
      return
    }
    let piece = state.value.waiting
    if piece.readableBytes > 0 {
      state.value.waiting = ByteBuffer()
      reader.resume(returning: .success(piece))
    } else if state.value.hasEnded {
      reader.resume(returning: .success(nil))
      return
    } else {
      state.value.reader = reader
    }
    connection.value.bodyWanted(exchange)
  }

  /// Whether there is room for more.
  func append(_ piece: ByteBuffer) -> Bool {
    if let reader = state.value.reader {
      state.value.reader = nil
      reader.resume(returning: .success(piece))
    } else if state.value.waiting.readableBytes == 0 {
      state.value.waiting = piece
    } else {
      var piece = piece
      state.value.waiting.writeBuffer(&piece)
    }
    return state.value.waiting.readableBytes < Self.highWater
  }

  func finish() {
    state.value.hasEnded = true
    state.value.reader.take()?.resume(returning: .success(nil))
  }

  func fail() {
    guard !state.value.hasEnded else { return }
    state.value.hasFailed = true
    state.value.waiting = ByteBuffer()
    state.value.reader.take()?.resume(returning: .failure(.interrupted))
  }
}
