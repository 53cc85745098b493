import HTTPServer
import Model
import NIOCore
import NIOHTTP1
package import Service

/// A file as an answer: to be saved, never shown (contract, section 1).
package struct FileAnswer: Sendable {
  private static let piece = 64 << 10

  private let file: any ReadableFile
  private let name: String
  /// Strong, as parts of the file are put together by it.
  private let tag: String

  /// - Parameter tag: tells this file, as it is, from any other.
  package init(_ file: any ReadableFile, name: String, tag: String) {
    self.file = file
    self.name = name
    self.tag = "\"\(tag)\""
  }

  /// Reads the whole file once, for its tag.
  package init(_ file: SpoolFile, name: String) async throws {
    self.file = file
    self.name = name
    var tag = ContentTag()
    var offset: Int64 = 0
    while true {
      let bytes = try file.read(at: offset, count: Self.piece)
      bytes.withUnsafeBytes { tag.take($0) }
      guard bytes.count == Self.piece else { break }
      offset += Int64(bytes.count)
      await Task.yield()
    }
    self.tag = "\"\(tag.text)\""
  }

  /// The whole, or the part that is asked for.
  func reply(to request: HTTPRequest) throws(UnsatisfiableRange) -> HTTPReply {
    var headers = HTTPHeaders([
      ("Content-Type", "application/octet-stream"), ("Content-Disposition", Self.disposition(of: name)),
      ("Accept-Ranges", "bytes"), ("ETag", tag), ("Cache-Control", "no-store"),
    ])
    let size = file.size
    switch ByteRange(request, size: size, tag: tag) {
    case .whole: return HTTPReply(status: 200, headers: headers, body: body(0..<size))
    case .part(let range):
      headers.add(name: "Content-Range", value: "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)")
      return HTTPReply(status: 206, headers: headers, body: body(range))
    case .unsatisfiable: throw UnsatisfiableRange(size: size)
    }
  }

  private func body(_ range: Range<Int64>) -> HTTPReply.Body {
    let file = file
    return .stream(length: Int(range.count)) { writer in
      var offset = range.lowerBound
      while offset < range.upperBound {
        let bytes = try file.read(at: offset, count: Int(min(Int64(Self.piece), range.upperBound - offset)))
        guard !bytes.isEmpty else { return }
        try await writer.write(ByteBuffer(bytes: bytes))
        offset += Int64(bytes.count)
      }
    }
  }

  /// RFC 6266: a name in ASCII for old programs, and the right one.
  static func disposition(of name: String) -> String {
    let scalars = name.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }
    var plain = ""
    for scalar in scalars {
      let isPlain = scalar.isASCII && scalar != "\"" && scalar != "\\" && scalar != "%"
      plain.unicodeScalars.append(isPlain ? scalar : "_")
    }
    let encoded = percentEncoded(String(String.UnicodeScalarView(scalars)))
    return "attachment; filename=\"\(plain)\"; filename*=UTF-8''\(encoded)"
  }
}

/// As a part of an address: all but the unreserved characters of RFC 3986 as %XX.
func percentEncoded(_ text: String) -> String {
  let digits = Array("0123456789ABCDEF".utf8)
  var bytes: [UInt8] = []
  for byte in text.utf8 {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: bytes.append(byte)
    default: bytes += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }
  return String(decoding: bytes, as: UTF8.self)
}

/// Nothing of a file lies in the range that is asked for.
struct UnsatisfiableRange: Error, Hashable {
  let size: Int64

  var contentRange: String { "bytes */\(size)" }

  var fault: Fault {
    Fault(.invalidRequest, "No part of the file lies in this range; it has \(size) bytes.", status: 416)
  }
}

/// The part of a file that a request asks for (RFC 9110, section 14.2).
enum ByteRange: Hashable {
  case whole
  case part(Range<Int64>)
  case unsatisfiable

  /// What is no single range of bytes, or depends on a file that is no longer this one, is answered whole.
  /// - Parameter tag: of the file; strong.
  init(_ request: HTTPRequest, size: Int64, tag: String) {
    let condition = request.headers.first(name: "If-Range")
    guard request.method == .get, condition == nil || condition.map(trimmed) == tag,
      let text = request.headers.first(name: "Range")
    else {
      self = .whole
      return
    }
    self.init(text, size: size)
  }

  init(_ text: String, size: Int64) {
    let parts = text.split(separator: "=", maxSplits: 1).map { trimmed(String($0)) }
    guard parts.count == 2, parts[0].lowercased() == "bytes", let dash = parts[1].firstIndex(of: "-") else {
      self = .whole
      return
    }
    let (low, high) = (parts[1][..<dash], parts[1][parts[1].index(after: dash)...])
    func number(_ text: Substring) -> Int64? { text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int64(text) : nil }
    switch (low.isEmpty ? nil : number(low), high.isEmpty ? nil : number(high)) {
    case (let first?, let last?) where first <= last:
      self = first < size ? .part(first..<min(last + 1, size)) : .unsatisfiable
    case (let first?, nil) where high.isEmpty: self = first < size ? .part(first..<size) : .unsatisfiable
    case (nil, let count?) where low.isEmpty:
      self = count > 0 && size > 0 ? .part(max(0, size - count)..<size) : .unsatisfiable
    default: self = .whole
    }
  }
}
