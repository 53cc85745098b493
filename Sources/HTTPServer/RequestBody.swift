package import NIOCore

/// Why a body could not be read.
package enum RequestBodyError: Error, Hashable, Sendable {
  /// It is, or says that it will be, longer than the reader allows: 413.
  case tooLarge(limit: Int)
  /// The peer went away, stalled or broke the framing; no answer will reach it.
  case interrupted
}

/// The body of a request, read once, by one reader, with back-pressure: what is not read stays in the socket.
package struct RequestBody: Sendable {
  enum Source: Sendable {
    case buffered(ByteBuffer)
    case stream(RequestBodyStream)
  }

  let source: Source

  /// A request without a body.
  package static var empty: RequestBody { RequestBody(ByteBuffer()) }

  /// A body that is there already (short bodies come in one piece with their head; tests).
  package init(_ buffer: ByteBuffer) { source = .buffered(buffer) }

  init(stream: RequestBodyStream) { source = .stream(stream) }

  /// The announced length; nil for a chunked body.
  package var contentLength: Int? {
    switch source {
    case .buffered(let buffer): buffer.readableBytes
    case .stream(let stream): stream.contentLength
    }
  }

  /// Whether there certainly is no body.
  package var isEmpty: Bool { contentLength == 0 }

  /// The whole body, or `tooLarge` as soon as it is known to exceed `limit` bytes.
  package func collect(limit: Int) async throws(RequestBodyError) -> ByteBuffer {
    if let length = contentLength, length > limit { throw .tooLarge(limit: limit) }
    switch source {
    case .buffered(let buffer):
      return buffer
    case .stream(let stream):
      var whole = ByteBuffer()
      while var piece = try await stream.next() {
        guard whole.readableBytes + piece.readableBytes <= limit else { throw .tooLarge(limit: limit) }
        if whole.readableBytes == 0 { whole = piece } else { whole.writeBuffer(&piece) }
      }
      return whole
    }
  }

  /// The pieces in order, for bodies too long to hold. The server buffers at most 64 KiB ahead of the reader.
  package func pieces() -> Pieces { Pieces(source: source) }

  /// An asynchronous sequence of the body's pieces.
  package struct Pieces: AsyncSequence, AsyncIteratorProtocol {
    package typealias Element = ByteBuffer
    package typealias Failure = RequestBodyError
    private var buffered: ByteBuffer?
    private let stream: RequestBodyStream?

    init(source: Source) {
      switch source {
      case .buffered(let buffer):
        buffered = buffer.readableBytes > 0 ? buffer : nil
        stream = nil
      case .stream(let stream):
        buffered = nil
        self.stream = stream
      }
    }

    package func makeAsyncIterator() -> Pieces { self }

    package mutating func next() async throws(RequestBodyError) -> ByteBuffer? {
      if let stream { return try await stream.next() }
      defer { buffered = nil }
      return buffered
    }

    package mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(RequestBodyError) -> ByteBuffer? {
      if let stream { return try await stream.next() }
      defer { buffered = nil }
      return buffered
    }
  }
}
