import HTTPServer
import NIOCore
import NIOHTTP1
import Synchronization

/// A file of the program as an answer: whole, or 304 where the client has it already.
final class ServedFile: Sendable {
  private static let piece = 64 << 10

  private let file: StaticFile
  private let policy: String?
  /// Made when somebody asks first, so that the start does not read every file.
  private let tag = Mutex<String?>(nil)

  /// - Parameter policy: the `Content-Security-Policy` of a page.
  init(_ file: StaticFile, policy: String?) {
    self.file = file
    self.policy = policy
  }

  func reply(to request: HTTPRequest) -> HTTPReply {
    let tag = entityTag
    var headers = HTTPHeaders([("ETag", tag), ("Cache-Control", "no-cache")])
    if let policy { headers.add(name: "Content-Security-Policy", value: policy) }
    if Self.isKnown(tag, to: request) { return HTTPReply(status: 304, headers: headers) }
    headers.add(name: "Content-Type", value: file.mediaType)
    if file.isPacked { headers.add(name: "Content-Encoding", value: "gzip") }
    return HTTPReply(status: 200, headers: headers, body: body)
  }

  private var entityTag: String {
    tag.withLock { tag in
      if let tag { return tag }
      let made = "\"\(String(file.bytes.checksum, radix: 16))\""
      tag = made
      return made
    }
  }

  private var body: HTTPReply.Body {
    let bytes = file.bytes
    return .stream(length: bytes.count) { writer in
      var rest = bytes.buffer[...]
      while !rest.isEmpty {
        let part = rest.prefix(Self.piece)
        try await writer.write(ByteBuffer(bytes: part))
        rest = rest.dropFirst(part.count)
      }
    }
  }

  /// RFC 9110, section 13.1.2: any of the tags, compared weakly, or `*`.
  private static func isKnown(_ tag: String, to request: HTTPRequest) -> Bool {
    request.headers[canonicalForm: "If-None-Match"].contains { field in
      let known = field.hasPrefix("W/") ? field.dropFirst(2) : field[...]
      return known == "*" || known == tag
    }
  }
}
