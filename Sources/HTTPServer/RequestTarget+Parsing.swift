extension RequestTarget {
  /// What is wrong with a target: the end of a sentence for people.
  package struct Problem: Error, Hashable {
    let text: String
  }

  /// Reads an origin-form target or, for `OPTIONS`, the asterisk (RFC 9112, section 3.2).
  ///
  /// Refused: bad percent escapes, what is not UTF-8, control characters, and `.` or `..` segments in any
  /// spelling, since no client has reason to send them unresolved.
  package init(parsing target: Substring) throws(Problem) {
    let bytes = target.utf8
    guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }) else {
      throw Problem(text: "its target holds a character that must be escaped")
    }
    let path: Substring
    if let mark = bytes.firstIndex(of: UInt8(ascii: "?")) {
      path = target[..<mark]
      let query = target[target.index(after: mark)...]
      rawQuery = String(query)
      self.query = try Self.items(of: query)
    } else {
      path = target
      rawQuery = nil
      query = []
    }
    rawPath = String(path)
    segments = path == "*" ? [] : try Self.segments(of: path)
  }

  private static func segments(of path: Substring) throws(Problem) -> [String] {
    guard path.utf8.first == UInt8(ascii: "/") else { throw Problem(text: "its target does not begin with a slash") }
    var segments: [String] = []
    var start = path.utf8.index(after: path.startIndex)
    while start < path.endIndex {
      let end = path.utf8[start...].firstIndex(of: UInt8(ascii: "/")) ?? path.endIndex
      let segment = try decoded(path[start..<end], plusIsSpace: false)
      guard segment != ".", segment != ".." else { throw Problem(text: "its path holds a dot segment") }
      guard !segment.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
        throw Problem(text: "its path holds a control character")
      }
      segments.append(segment)
      guard end < path.endIndex else { break }
      start = path.utf8.index(after: end)
    }
    return segments
  }

  private static func items(of query: Substring) throws(Problem) -> [QueryItem] {
    var items: [QueryItem] = []
    for part in query.split(separator: "&") {
      let mark = part.utf8.firstIndex(of: UInt8(ascii: "="))
      let name = try decoded(part[..<(mark ?? part.endIndex)], plusIsSpace: true)
      let value = try mark.map { mark throws(Problem) in
        try decoded(part[part.utf8.index(after: mark)...], plusIsSpace: true)
      }
      items.append(QueryItem(name: name, value: value ?? ""))
    }
    return items
  }

  private static func decoded(_ text: Substring, plusIsSpace: Bool) throws(Problem) -> String {
    let isPlain = !text.utf8.contains { $0 == UInt8(ascii: "%") || (plusIsSpace && $0 == UInt8(ascii: "+")) }
    if isPlain { return String(text) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    var rest = text.utf8.makeIterator()
    while let byte = rest.next() {
      switch byte {
      case UInt8(ascii: "%"):
        guard let high = rest.next().flatMap(hexValue), let low = rest.next().flatMap(hexValue) else {
          throw Problem(text: "its target holds a broken percent escape")
        }
        bytes.append(high << 4 | low)
      case UInt8(ascii: "+") where plusIsSpace:
        bytes.append(0x20)
      default:
        bytes.append(byte)
      }
    }
    guard let decoded = String(validating: bytes, as: UTF8.self) else {
      throw Problem(text: "its target is not UTF-8 once unescaped")
    }
    return decoded
  }

  private static func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }
}
