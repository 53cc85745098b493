import Glibc

/// A TCP connection to this machine, blocking, with a time-out so that no test hangs.
package final class Connection {
  private let descriptor: Int32

  package init(port: Int, timeout: Int = 20) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var limit = timeval(tv_sec: timeout, tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    // What throws from here on is closed by deinit.
    guard result == 0 else { throw TestKitError("nothing listens on port \(port)") }
  }

  deinit { close(descriptor) }

  package func write(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        send(descriptor, buffer.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw TestKitError("the peer takes no more: error \(errno)") }
      sent += count
    }
  }

  /// Whether there is something to read, or the end; does not wait.
  package var hasInput: Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, 0) > 0
  }

  /// Up to so many bytes; empty at the end.
  package func read(atMost limit: Int = 65_536) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: limit)
    var count = recv(descriptor, &bytes, limit, 0)
    // With a time-out a signal breaks it off, a process that is stopped and goes on for one.
    while count < 0, errno == EINTR { count = recv(descriptor, &bytes, limit, 0) }
    guard count >= 0 else {
      if errno == ECONNRESET { return [] }
      throw TestKitError("nothing came in time: error \(errno)")
    }
    return Array(bytes[..<count])
  }

  package func read(exactly count: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      let more = try read(atMost: count - bytes.count)
      guard !more.isEmpty else { throw TestKitError("the connection ended early") }
      bytes += more
    }
    return bytes
  }

  package func readAll() throws -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let more = try read()
      if more.isEmpty { return bytes }
      bytes += more
    }
  }
}
