import HTTPServer
import NIOCore
import NIOHTTP1
import Synchronization

/// A file of the program as an answer: packed where that pays, and unpacked for clients that do not take it so.
final class ServedFile: Sendable {
  private static let piece = 64 << 10
  /// From so many bytes on a file is packed.
  private static let packedFrom = 1024

  private enum Form {
    case plain(tag: String)
    case packed(PackedDocument)
  }

  private let file: StaticFile
  private let headers: [(String, String)]
  /// Made when somebody asks first, so that the start does not read every file.
  private let form = Mutex<Form?>(nil)

  /// - Parameter policy: the `Content-Security-Policy` of a page.
  init(_ file: StaticFile, policy: String?) {
    self.file = file
    headers = [("Cache-Control", "no-cache")] + (policy.map { [("Content-Security-Policy", $0)] } ?? [])
  }

  func reply(to request: HTTPRequest) -> HTTPReply {
    switch knownForm {
    case .packed(let document): return document.reply(to: request)
    case .plain(let tag):
      let fields = HTTPHeaders([("Content-Type", file.mediaType), ("ETag", tag)] + headers)
      return HTTPReply(status: 200, headers: fields, body: body)
    }
  }

  private var knownForm: Form {
    form.withLock { form in
      if let form { return form }
      let made = packed.map(Form.packed) ?? .plain(tag: "\"\(ContentTag(file.bytes.buffer).text)\"")
      form = made
      return made
    }
  }

  /// nil where packing does not pay, or there is no memory for it.
  private var packed: PackedDocument? {
    if file.isPacked {
      return PackedDocument(FixedBytes(ofProgram: file.bytes.buffer), mediaType: file.mediaType, headers: headers)
    }
    guard file.bytes.count >= Self.packedFrom else { return nil }
    return PackedDocument(packing: Array(file.bytes.buffer), mediaType: file.mediaType, headers: headers)
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
}
