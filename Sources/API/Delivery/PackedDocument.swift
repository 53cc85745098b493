package import HTTPServer
import NIOCore
import NIOHTTP1

/// A document that is kept only packed: sent so to who takes it so, unpacked on its way to the others.
package struct PackedDocument: Sendable {
  private static let piece = 64 << 10

  private let source: FixedBytes
  private let length: Int
  private let mediaType: String
  private let tag: String
  private let headers: [(String, String)]

  /// - Parameters:
  ///   - source: in gzip's form, one member.
  ///   - headers: what goes out beside type, length and tag.
  package init(_ source: FixedBytes, mediaType: String, headers: [(String, String)] = []) {
    self.source = source
    self.mediaType = mediaType
    self.headers = headers
    tag = ContentTag(source.bytes).text
    length = Self.unpackedLength(source.bytes)
  }

  /// Packs it; nil when there is no memory for that.
  package init?(packing bytes: [UInt8], mediaType: String, headers: [(String, String)] = []) {
    let packed = bytes.withUnsafeBytes { Gzip.packed($0, effort: .thorough, limit: $0.count + 64) }
    guard let packed else { return nil }
    self.init(packed.withUnsafeBytes { FixedBytes(copying: $0) }, mediaType: mediaType, headers: headers)
  }

  /// The last four bytes say it (RFC 1952, section 2.3.1).
  private static func unpackedLength(_ bytes: UnsafeRawBufferPointer) -> Int {
    guard bytes.count >= 18 else { return 0 }
    return Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: bytes.count - 4, as: UInt32.self)))
  }

  package func reply(to request: HTTPRequest) -> HTTPReply {
    var fields = HTTPHeaders([
      ("Content-Type", mediaType), ("ETag", "W/\"\(tag)\""), ("Vary", "Accept-Encoding"),
    ])
    for (name, value) in headers { fields.add(name: name, value: value) }
    guard AcceptedCodings(request.headers["Accept-Encoding"]).wantsGzip else {
      return HTTPReply(status: 200, headers: fields, body: .stream(length: length, unpack))
    }
    fields.add(name: "Content-Encoding", value: "gzip")
    return HTTPReply(status: 200, headers: fields, body: .stream(length: source.bytes.count, send))
  }

  @Sendable private func send(to writer: ResponseWriter) async throws {
    var offset = 0
    while offset < source.bytes.count {
      let end = min(source.bytes.count, offset + Self.piece)
      try await writer.write(ByteBuffer(bytes: source.bytes[offset..<end]))
      offset = end
    }
  }

  @Sendable private func unpack(to writer: ResponseWriter) async throws {
    guard let unpacker = Unpacker(source) else { throw ResponseWriteError.closed }
    while let piece = unpacker.next(Self.piece), !piece.isEmpty { try await writer.write(ByteBuffer(bytes: piece)) }
  }
}
