import Glibc

/// UDP over IPv4 for announcements, non-blocking.
enum Datagrams {
  /// - Parameter port: nil is a socket that only sends; 0 lets the system choose.
  static func open(port: UInt16?) throws(SimulatorError) -> (descriptor: Int32, port: UInt16) {
    let kind = Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = socket(AF_INET, kind, 0)
    guard descriptor >= 0 else { throw SimulatorError("no socket: \(Sockets.reason())") }
    var yes: Int32 = 1
    for option in [SO_BROADCAST, SO_REUSEADDR, SO_REUSEPORT] {
      setsockopt(descriptor, SOL_SOCKET, option, &yes, socklen_t(MemoryLayout<Int32>.size))
    }
    guard let port else { return (descriptor, 0) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard isBound else {
      let why = Sockets.reason()
      Glibc.close(descriptor)
      throw SimulatorError("cannot listen on UDP port \(port): \(why)")
    }
    // On the way out to the network, where there is one, and on loopback.
    for interface in ["0.0.0.0", "127.0.0.1"] {
      var group = ip_mreqn()
      group.imr_multiaddr.s_addr = inet_addr("239.255.255.250")
      group.imr_address.s_addr = inet_addr(interface)
      setsockopt(
        descriptor, Int32(IPPROTO_IP), IP_ADD_MEMBERSHIP, &group, socklen_t(MemoryLayout.size(ofValue: group)))
    }
    return (descriptor, UInt16(bigEndian: address.sin_port))
  }

  static func send(_ bytes: [UInt8], on descriptor: Int32, to host: String, port: UInt16) {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr(host)
    if host.hasPrefix("239.") {
      // A group is asked for on loopback: whoever wants it on a network has the broadcast.
      var interface = in_addr(s_addr: inet_addr("127.0.0.1"))
      setsockopt(
        descriptor, Int32(IPPROTO_IP), IP_MULTICAST_IF, &interface, socklen_t(MemoryLayout.size(ofValue: interface)))
    }
    send(bytes, on: descriptor, to: address)
  }

  static func send(_ bytes: [UInt8], on descriptor: Int32, to destination: sockaddr_in) {
    var address = destination
    withUnsafePointer(to: &address) { pointer in
      _ = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        sendto(descriptor, bytes, bytes.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  static func receive(_ descriptor: Int32) -> (bytes: [UInt8], source: sockaddr_in)? {
    var buffer = [UInt8](repeating: 0, count: 2048)
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let count = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        recvfrom(descriptor, &buffer, buffer.count, 0, $0, &size)
      }
    }
    return count >= 0 ? (Array(buffer[..<count]), address) : nil
  }
}
