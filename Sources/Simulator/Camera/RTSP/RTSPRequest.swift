/// One request of a client (RFC 2326).
struct RTSPRequest: Hashable, Sendable {
  var method: String
  var url: String
  /// By lower-case name.
  var headers: [String: String] = [:]

  var sequence: String { headers["cseq"] ?? "" }

  /// The URL's path, without its last slash.
  var path: String { Self.path(of: url) }

  static func path(of url: String) -> String {
    var rest = Substring(url)
    if let scheme = rest.firstRange(of: "://") {
      rest = rest[scheme.upperBound...].drop { $0 != "/" }
    }
    while rest.count > 1, rest.last == "/" { rest = rest.dropLast() }
    return String(rest)
  }
}

/// Bytes of a client in, requests out. What it sends back on the interleaved channels is passed over.
struct RTSPReader {
  /// Bytes of a request's head, and of its body.
  private static let limit = 16 << 10

  struct Malformed: Error {}

  private var pending: [UInt8] = []

  mutating func append(_ bytes: ArraySlice<UInt8>) { pending += bytes }

  /// The next whole request; nil while none is.
  mutating func next() throws(Malformed) -> RTSPRequest? {
    while pending.first == UInt8(ascii: "$") {
      guard pending.count >= 4 else { return nil }
      let length = 4 + Int(pending[2]) << 8 + Int(pending[3])
      guard pending.count >= length else { return nil }
      pending.removeFirst(length)
    }
    guard let end = pending.firstRange(of: Array("\r\n\r\n".utf8)) else {
      if pending.count > Self.limit { throw Malformed() }
      return nil
    }
    let head = String(decoding: pending[..<end.lowerBound], as: UTF8.self)
    let request = try Self.parse(head)
    let body = request.headers["content-length"].map { Int($0) ?? -1 } ?? 0
    guard (0...Self.limit).contains(body) else { throw Malformed() }
    guard pending.count >= end.upperBound + body else { return nil }
    pending.removeFirst(end.upperBound + body)
    return request
  }

  private static func parse(_ head: String) throws(Malformed) -> RTSPRequest {
    var lines = head.split(separator: "\r\n", omittingEmptySubsequences: false)
    let words = lines.removeFirst().split(separator: " ")
    guard words.count == 3, words[2] == "RTSP/1.0" else { throw Malformed() }
    var request = RTSPRequest(method: String(words[0]), url: String(words[1]))
    for line in lines {
      guard let colon = line.firstIndex(of: ":") else { throw Malformed() }
      request.headers[line[..<colon].lowercased()] = String(line[line.index(after: colon)...].drop { $0 == " " })
    }
    return request
  }
}
