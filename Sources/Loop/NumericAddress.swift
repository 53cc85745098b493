import Glibc
import Model

/// Addresses that need no name server.
enum NumericAddress {
  /// A non-blocking TCP socket on its way to the address; nil when it is no number, or cannot be had.
  static func connect(to host: HostName, port: PortNumber) -> Int32? {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    // Numbers only: a name would be looked up on the loop.
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
    var found: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host.text, port.description, &hints, &found) == 0, let entry = found else { return nil }
    defer { freeaddrinfo(entry) }
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = socket(entry.pointee.ai_family, kind, 0)
    guard descriptor >= 0 else { return nil }
    if Glibc.connect(descriptor, entry.pointee.ai_addr, entry.pointee.ai_addrlen) == 0 || errno == EINPROGRESS {
      return descriptor
    }
    Glibc.close(descriptor)
    return nil
  }
}
