/// The head of a response, as HTTP/1 and RTSP/1.0 share it: a status line and fields.
package struct ResponseHead: Hashable, Sendable {
  package struct Field: Hashable, Sendable {
    /// In lower case.
    package var name: String
    package var value: String
  }

  package enum ProtocolName: String, Hashable, Sendable {
    case http = "HTTP/1."
    case rtsp = "RTSP/1."
  }

  /// Fields of one head; more is an error.
  package static let fieldsLimit = 100

  package var minorVersion: Int
  /// 100 to 999.
  package var status: Int
  package var fields: [Field]

  /// The field's first value.
  package subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

  package func values(of name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

  /// - Parameter bytes: all lines, with or without the empty one at their end. Line ends may lack their CR: cameras do.
  package init(_ bytes: some Collection<UInt8>, of kind: ProtocolName) throws(ResponseError) {
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
      line.last == 0x0D ? Array(line.dropLast()) : Array(line)
    }
    while lines.last?.isEmpty == true { lines.removeLast() }
    guard let first = lines.first else { throw .malformed }
    let prefix = Array(kind.rawValue.utf8)
    // "HTTP/1.1 200 OK": a version of one digit, a status of three, and words that mean nothing.
    guard first.count >= prefix.count + 5, first.starts(with: prefix) else { throw .malformed }
    let rest = first.dropFirst(prefix.count)
    let digits = rest.dropFirst(2).prefix(3)
    guard let minor = rest.first, (0x30...0x39).contains(minor), rest.dropFirst().first == 0x20,
      digits.allSatisfy({ (0x30...0x39).contains($0) }), rest.dropFirst(5).first.map({ $0 == 0x20 }) ?? true
    else { throw .malformed }
    minorVersion = Int(minor) - 0x30
    status = digits.reduce(0) { $0 * 10 + Int($1) - 0x30 }
    guard status >= 100 else { throw .malformed }
    fields = try Self.fields(lines.dropFirst())
  }

  /// The lines of a head that has no status line, as the parts of a multipart body have it.
  static func fields(_ lines: some Collection<[UInt8]>) throws(ResponseError) -> [Field] {
    guard lines.count <= fieldsLimit else { throw .headTooLarge }
    var fields: [Field] = []
    for line in lines {
      guard let colon = line.firstIndex(of: 0x3A), colon > 0, !line[..<colon].contains(where: { $0 <= 0x20 }) else {
        throw .malformed
      }
      let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
      let value = line[(colon + 1)...].drop { $0 == 0x20 || $0 == 0x09 }
      guard !value.contains(where: { $0 < 0x20 && $0 != 0x09 }) else { throw .malformed }
      let end = value.lastIndex { $0 != 0x20 && $0 != 0x09 }
      fields.append(Field(name: name, value: end.map { String(decoding: value[...$0], as: UTF8.self) } ?? ""))
    }
    return fields
  }

  /// What Content-Length says; nil where there is none.
  package var contentLength: Int? {
    get throws(ResponseError) {
      let all = values(of: "content-length")
      guard let first = all.first else { return nil }
      guard all.allSatisfy({ $0 == first }), (1...12).contains(first.utf8.count),
        first.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(first)
      else { throw .malformed }
      return length
    }
  }
}

/// Why a response is not read on.
package enum ResponseError: Error, Hashable, Sendable {
  case malformed
  case headTooLarge
  case bodyTooLarge
  /// It ended in the middle.
  case cut
}

/// Gathers the bytes of a head up to its empty line.
struct HeadCollector: Sendable {
  /// Bytes of one head.
  static let limit = 16 * 1024

  private(set) var bytes: [UInt8] = []

  /// Takes what belongs to the head; true once it is whole. Empty lines in front of it mean nothing.
  mutating func take(_ input: inout ArraySlice<UInt8>) throws(ResponseError) -> Bool {
    while let end = input.firstIndex(of: 0x0A) {
      bytes.append(contentsOf: input[...end])
      input = input[(end + 1)...]
      guard bytes.count <= Self.limit else { throw .headTooLarge }
      if bytes == [0x0A] || bytes == [0x0D, 0x0A] {
        bytes = []
      } else if bytes.suffix(2) == [0x0A, 0x0A] || bytes.suffix(3) == [0x0A, 0x0D, 0x0A] {
        return true
      }
    }
    bytes.append(contentsOf: input)
    input = input[input.endIndex...]
    guard bytes.count <= Self.limit else { throw .headTooLarge }
    return false
  }

  mutating func clear() { bytes = [] }
}
