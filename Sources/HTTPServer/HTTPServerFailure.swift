import Glibc
import NIOCore
import NIOPosix

/// Why the server cannot listen.
package enum HTTPServerFailure: Error, Hashable, Sendable, CustomStringConvertible {
  case portInUse(Int)
  /// Ports below 1024 need a capability.
  case notPermitted(Int)
  /// The host is no address of this machine, or its name cannot be resolved.
  case badAddress(String)
  /// Anything else, with the system's error number, 0 where it gave none.
  case system(errno: Int32)

  package var description: String {
    switch self {
    case .portInUse(let port): "port \(port) is taken by another program"
    case .notPermitted(let port): "port \(port) needs a permission that this process does not have"
    case .badAddress(let host): "\(host) is not an address of this machine"
    case .system(let number): "the system refused to listen (error \(number))"
    }
  }

  init(_ error: any Error, _ configuration: HTTPServerConfiguration) {
    guard let error = error as? IOError else {
      // Names that cannot be resolved come as one of several NIO types.
      self = .badAddress(configuration.host ?? "::")
      return
    }
    switch error.errnoCode {
    case EADDRINUSE: self = .portInUse(configuration.port)
    case EACCES, EPERM: self = .notPermitted(configuration.port)
    case EADDRNOTAVAIL, EAFNOSUPPORT: self = .badAddress(configuration.host ?? "::")
    default: self = .system(errno: error.errnoCode)
    }
  }
}

/// Where the server listens.
package struct BoundAddress: Hashable, Sendable {
  package let host: String
  package let port: Int

  package init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  init?(_ address: SocketAddress?) {
    guard let address, let host = address.ipAddress, let port = address.port else { return nil }
    self.init(host: host, port: port)
  }
}
