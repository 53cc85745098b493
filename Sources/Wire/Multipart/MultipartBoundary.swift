/// The boundary that a `Content-Type: multipart/form-data` names (RFC 2046, section 5.1.1).
package struct MultipartBoundary: Hashable, Sendable {
  /// 1 to 70 bytes.
  package let bytes: [UInt8]

  /// From the value of the header field; nil where it is no multipart form or names no usable boundary.
  package init?(contentType: String) {
    let pieces = HeaderParameters(contentType)
    guard pieces.value.lowercased() == "multipart/form-data" else { return nil }
    guard let boundary = pieces.first(named: "boundary") else { return nil }
    let bytes = Array(boundary.utf8)
    guard (1...70).contains(bytes.count), bytes.allSatisfy({ (0x20...0x7E).contains($0) }), bytes.last != 0x20 else {
      return nil
    }
    self.bytes = bytes
  }
}

/// `value; name=text; name="quoted text"`, as Content-Type and Content-Disposition have it.
struct HeaderParameters {
  /// What stands before the first semicolon.
  let value: String
  private let parameters: [(name: String, value: String)]

  init(_ text: String) {
    var rest = Substring(text).utf8[...]
    func trimmed(_ part: Substring.UTF8View) -> String {
      let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
      let start = part.drop(while: isSpace)
      guard let last = start.lastIndex(where: { !isSpace($0) }) else { return "" }
      return String(Substring(start[...last]))
    }
    func take(until ends: Set<UInt8>) -> Substring.UTF8View {
      let end = rest.firstIndex { ends.contains($0) } ?? rest.endIndex
      defer { rest = rest[end...] }
      return rest[..<end]
    }
    value = trimmed(take(until: [0x3B]))
    var found: [(name: String, value: String)] = []
    while rest.popFirst() != nil, found.count < 16 {
      let name = trimmed(take(until: [0x3B, 0x3D])).lowercased()
      guard rest.first == 0x3D else { continue }
      rest = rest.dropFirst().drop { $0 == 0x20 || $0 == 0x09 }
      guard rest.first == 0x22 else {
        found.append((name, trimmed(take(until: [0x3B]))))
        continue
      }
      rest = rest.dropFirst()
      var text: [UInt8] = []
      while let byte = rest.popFirst(), byte != 0x22 {
        // Browsers write a quotation mark as %22 and leave a backslash alone; only \" and \\ are escapes.
        if byte == 0x5C, let next = rest.first, next == 0x22 || next == 0x5C {
          text.append(next)
          rest = rest.dropFirst()
        } else {
          text.append(byte)
        }
      }
      found.append((name, String(decoding: text, as: UTF8.self)))
      _ = take(until: [0x3B])
    }
    parameters = found
  }

  func first(named name: String) -> String? { parameters.first { $0.name == name }?.value }
}
