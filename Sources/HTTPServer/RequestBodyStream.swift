import NIOCore

/// A body that is still arriving.
final class RequestBodyStream: Sendable {
  let contentLength: Int?

  init(contentLength: Int?) { self.contentLength = contentLength }

  func next() async throws(RequestBodyError) -> ByteBuffer? { nil }
}
