import HTTPServer
import Model
import NIOCore
import NIOHTTP1
import Wire

/// A file that somebody sends, piece by piece: as a part of a form, or as the body itself (contract, section 1).
struct FileBody {
  private static let part = "file"
  /// What a form adds to its file: boundaries, headers, small fields.
  private static let formOverhead: Int64 = 64 << 10
  private static let notFiles = ["application/json", "application/x-www-form-urlencoded", "text/json"]

  private let body: RequestBody
  private let boundary: MultipartBoundary?
  private let limit: Int64
  /// What is said of one that is larger.
  private let sentence: String

  /// - Parameters:
  ///   - limit: bytes of the file.
  ///   - what: it is, where it is no file that `upload.max_bytes` bounds.
  ///   - alternative: what may be sent instead of a file; it ends the sentence "Send …, or …".
  init(_ call: Call, limit: Int64, what: String? = nil, alternative: String? = nil) throws(Fault) {
    sentence =
      what.map { "The \($0) is larger than \(limit) bytes." }
      ?? "The file is larger than \(limit) bytes, the setting upload.max_bytes."
    let type = call.request.headers.first(name: "Content-Type") ?? ""
    let essence = trimmed(String(type.prefix { $0 != ";" })).lowercased()
    guard !essence.isEmpty, !Self.notFiles.contains(essence) else {
      throw Fault(
        .unsupportedMediaType,
        "Send the file as the part “\(Self.part)” of multipart/form-data, or as a body of application/octet-stream"
          + (alternative.map { ", or \($0)." } ?? "."))
    }
    boundary = MultipartBoundary(contentType: type)
    guard boundary != nil || !essence.hasPrefix("multipart/") else {
      throw Fault(InvalidValue("Content-Type", "must be multipart/form-data with a boundary"))
    }
    body = call.request.body
    self.limit = limit
    if let length = expectedBytes, length > limit + (boundary == nil ? 0 : Self.formOverhead) { throw tooLarge }
  }

  /// nil for a chunked body.
  var expectedBytes: Int64? { body.contentLength.map { Int64($0) } }

  var isForm: Bool { boundary != nil }

  private var tooLarge: Fault { Fault(.payloadTooLarge, sentence) }

  /// Reads it to the end.
  /// - Returns: what the sender calls the file; nil for a bare body.
  func receive(_ write: (UnsafeRawBufferPointer) throws(Fault) -> Void) async throws -> String? {
    try await receive(texts: [], write).name
  }

  /// Reads it to the end, with those of these short texts that a form has.
  func receive(
    texts: Set<String>, _ write: (UnsafeRawBufferPointer) throws(Fault) -> Void
  ) async throws -> (name: String?, texts: [String: String]) {
    var pieces = body.pieces()
    var size: Int64 = 0
    func take(_ bytes: UnsafeRawBufferPointer) throws(Fault) {
      size += Int64(bytes.count)
      guard size <= limit else { throw tooLarge }
      try write(bytes)
    }
    var form = boundary.map { FormReader(parser: MultipartParser(boundary: $0), part: Self.part, texts: texts) }
    var total: Int64 = 0
    while let piece = try await Self.next(&pieces) {
      total += Int64(piece.readableBytes)
      guard total <= limit + Self.formOverhead else { throw tooLarge }
      guard form != nil else {
        try piece.withUnsafeReadableBytes { try take($0) }
        continue
      }
      for bytes in try form?.feed(piece.readableBytesView) ?? [] {
        try bytes.withUnsafeBytes { try take($0) }
      }
    }
    let name = try form?.finish()
    guard size > 0 else { throw Fault(InvalidValue(Self.part, "must not be empty")) }
    return (name, try form?.said() ?? [:])
  }

  private static func next(_ pieces: inout RequestBody.Pieces) async throws(Fault) -> ByteBuffer? {
    do throws(RequestBodyError) {
      return try await pieces.next()
    } catch {
      throw Fault(.invalidRequest, "The body broke off.")
    }
  }
}

/// Takes the one file out of a form.
private struct FormReader {
  /// Bytes of the longest text beside the file.
  private static let longestText = 2048

  var parser: MultipartParser
  let part: String
  let texts: Set<String>
  private var name: String?
  private var isInside = false
  private var text: String?
  private var gathered: [String: [UInt8]] = [:]

  init(parser: MultipartParser, part: String, texts: Set<String>) {
    self.parser = parser
    self.part = part
    self.texts = texts
  }

  /// The file's bytes among these.
  mutating func feed(_ bytes: some Collection<UInt8>) throws(Fault) -> [[UInt8]] {
    let events: [MultipartParser.Event]
    do throws(MultipartError) { events = try parser.feed(bytes) } catch { throw Self.fault(error) }
    var found: [[UInt8]] = []
    for event in events {
      switch event {
      case .part(let header):
        isInside = header.name == part
        text = texts.contains(header.name) ? header.name : nil
        if let text { gathered[text] = [] }
        guard isInside else { continue }
        guard name == nil else { throw Fault(InvalidValue(part, "must be given once")) }
        name = header.fileName ?? ""
      case .bytes(let bytes):
        if isInside { found.append(bytes) }
        if let text {
          gathered[text, default: []] += bytes
          guard gathered[text, default: []].count <= Self.longestText else {
            throw Fault(InvalidValue(text, "is too long"))
          }
        }
      case .partEnd:
        isInside = false
        text = nil
      }
    }
    return found
  }

  func finish() throws(Fault) -> String {
    do throws(MultipartError) { try parser.finish() } catch { throw Self.fault(error) }
    guard let name else { throw Fault(InvalidValue(part, "is missing in the form")) }
    return name
  }

  func said() throws(Fault) -> [String: String] {
    var said: [String: String] = [:]
    for (name, bytes) in gathered {
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw Fault(InvalidValue(name, "must be UTF-8 text"))
      }
      said[name] = text
    }
    return said
  }

  private static func fault(_ error: MultipartError) -> Fault {
    Fault(.invalidRequest, "The form cannot be read: \(error.description).")
  }
}
