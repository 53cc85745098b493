import Glibc
import Synchronization
import TestKit

/// A small HTTP server that says what a test wants said, a thread for each connection. On 127.0.0.1.
final class PlainServer: Sendable {
  struct Client: Sendable {
    fileprivate let descriptor: Int32
    /// The request's head.
    let request: String

    /// False when the client has gone.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        guard count > 0 else { return false }
        rest = rest.dropFirst(count)
      }
      return true
    }

    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// Until the client closes the connection.
    func waitForEnd() {
      var byte: UInt8 = 0
      while recv(descriptor, &byte, 1, 0) > 0 {}
    }
  }

  let port: UInt16
  private let listener: Int32
  private let requestTexts = Mutex<[String]>([])
  private let serve: @Sendable (Client) -> Void

  var requests: [String] { requestTexts.withLock { $0 } }

  init(_ serve: @escaping @Sendable (Client) -> Void) throws {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = self.listener
    let isUp = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, size) == 0 && listen(listener, 64) == 0 && getsockname(listener, $0, &size) == 0
      }
    }
    guard isUp else { throw TestKitError("no listener") }
    port = UInt16(bigEndian: address.sin_port)
    self.serve = serve
    try Self.thread { [weak self] in
      while true {
        let descriptor = accept(listener, nil, nil)
        guard descriptor >= 0 else { return }
        guard let self else {
          close(descriptor)
          return
        }
        try? Self.thread { self.answer(descriptor) }
      }
    }
  }

  deinit { stop() }

  func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

  private func answer(_ descriptor: Int32) {
    defer { close(descriptor) }
    var head: [UInt8] = []
    var byte: UInt8 = 0
    while !head.suffix(4).elementsEqual([13, 10, 13, 10]) {
      guard recv(descriptor, &byte, 1, 0) == 1, head.count < 16_384 else { return }
      head.append(byte)
    }
    let request = String(decoding: head, as: UTF8.self)
    requestTexts.withLock { $0.append(request) }
    serve(Client(descriptor: descriptor, request: request))
  }

  private final class Work {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  private static func thread(_ body: @escaping @Sendable () -> Void) throws {
    var thread = pthread_t()
    let work = Unmanaged.passRetained(Work(body))
    let result = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
        return nil
      }, work.toOpaque())
    guard result == 0 else {
      work.release()
      throw TestKitError("no thread")
    }
    pthread_detach(thread)
  }
}
