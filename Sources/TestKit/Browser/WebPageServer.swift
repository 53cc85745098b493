import Glibc
import Synchronization

/// Somebody else's web site: serves the pages that it is given, one request to a connection, until its last owner goes.
package final class WebPageServer: Sendable {
  package let port: Int
  private let listener: Int32

  /// - Parameter pages: HTML by path.
  package init(_ pages: [String: String]) throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(descriptor, pointer, length) == 0 && listen(descriptor, 16) == 0
          ? getsockname(descriptor, pointer, &length) : -1
      }
    }
    guard result == 0 else {
      close(descriptor)
      throw TestKitError("no web site: error \(errno)")
    }
    listener = descriptor
    port = Int(UInt16(bigEndian: address.sin_port))
    let context = Unmanaged.passRetained(Serving(listener: descriptor, pages: pages))
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Serving>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, context.toOpaque())
    pthread_detach(thread)
  }

  /// The thread that waits for visitors wakes with an error, and closes the socket.
  deinit { shutdown(listener, Int32(SHUT_RDWR)) }
}

private final class Serving: Sendable {
  private let listener: Int32
  private let pages: [String: String]

  init(listener: Int32, pages: [String: String]) {
    self.listener = listener
    self.pages = pages
  }

  func run() {
    while true {
      let visitor = accept(listener, nil, nil)
      if visitor < 0 {
        if errno == EINTR || errno == ECONNABORTED { continue }
        break
      }
      serve(visitor)
      close(visitor)
    }
    close(listener)
  }

  private func serve(_ visitor: Int32) {
    // A connection that a browser opens ahead of need must not hold up the others.
    var limit = timeval(tv_sec: 2, tv_usec: 0)
    setsockopt(visitor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var bytes = [UInt8](repeating: 0, count: 16_384)
    let count = recv(visitor, &bytes, bytes.count, 0)
    guard count > 0 else { return }
    let words = String(decoding: bytes[..<count], as: UTF8.self).split(separator: " ", maxSplits: 2)
    let path = words.count > 1 ? String(words[1].prefix { $0 != "?" }) : ""
    let page = pages[path]
    let body = Array((page ?? "").utf8)
    let head = """
      HTTP/1.1 \(page == nil ? "404 Not Found" : "200 OK")\r
      Content-Type: text/html; charset=utf-8\r
      Content-Length: \(body.count)\r
      Connection: close\r
      \r

      """
    let answer = Array(head.utf8) + body
    _ = send(visitor, answer, answer.count, Int32(MSG_NOSIGNAL))
  }
}
