import COpenSSL
import Glibc
import Synchronization
import TestKit

/// A TLS server that takes the login of 80 bytes and then does what a test wants. It counts who is there at once.
final class StubCamera: @unchecked Sendable {
  // Unchecked: everything that changes is behind the mutex; the rest is written in init.

  /// One connection, on a thread of its own.
  struct Client {
    fileprivate let session: OpaquePointer
    /// Counts connections, from 1.
    let number: Int
    let login: [UInt8]

    /// False when the peer is gone.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
      bytes.isEmpty || SSL_write(session, bytes, Int32(bytes.count)) == Int32(bytes.count)
    }

    /// A picture behind its header.
    @discardableResult
    func send(frame jpeg: [UInt8]) -> Bool { send(StubCamera.frame(jpeg)) }

    /// Until the peer ends the connection.
    func waitForEnd() {
      var byte: UInt8 = 0
      while SSL_read(session, &byte, 1) > 0 {}
    }
  }

  private struct Seen {
    var connections = 0
    var sockets: Set<Int32> = []
    var mostAtOnce = 0
    var logins: [[UInt8]] = []
    var bytes = 0
  }

  let port: UInt16
  private let listener: Int32
  private let context: OpaquePointer
  private let serve: @Sendable (Client) -> Void
  private let seen = Mutex(Seen())

  var connections: Int { seen.withLock { $0.connections } }
  var present: Int { seen.withLock { $0.sockets.count } }
  var mostAtOnce: Int { seen.withLock { $0.mostAtOnce } }
  var logins: [[UInt8]] { seen.withLock { $0.logins } }
  /// Bytes of the login that arrived, whole or not.
  var bytesSeen: Int { seen.withLock { $0.bytes } }

  init(_ leaf: TestCertificate, serve: @escaping @Sendable (Client) -> Void) throws {
    guard let context = SSL_CTX_new(TLS_server_method()) else { throw TestKitError("no server") }
    SSL_CTX_use_certificate(context, leaf.certificate)
    SSL_CTX_use_PrivateKey(context, leaf.key)
    self.context = context
    self.serve = serve
    (listener, port) = try Self.listen()
    signal(SIGPIPE, SIG_IGN)
    Self.inThread { [self] in
      while true {
        let socket = accept(listener, nil, nil)
        guard socket >= 0 else {
          // Here and not in `stop`: a number given back while this thread may still ask for it would be another's.
          close(listener)
          return
        }
        let number = arrived(socket)
        Self.inThread { [self] in handle(socket, number) }
      }
    }
  }

  /// Ends the listener; connections end with their peers.
  func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
  }

  /// Counts those whose peer is still there. The kernel knows at once, a thread that reads may be late to hear of it.
  private func arrived(_ socket: Int32) -> Int {
    seen.withLock { seen in
      seen.connections += 1
      seen.sockets.insert(socket)
      seen.mostAtOnce = max(seen.mostAtOnce, seen.sockets.count { Self.isEstablished($0) })
      return seen.connections
    }
  }

  private static func isEstablished(_ socket: Int32) -> Bool {
    var state: UInt8 = 0
    var size = socklen_t(1)
    // The first byte of tcp_info is the state; 1 is ESTABLISHED.
    return getsockopt(socket, Int32(IPPROTO_TCP), TCP_INFO, &state, &size) == 0 && state == 1
  }

  private func handle(_ socket: Int32, _ number: Int) {
    defer {
      seen.withLock { _ = $0.sockets.remove(socket) }
      close(socket)
    }
    guard let session = SSL_new(context) else { return }
    defer { SSL_free(session) }
    SSL_set_fd(session, socket)
    guard SSL_accept(session) == 1 else { return }
    var login: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 80)
    while login.count < 80 {
      let count = Int(SSL_read(session, &chunk, Int32(80 - login.count)))
      guard count > 0 else { return }
      seen.withLock { $0.bytes += count }
      login += chunk[..<count]
    }
    let whole = login
    seen.withLock { $0.logins.append(whole) }
    serve(Client(session: session, number: number, login: whole))
  }

  static func frame(_ jpeg: [UInt8]) -> [UInt8] {
    header(size: UInt32(jpeg.count)) + jpeg
  }

  static func header(size: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) } + [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]
  }

  private static func listen() throws -> (Int32, UInt16) {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        bind(listener, generic, size) == 0 && Glibc.listen(listener, 64) == 0
          && getsockname(listener, generic, &size) == 0
      }
    }
    guard isBound else { throw TestKitError("no port") }
    return (listener, UInt16(bigEndian: address.sin_port))
  }

  private static func inThread(_ body: @escaping @Sendable () -> Void) {
    let box = Unmanaged.passRetained(Body(body))
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, box.toOpaque())
    pthread_detach(thread)
  }

  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }
}
