import Glibc
package import Wire

/// A client of a few lines, so that tests see the service's own bytes: one request to a connection.
package struct HTTPClient: Sendable {
  package struct Answer: Sendable {
    package var status: Int
    /// In lower case.
    package var headers: [String: String]
    package var body: [UInt8]

    package var json: JSONValue? { try? JSONParser.parse(body, limits: .init(bytes: 64 << 20)) }
    package var text: String { String(decoding: body, as: UTF8.self) }
  }

  package let port: Int
  package var key: String?
  /// Seconds without a byte until an answer is given up.
  private let timeout: Int

  package init(port: Int, key: String? = nil, timeout: Int = 20) {
    self.port = port
    self.key = key
    self.timeout = timeout
  }

  package func get(_ path: String, headers: [String: String] = [:]) throws -> Answer {
    try send("GET", path, headers: headers)
  }

  /// Sends JSON when there is a body.
  package func send(
    _ method: String, _ path: String, json: JSONValue? = nil, headers: [String: String] = [:]
  ) throws -> Answer {
    var body: [UInt8] = []
    var headers = headers
    if let json {
      var writer = JSONWriter()
      writer.write(json)
      body = writer.bytes
      if headers["Content-Type"] == nil { headers["Content-Type"] = "application/json" }
    }
    return try send(method, path, body: body, headers: headers)
  }

  /// A request that was sent and whose answer is awaited later: nobody's thread waits meanwhile, of which there are few.
  package struct Pending {
    fileprivate let connection: Connection

    package func answer(within seconds: Double) async throws -> Answer {
      _ = try await eventually(within: seconds, "an answer") { connection.hasInput ? true : nil }
      return try HTTPClient.parse(try connection.readAll())
    }
  }

  package func begin(_ method: String, _ path: String, json: JSONValue? = nil) throws -> Pending {
    var body: [UInt8] = []
    if let json {
      var writer = JSONWriter()
      writer.write(json)
      body = writer.bytes
    }
    return Pending(
      connection: try open(method, path, body: body, headers: json == nil ? [:] : ["Content-Type": "application/json"]))
  }

  package func send(_ method: String, _ path: String, body: [UInt8], headers: [String: String]) throws -> Answer {
    try Self.parse(try open(method, path, body: body, headers: headers).readAll())
  }

  private func open(
    _ method: String, _ path: String, body: [UInt8], headers: [String: String]
  ) throws -> Connection {
    var head = "\(method) \(path) HTTP/1.1\r\nHost: localhost:\(port)\r\nConnection: close\r\n"
    if let key { head += "X-API-Key: \(key)\r\n" }
    for (name, value) in headers { head += "\(name): \(value)\r\n" }
    if !body.isEmpty || method != "GET" { head += "Content-Length: \(body.count)\r\n" }
    let connection = try Connection(port: port, timeout: timeout)
    try connection.write(Array((head + "\r\n").utf8) + body)
    return connection
  }

  package static func parse(_ bytes: [UInt8]) throws -> Answer {
    let end = Array("\r\n\r\n".utf8)
    guard let start = bytes.indices.first(where: { bytes[$0...].starts(with: end) }) else {
      throw TestKitError("no HTTP answer in \(bytes.count) bytes")
    }
    let lines = String(decoding: bytes[..<start], as: UTF8.self).split(separator: "\r\n")
    let words = lines.first?.split(separator: " ") ?? []
    guard words.count >= 2, let status = Int(words[1]) else { throw TestKitError("no status line") }
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      headers[line[..<colon].lowercased()] = String(value)
    }
    return Answer(status: status, headers: headers, body: Array(bytes[(start + end.count)...]))
  }
}
