import Glibc
import Model
import Service
import Store
import Wire

/// Asks the service that runs on this machine. Who may read the data folder may ask: a key for this one question is made,
/// used and deleted.
struct LocalAPI: Sendable {
  /// Seconds until a service that does not answer is given up.
  private static let patience = 10
  private static let largestAnswer = 16 << 20

  let host: String
  let port: PortNumber

  init(host: String, port: PortNumber) {
    self.host = host
    self.port = port
  }

  /// - Parameter port: of the running service, where it is another than the configuration's.
  init(_ configuration: Configuration, port: Int?) throws {
    self.init(
      host: configuration.host ?? "127.0.0.1",
      port: try port.map { try PortNumber($0, field: "--port") } ?? configuration.port)
  }

  func get(_ path: String, database: Database) async throws -> [UInt8] {
    try await send("GET", path, json: nil, database: database)
  }

  /// The same with a database that is opened for this.
  func get(_ path: String, in place: DataOptions) async throws -> JSONValue {
    let folder = try DataFolder.prepare(try place.configuration().data)
    let database = try Database.open(folder, role: .tool, now: SystemClock().now)
    let answer = try await get(path, database: database)
    try await database.close()
    return try JSONParser.parse(answer, limits: .init(bytes: Self.largestAnswer))
  }

  /// Whether the service calls itself well; needs no key.
  var isWell: Bool { (try? ask("GET", "/health", nil, key: nil)) != nil }

  /// What `/system` gives needs `admin`, the rest `read`.
  func send(_ method: String, _ path: String, json: JSONValue?, database: Database) async throws -> [UInt8] {
    let ring = KeyRing(database: database, clock: SystemClock())
    // Should this process be killed in between, the key ends by itself.
    let made = try await ring.create(
      KeyGrant(
        name: "layerberry command", permissions: path.hasPrefix("/system") ? [.admin] : [.read],
        expiresAt: SystemClock().now.adding(seconds: Double(Self.patience * 2))))
    let answer: Result<[UInt8], any Error> = Result { () throws -> [UInt8] in
      try ask(method, path, json, key: made.key)
    }
    try await ring.delete(made.record.id)
    return try answer.get()
  }

  private func ask(_ method: String, _ path: String, _ json: JSONValue?, key: Secret?) throws -> [UInt8] {
    let descriptor = try connected()
    defer { close(descriptor) }
    var request =
      "\(method) /api/v1\(path) HTTP/1.1\r\nHost: localhost\r\nX-Response-Format: bare\r\nConnection: close\r\n"
    if let key { request += "X-API-Key: \(key.exposed)\r\n" }
    if let json {
      var body = JSONWriter()
      body.write(json)
      request += "Content-Type: application/json\r\nContent-Length: \(body.bytes.count)\r\n\r\n"
      request += String(decoding: body.bytes, as: UTF8.self)
    } else {
      request += "\r\n"
    }
    let bytes = Array(request.utf8)
    guard write(descriptor, bytes, bytes.count) == bytes.count else { throw unreachable }
    return try body(of: try everything(from: descriptor))
  }

  private var unreachable: Fault {
    Fault(
      .serviceUnavailable,
      "The service does not answer on \(host) port \(port). Is it running? Give its port with --port.")
  }

  private func connected() throws -> Int32 {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, port.description, &hints, &found) == 0 else { throw unreachable }
    defer { freeaddrinfo(found) }
    var next = found
    while let entry = next?.pointee {
      let descriptor = socket(entry.ai_family, entry.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), entry.ai_protocol)
      if descriptor >= 0 {
        var limit = timeval(tv_sec: Self.patience, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
          setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        if connect(descriptor, entry.ai_addr, entry.ai_addrlen) == 0 { return descriptor }
        close(descriptor)
      }
      next = entry.ai_next
    }
    throw unreachable
  }

  private func everything(from descriptor: Int32) throws -> [UInt8] {
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0, all.count + count <= Self.largestAnswer else { throw unreachable }
      if count == 0 { return all }
      all.append(contentsOf: chunk[..<count])
    }
  }

  /// Our own service answers JSON with its length and never in chunks, so the body is what follows the empty line.
  private func body(of answer: [UInt8]) throws -> [UInt8] {
    let end = Array("\r\n\r\n".utf8)
    guard let start = answer.indices.first(where: { answer[$0...].starts(with: end) }) else { throw unreachable }
    let body = Array(answer[(start + end.count)...])
    guard answer.starts(with: Array("HTTP/1.1 20".utf8)) else {
      let problem = try? JSONParser.parse(body, limits: .init(bytes: 1 << 20))
      throw Fault(.serviceUnavailable, problem?["detail"]?.string ?? "The service refused to answer.")
    }
    return body
  }
}
