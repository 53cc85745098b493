import Glibc
import Model

/// What a request carries.
package enum WebBody: Sendable {
  case none
  case bytes([UInt8], type: String)
  /// A file from the disk as it is; it is opened when the request begins.
  case file(path: String, type: String)
  /// `multipart/form-data` (RFC 7578).
  case form([WebPart])

  package static func json(_ bytes: [UInt8]) -> WebBody { .bytes(bytes, type: "application/json") }

  /// `application/x-www-form-urlencoded`.
  package static func fields(_ fields: [(String, String)]) -> WebBody {
    let text = fields.map { "\(percentEncoded($0))=\(percentEncoded($1))" }.joined(separator: "&")
    return .bytes(Array(text.utf8), type: "application/x-www-form-urlencoded")
  }
}

/// One part of a form.
package struct WebPart: Sendable {
  package enum Content: Sendable {
    case bytes([UInt8])
    case file(path: String)
  }

  package var name: String
  package var fileName: String?
  /// Its media type; nil writes none.
  package var type: String?
  package var content: Content

  package init(_ name: String, _ text: String, type: String? = nil) {
    self.name = name
    self.type = type
    content = .bytes(Array(text.utf8))
  }

  package init(_ name: String, fileName: String, type: String, content: Content) {
    self.name = name
    self.fileName = fileName
    self.type = type
    self.content = content
  }
}

/// A body that is open: pieces of memory and of files, readable from any place, as a second attempt needs.
final class OpenBody {
  private enum Piece {
    case bytes([UInt8])
    case file(OutgoingFile)

    var count: Int64 {
      switch self {
      case .bytes(let bytes): Int64(bytes.count)
      case .file(let file): file.size
      }
    }
  }

  private var pieces: [(piece: Piece, start: Int64)] = []
  private(set) var size: Int64 = 0
  /// The media type; nil where there is no body.
  let type: String?
  private(set) var position: Int64 = 0

  init(_ body: WebBody) throws(ReachError) {
    switch body {
    case .none: type = nil
    case .bytes(let bytes, let type):
      self.type = type
      add(.bytes(bytes))
    case .file(let path, let type):
      self.type = type
      add(.file(try OutgoingFile(path)))
    case .form(let parts):
      let boundary = "layerberry-\(String(UInt64.random(in: .min ... .max), radix: 36))-\(parts.count)"
      type = "multipart/form-data; boundary=\(boundary)"
      for part in parts {
        add(.bytes(Array("--\(boundary)\r\n\(Self.header(part))\r\n".utf8)))
        switch part.content {
        case .bytes(let bytes): add(.bytes(bytes))
        case .file(let path): add(.file(try OutgoingFile(path)))
        }
        add(.bytes(Array("\r\n".utf8)))
      }
      add(.bytes(Array("--\(boundary)--\r\n".utf8)))
    }
  }

  private func add(_ piece: Piece) {
    pieces.append((piece, size))
    size += piece.count
  }

  private static func header(_ part: WebPart) -> String {
    var header = "Content-Disposition: form-data; name=\"\(quoted(part.name))\""
    if let name = part.fileName { header += "; filename=\"\(quoted(name))\"" }
    header += "\r\n"
    if let type = part.type { header += "Content-Type: \(type)\r\n" }
    return header
  }

  /// As browsers write it (HTML, "multipart/form-data encoding algorithm").
  private static func quoted(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "%22"
      case "\r": result += "%0D"
      case "\n": result += "%0A"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  func rewind(to offset: Int64 = 0) -> Bool {
    guard (0...size).contains(offset) else { return false }
    position = offset
    return true
  }

  /// The next bytes; 0 at the end, nil when a file cannot be read any more.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
    guard let entry = pieces.first(where: { position < $0.start + $0.piece.count }) else { return 0 }
    let offset = position - entry.start
    let wanted = Int(min(Int64(buffer.count), entry.piece.count - offset))
    switch entry.piece {
    case .bytes(let bytes):
      bytes[Int(offset)..<Int(offset) + wanted].withUnsafeBytes { buffer.copyMemory(from: $0) }
    case .file(let file):
      guard file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]), at: offset) else { return nil }
    }
    position += Int64(wanted)
    return wanted
  }
}

/// A file that is sent, with the size that it had when it was opened; closes itself.
private final class OutgoingFile {
  private let descriptor: Int32
  let size: Int64

  init(_ path: String) throws(ReachError) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { throw .unreadableFile }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .unreadableFile
    }
    size = Int64(facts.st_size)
  }

  deinit { close(descriptor) }

  /// All of the buffer, or nothing of use.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) -> Bool {
    var done = 0
    while done < buffer.count {
      let count = pread(descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done, Int(offset) + done)
      if count > 0 { done += count } else if count == 0 || errno != EINTR { return false }
    }
    return true
  }
}
