import HTTPServer
import Logging
import NIOCore
import NIOHTTP1
import Synchronization

/// Something that happens once, and can be waited for.
final class Signal: Sendable {
  private let state = Mutex<(isRaised: Bool, waiters: [CheckedContinuation<Void, Never>])>((false, []))

  func raise() {
    let waiters = state.withLock { state in
      state.isRaised = true
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }

  func wait() async {
    await withCheckedContinuation { continuation in
      let isRaised = state.withLock { state in
        if !state.isRaised { state.waiters.append(continuation) }
        return state.isRaised
      }
      if isRaised { continuation.resume() }
    }
  }

  var isRaised: Bool { state.withLock { $0.isRaised } }
}

/// A number that changes, and can be waited for.
final class Level: Sendable {
  private let state = Mutex<(value: Int, waiters: [(Int, CheckedContinuation<Void, Never>)])>((0, []))

  var value: Int { state.withLock { $0.value } }

  func set(_ value: Int) {
    let due = state.withLock { state in
      state.value = value
      let due = state.waiters.filter { $0.0 == value }
      state.waiters.removeAll { $0.0 == value }
      return due
    }
    for waiter in due { waiter.1.resume() }
  }

  func wait(for value: Int) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if state.value != value { state.waiters.append((value, continuation)) }
        return state.value == value
      }
      if isThere { continuation.resume() }
    }
  }
}

/// An application with one path for each thing that an application can do.
final class TestService: HTTPResponder {
  let streamEnded = Signal()
  let slowBegan = Signal()
  let slowMayEnd = Signal()
  private let feeds = Locked<[WebSocketConnection]>([])
  private let feedOpened = Locked(Signal())
  let closed = Signal()
  let live: Broadcast
  let liveAudience: Level
  let tickets = Locked<[BroadcastTicket]>([])
  let options = Locked(WebSocketOptions())

  init() {
    let audience = Level()
    liveAudience = audience
    live = Broadcast(opening: ByteBuffer(string: "begin:")) { audience.set($0) }
  }

  func respond(to request: HTTPRequest) async -> HTTPReply {
    switch request.target.rawPath {
    case "/hello": return .text("hello")
    case "/where": return .text("\(request.host ?? "-") \(request.remoteAddress) \(request.remoteAddress.network)")
    case "/target":
      let query = request.target.query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
      return .text(request.target.segments.joined(separator: "|") + " " + query)
    case "/echo":
      do throws(RequestBodyError) {
        return HTTPReply(status: 200, body: .bytes(try await request.body.collect(limit: 1024 * 1024)))
      } catch {
        return HTTPReply(status: 413)
      }
    case "/count":
      var count = 0
      do {
        for try await piece in request.body.pieces() { count += piece.readableBytes }
      } catch {
        return .text("interrupted")
      }
      return .text(String(count))
    case "/ignore": return .text("ignored")
    case "/method": return .text("\(request.method) \(request.methodName)")
    case "/none": return HTTPReply(status: 204)
    case "/broken": return HTTPReply(status: 200, headers: ["X-Name": "a\r\nSet-Cookie: b"])
    case "/slow":
      slowBegan.raise()
      await slowMayEnd.wait()
      return .text("slow")
    case "/fixed":
      return HTTPReply(
        status: 200,
        body: .stream(length: 10) { writer in
          try await writer.write(ByteBuffer(string: "12345"))
          try await writer.write(ByteBuffer(string: "67890"))
        })
    case "/short":
      return HTTPReply(
        status: 200,
        body: .stream(length: 10) { writer in try await writer.write(ByteBuffer(string: "12345")) })
    case "/chunks":
      return HTTPReply(
        status: 200,
        body: .stream(length: nil) { writer in
          for word in ["one", "two"] { try await writer.write(ByteBuffer(string: word)) }
        })
    case "/endless": return endless(ByteBuffer(string: "frame"))
    case "/flood": return endless(ByteBuffer(repeating: 0x41, count: 64 * 1024))
    case "/live":
      let ticket = BroadcastTicket(live)
      tickets.update { $0.append(ticket) }
      return HTTPReply(status: 200, body: .broadcast(ticket))
    case "/ws":
      return HTTPReply(
        status: 101,
        body: .webSocket(options.value) { socket in
          while let message = await socket.next() {
            switch message {
            case .text(let text): socket.send(.text(text))
            case .binary(let bytes): socket.send(.binary(bytes))
            case .oversized: socket.send(.text("oversized"))
            }
          }
          self.closed.raise()
        })
    case "/feed":
      return HTTPReply(
        status: 101,
        body: .webSocket(options.value) { socket in
          self.opened(socket)
          while await socket.next() != nil {}
          self.closed.raise()
        })
    case "/ws-refused": return HTTPReply(status: 403, body: .bytes(ByteBuffer(string: "no")))
    default: return HTTPReply(status: 404)
    }
  }

  private func opened(_ socket: WebSocketConnection) {
    feeds.update { $0.append(socket) }
    feedOpened.update { signal in
      signal.raise()
      signal = Signal()
    }
  }

  /// The sockets of `/feed`, once there are so many.
  func sockets(_ count: Int) async -> [WebSocketConnection] {
    while true {
      let signal = feedOpened.value
      let sockets = feeds.value
      if sockets.count >= count { return sockets }
      await signal.wait()
    }
  }

  private func endless(_ piece: ByteBuffer) -> HTTPReply {
    HTTPReply(
      status: 200,
      body: .stream(length: nil) { writer in
        defer { self.streamEnded.raise() }
        while true {
          try await writer.write(piece)
          try await writer.flush()
        }
      })
  }

  func reply(to failure: HTTPFailure, of head: RefusedHead?) -> HTTPReply {
    var headers: HTTPHeaders = ["Content-Type": "text/plain"]
    if failure.status == 503 { headers.add(name: "Retry-After", value: "1") }
    return HTTPReply(status: failure.status, headers: headers, body: .bytes(ByteBuffer(string: failure.sentence)))
  }
}

extension HTTPReply {
  static func text(_ text: String) -> HTTPReply {
    HTTPReply(status: 200, headers: ["Content-Type": "text/plain"], body: .bytes(ByteBuffer(string: text)))
  }
}

/// Runs a server on a free port of the loopback for the length of `body`.
func withServer(
  _ limits: HTTPLimits = HTTPLimits(), host: String? = "127.0.0.1",
  _ body: (_ port: Int, _ service: TestService, _ server: HTTPServer) async throws -> Void
) async throws {
  let service = TestService()
  let server = HTTPServer(
    configuration: HTTPServerConfiguration(host: host, port: 0, limits: limits), responder: service,
    logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  let port = try await server.start().first?.port ?? 0
  do {
    try await body(port, service, server)
  } catch {
    await server.stop(gracePeriod: .zero)
    throw error
  }
  service.slowMayEnd.raise()
  await server.stop(gracePeriod: .zero)
}
