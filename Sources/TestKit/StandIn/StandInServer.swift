import Synchronization

/// What a stand-in for somebody's web server was asked.
package struct StandInRequest: Hashable, Sendable {
  package var method: String
  package var target: String
  package var headers: [String: String]
  package var body: [UInt8]
  package var isEncrypted: Bool

  /// The path without the query.
  package var path: String { String(target.prefix { $0 != "?" }) }
  package var text: String { String(decoding: body, as: UTF8.self) }

  /// A header; the name in lower case.
  package subscript(name: String) -> String? { headers[name] }
}

/// What it answers.
package enum StandInReply: Sendable {
  case answer(Int, headers: [(String, String)] = [], body: [UInt8] = [])
  /// A body of so many bytes, sent for as long as it is taken.
  case long(Int)
  /// Headers without end.
  case headers
  /// Nothing, until the other side has had enough.
  case silence
  /// The connection ends in the middle of the answer.
  case cut

  package static func json(_ status: Int = 200, _ text: String) -> StandInReply {
    .answer(status, headers: [("Content-Type", "application/json")], body: Array(text.utf8))
  }

  package static func redirect(_ status: Int, to location: String) -> StandInReply {
    .answer(status, headers: [("Location", location)])
  }
}

/// A stand-in for a server of somebody else: HTTP/1.1 on 127.0.0.1, with TLS where it has a certificate. It reads whole
/// requests, keeps them, and answers what a test says.
package final class StandInServer: Sendable {
  private let listening: StandInPort
  private let certificate: TestCertificate?
  private let keeps: Int
  private let kept = Mutex<[StandInRequest]>([])
  private let reply: @Sendable (StandInRequest) -> StandInReply

  /// - Parameter keeps: requests that are kept for `requests`.
  package init(
    certificate: TestCertificate? = nil, keeps: Int = 10_000,
    reply: @escaping @Sendable (StandInRequest) -> StandInReply
  ) throws {
    self.certificate = certificate
    self.keeps = keeps
    self.reply = reply
    listening = try StandInPort()
    try listening.serve { [weak self] channel in self?.serve(channel) }
  }

  deinit { listening.stop() }

  package var port: Int { listening.number }
  package var url: String {
    "http\(certificate == nil ? "" : "s")://\(certificate == nil ? "127.0.0.1" : "localhost"):\(port)"
  }
  package var requests: [StandInRequest] { kept.withLock { $0 } }

  package func stop() { listening.stop() }

  private func serve(_ channel: StandInChannel) {
    if let certificate, !channel.encrypt(certificate) { return }
    while let request = Self.request(from: channel) {
      kept.withLock { if $0.count < keeps { $0.append(request) } }
      guard Self.answer(reply(request), to: request, on: channel) else { return }
    }
  }

  private static func request(from channel: StandInChannel) -> StandInRequest? {
    guard let line = channel.line() else { return nil }
    let words = line.split(separator: " ")
    guard words.count == 3, words[2] == "HTTP/1.1" else { return nil }
    var headers: [String: String] = [:]
    while let line = channel.line(), !line.isEmpty {
      guard let colon = line.firstIndex(of: ":") else { return nil }
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      headers[line[..<colon].lowercased()] = String(value)
    }
    let length = headers["content-length"].flatMap(Int.init) ?? 0
    guard let body = channel.bytes(length) else { return nil }
    return StandInRequest(
      method: String(words[0]), target: String(words[1]), headers: headers, body: body,
      isEncrypted: channel.isEncrypted)
  }

  /// False when the connection is over.
  private static func answer(_ reply: StandInReply, to request: StandInRequest, on channel: StandInChannel) -> Bool {
    switch reply {
    case .answer(let status, let headers, let body):
      var head = "HTTP/1.1 \(status) Word\r\nContent-Length: \(body.count)\r\n"
      for (name, value) in headers { head += "\(name): \(value)\r\n" }
      return channel.write(head + "\r\n") && (request.method == "HEAD" || channel.write(body))
    case .long(let size):
      guard channel.write("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n") else { return false }
      let chunk = [UInt8](repeating: 0x78, count: 1 << 20)
      var sent = 0
      while sent < size, channel.write(chunk) { sent += chunk.count }
      return false
    case .headers:
      guard channel.write("HTTP/1.1 200 OK\r\n") else { return false }
      let line = "X-More: " + String(repeating: "x", count: 1000) + "\r\n"
      var count = 0
      while count < 1 << 20, channel.write(line) { count += 1 }
      return false
    case .silence:
      channel.holdStill()
      return false
    case .cut:
      channel.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
      return false
    }
  }
}
