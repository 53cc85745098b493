import CShims
import Glibc

/// Loopback TCP and Unix sockets, non-blocking.
enum Sockets {
  /// Listens on an address of the loopback; port 0 asks the system for a free one. Answers the descriptor and the port.
  static func listen(on host: String = "127.0.0.1", port: UInt16) throws(SimulatorError) -> (
    descriptor: Int32, port: UInt16
  ) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | nonBlocking | closeOnExec, 0)
    guard descriptor >= 0 else { throw SimulatorError("no socket: \(reason())") }
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    var address = loopback(port: port)
    address.sin_addr.s_addr = inet_addr(host)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && Glibc.listen(descriptor, 64) == 0
          && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard bound else {
      let why = reason()
      close(descriptor)
      throw SimulatorError("cannot listen on \(host):\(port): \(why)")
    }
    return (descriptor, UInt16(bigEndian: address.sin_port))
  }

  /// Takes a port of 127.0.0.1 without listening there: whoever connects is refused. nil when somebody else has it.
  static func reserve(port: UInt16) -> Int32? {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | nonBlocking | closeOnExec, 0)
    guard descriptor >= 0 else { return nil }
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    var address = loopback(port: port)
    let isBound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard isBound else {
      close(descriptor)
      return nil
    }
    return descriptor
  }

  /// Connects to 127.0.0.1, which answers at once; nil when nobody listens there.
  static func connect(port: UInt16) -> Int32? {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | closeOnExec, 0)
    guard descriptor >= 0 else { return nil }
    var address = loopback(port: port)
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard connected else {
      close(descriptor)
      return nil
    }
    prepare(descriptor)
    return descriptor
  }

  /// Listens on a Unix socket that only this user may use; what was there before goes.
  static func listen(path: String) throws(SimulatorError) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let fits = withUnsafeMutableBytes(of: &address.sun_path) { room in
      guard path.utf8.count < room.count else { return false }
      room.copyBytes(from: path.utf8)
      return true
    }
    guard fits else { throw SimulatorError("the path of the control socket is too long: \(path)") }
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | nonBlocking | closeOnExec, 0)
    guard descriptor >= 0 else { throw SimulatorError("no socket: \(reason())") }
    unlink(path)
    let mask = umask(0o077)
    defer { umask(mask) }
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0 && Glibc.listen(descriptor, 8) == 0
      }
    }
    guard bound else {
      let why = reason()
      close(descriptor)
      throw SimulatorError("cannot listen on \(path): \(why)")
    }
    return descriptor
  }

  /// The next waiting connection, non-blocking; nil when there is none.
  static func accept(_ listener: Int32) -> Int32? {
    let descriptor = layerberry_accept(listener)
    guard descriptor >= 0 else { return nil }
    prepare(descriptor)
    return descriptor
  }

  /// Ends the connection for the peer even while somebody else holds a copy of the descriptor.
  static func end(_ descriptor: Int32) {
    shutdown(descriptor, Int32(SHUT_RDWR))
    close(descriptor)
  }

  /// Closes so that the peer sees a reset instead of an end.
  static func reset(_ descriptor: Int32) {
    var now = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
    close(descriptor)
  }

  private static func prepare(_ descriptor: Int32) {
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    var yes: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
  }

  private static func loopback(port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
  }

  static func reason() -> String { String(cString: strerror(errno)) }

  /// What `socket` calls the flags of `open`; they are the same numbers on Linux.
  private static let closeOnExec = O_CLOEXEC
  private static let nonBlocking = O_NONBLOCK
}
