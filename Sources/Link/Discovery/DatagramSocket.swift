import Glibc

/// A UDP socket over IPv4, non-blocking, closed with its owner.
final class DatagramSocket {
  private(set) var descriptor: Int32
  /// Where it is bound; the kernel's choice when 0 was asked for.
  let port: UInt16

  /// - Parameter port: 0 lets the kernel choose. Any other is shared with whoever shares it too: slicers listen there.
  init(port: UInt16) throws(DiscoveryFailure) {
    let kind = Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    descriptor = socket(AF_INET, kind, 0)
    guard descriptor >= 0 else { throw DiscoveryFailure(port: port, errno: errno) }
    Self.set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
    if port != 0 { Self.set(descriptor, SOL_SOCKET, SO_REUSEPORT, 1) }
    Self.set(descriptor, SOL_SOCKET, SO_BROADCAST, 1)
    var address = Self.socketAddress(IPv4Address(bits: 0), port: port)
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
      }
    }
    guard isBound else {
      let code = errno
      Glibc.close(descriptor)
      self.descriptor = -1
      throw DiscoveryFailure(port: port, errno: code)
    }
    self.port = UInt16(bigEndian: address.sin_port)
  }

  deinit { close() }

  func close() {
    if descriptor >= 0 { Glibc.close(descriptor) }
    descriptor = -1
  }

  /// Receives what is sent to the group on this interface; being in it already is fine.
  func join(_ group: IPv4Address, on interface: NetworkInterface) {
    var request = ip_mreqn()
    request.imr_multiaddr.s_addr = group.bits.bigEndian
    request.imr_ifindex = interface.index
    setsockopt(
      descriptor, Int32(IPPROTO_IP), IP_ADD_MEMBERSHIP, &request, socklen_t(MemoryLayout.size(ofValue: request)))
  }

  /// What cannot be sent is lost, as datagrams are.
  func send(_ bytes: [UInt8], to destination: IPv4Address, port: UInt16, on interface: NetworkInterface? = nil) {
    if let interface {
      var request = ip_mreqn()
      request.imr_ifindex = interface.index
      // Else the kernel may put another interface's address on what leaves by this one.
      request.imr_address.s_addr = interface.address.bits.bigEndian
      setsockopt(
        descriptor, Int32(IPPROTO_IP), IP_MULTICAST_IF, &request, socklen_t(MemoryLayout.size(ofValue: request)))
    }
    var address = Self.socketAddress(destination, port: port)
    withUnsafePointer(to: &address) { pointer in
      _ = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  /// The next datagram, cut off at the buffer's length; nil when there is none.
  func receive(into buffer: inout [UInt8]) -> (count: Int, source: IPv4Address)? {
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let count = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        recvfrom(descriptor, &buffer, buffer.count, 0, $0, &size)
      }
    }
    guard count >= 0 else { return nil }
    return (count, IPv4Address(bits: UInt32(bigEndian: address.sin_addr.s_addr)))
  }

  private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32) {
    var value = value
    setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout.size(ofValue: value)))
  }

  private static func socketAddress(_ address: IPv4Address, port: UInt16) -> sockaddr_in {
    var result = sockaddr_in()
    result.sin_family = sa_family_t(AF_INET)
    result.sin_port = port.bigEndian
    result.sin_addr.s_addr = address.bits.bigEndian
    return result
  }
}

/// A port that announcements come to could not be opened: a field and a line in the log, never the end of the service.
package struct DiscoveryFailure: Error, Hashable, Sendable, CustomStringConvertible {
  package var port: UInt16
  package var errno: Int32

  package var description: String {
    "UDP port \(port) cannot be listened on: \(String(cString: strerror(errno)))."
  }
}
