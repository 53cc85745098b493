import Glibc

/// Blocking loopback sockets.
enum FileSockets {
  /// Listens on 127.0.0.1; port 0 asks the system for a free one.
  static func listen(port: UInt16) throws(FileServerError) -> (descriptor: Int32, port: UInt16) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
    guard descriptor >= 0 else { throw FileServerError("no socket: \(String(cString: strerror(errno)))") }
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && Glibc.listen(descriptor, 16) == 0
          && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard isBound else {
      let reason = String(cString: strerror(errno))
      close(descriptor)
      throw FileServerError("cannot listen on 127.0.0.1:\(port): \(reason)")
    }
    return (descriptor, UInt16(bigEndian: address.sin_port))
  }

  /// The next connection; nil when none came in time.
  static func accept(_ listener: Int32, milliseconds: Int32) -> Int32? {
    var poller = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
    guard poll(&poller, 1, milliseconds) == 1 else { return nil }
    let socket = Glibc.accept(listener, nil, nil)
    return socket >= 0 ? socket : nil
  }
}
