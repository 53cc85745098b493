/// A viewer: reads `multipart/x-mixed-replace` part by part, as a browser does.
package final class PictureStream {
  package let status: Int
  package let headers: [String: String]
  private let connection: Connection
  private var bytes: [UInt8]

  /// - Parameter path: with the query.
  package init(port: Int, _ path: String, key: String? = nil, version: String = "1.1", timeout: Int = 30) throws {
    connection = try Connection(port: port, timeout: timeout)
    var head = "GET \(path) HTTP/\(version)\r\nHost: localhost:\(port)\r\n"
    if let key { head += "X-API-Key: \(key)\r\n" }
    try connection.write(Array((head + "\r\n").utf8))
    bytes = []
    let end = Array("\r\n\r\n".utf8)
    while Self.position(of: end, in: bytes) == nil {
      let more = try connection.read()
      guard !more.isEmpty else { throw TestKitError("the stream ended before its head") }
      bytes += more
    }
    let position = Self.position(of: end, in: bytes) ?? 0
    let answer = try HTTPClient.parse(Array(bytes[..<(position + 4)]))
    status = answer.status
    headers = answer.headers
    bytes.removeFirst(position + 4)
  }

  /// The next picture; nil when the stream has ended.
  package func next() throws -> [UInt8]? {
    guard let head = try take(through: "\r\n\r\n") else { return nil }
    let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
    guard lines.first == "--layerberry-picture", lines.contains("Content-Type: image/jpeg"),
      let length = lines.first(where: { $0.hasPrefix("Content-Length: ") }).flatMap({ Int($0.dropFirst(16)) })
    else { throw TestKitError("no part: \(lines)") }
    while bytes.count < length + 2 {
      let more = try connection.read()
      guard !more.isEmpty else { return nil }
      bytes += more
    }
    let picture = Array(bytes[..<length])
    bytes.removeFirst(length + 2)
    guard picture.starts(with: [0xFF, 0xD8]), picture.suffix(2).elementsEqual([0xFF, 0xD9]) else {
      throw TestKitError("a part is no whole JPEG")
    }
    return picture
  }

  /// Reads until the service ends the stream.
  package func readToEnd() throws {
    while try next() != nil {}
  }

  private func take(through mark: String) throws -> [UInt8]? {
    let mark = Array(mark.utf8)
    while true {
      if let position = Self.position(of: mark, in: bytes) {
        defer { bytes.removeFirst(position + mark.count) }
        return Array(bytes[..<position])
      }
      let more = try connection.read()
      guard !more.isEmpty else { return nil }
      bytes += more
    }
  }

  private static func position(of mark: [UInt8], in bytes: [UInt8]) -> Int? {
    guard bytes.count >= mark.count else { return nil }
    return (0...(bytes.count - mark.count)).first { bytes[$0...].starts(with: mark) }
  }
}
