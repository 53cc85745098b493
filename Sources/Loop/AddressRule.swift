import Glibc
package import Model

/// Where an external camera, a provider or a plug may be (contract, section 5, "Notifications and webhooks", last
/// paragraph): private and loopback addresses yes, the service's own ports, link-local and multicast ones never.
package struct AddressRule: Hashable, Sendable {
  /// The setting `reach.allow_loopback`.
  package var allowsLoopback: Bool
  /// The ports that the service itself listens on.
  package var ownPorts: [PortNumber]
  /// A folder of CAs under their hashed names; nil is the system's.
  package var authorities: String?

  package init(allowsLoopback: Bool, ownPorts: [PortNumber], authorities: String? = nil) {
    self.allowsLoopback = allowsLoopback
    self.ownPorts = ownPorts
    self.authorities = authorities
  }

  /// Refuses at once what can be told without a name server; the rest is refused when the camera is looked at.
  package func check(_ address: ExternalCameraAddress, field: String = "url") throws(InvalidValue) {
    guard case .network(let place) = address.kind else { return }
    try check(place, field: field)
  }

  /// The same for any place that is given by host and port.
  package func check(_ place: ExternalCameraAddress.Place, field: String = "url") throws(InvalidValue) {
    try check(host: place.host, port: place.port, field: field)
  }

  package func check(host named: HostName, port: PortNumber, field: String) throws(InvalidValue) {
    let name = named.text.lowercased()
    let isLocalName = name == "localhost" || name.hasSuffix(".localhost")
    let host = isLocalName ? try? HostName("127.0.0.1") : named.isNumeric ? named : nil
    guard let host, let objection = objection(to: host, port: port) else { return }
    throw InvalidValue(field, objection)
  }

  package func allows(_ host: HostName, port: PortNumber) -> Bool { objection(to: host, port: port) == nil }

  /// What is wrong with a numeric address, as the end of a sentence.
  package func objection(to host: HostName, port: PortNumber) -> String? {
    guard let bytes = Self.bytes(host.text) else { return "must have an address that can be read" }
    switch Self.kind(bytes) {
    case .unspecified, .multicast, .linkLocal:
      return "must be the address of one machine: no link-local, multicast or unspecified one"
    case .loopback:
      if !allowsLoopback { return "must not be on this machine: the setting reach.allow_loopback is off" }
      return ownPorts.contains(port) ? Self.ownObjection : nil
    case .other: return ownPorts.contains(port) && Self.isOurs(bytes) ? Self.ownObjection : nil
    }
  }

  private static let ownObjection = "must not be this service itself"

  private enum Kind { case unspecified, loopback, linkLocal, multicast, other }

  /// 16 bytes; an IPv4 address in its mapped form.
  private static func bytes(_ text: String) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 16)
    if inet_pton(AF_INET6, text, &bytes) == 1 { return bytes }
    var four = [UInt8](repeating: 0, count: 4)
    guard inet_pton(AF_INET, text, &four) == 1 else { return nil }
    return mapped + four
  }

  private static let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
  /// An IPv6 network's way to IPv4 addresses (RFC 6052).
  private static let translated: [UInt8] = [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]

  private static func kind(_ bytes: [UInt8]) -> Kind {
    let zeros = [UInt8](repeating: 0, count: 12)
    if bytes.starts(with: zeros), bytes[12] == 0 {
      if bytes[13] == 0, bytes[14] == 0, bytes[15] == 1 { return .loopback }
      if bytes[13] == 0, bytes[14] == 0, bytes[15] == 0 { return .unspecified }
    }
    if bytes.starts(with: mapped) || bytes.starts(with: translated) || bytes.starts(with: zeros) {
      switch (bytes[12], bytes[13]) {
      case (0, _): return .unspecified
      case (127, _): return .loopback
      case (169, 254): return .linkLocal
      case (224...255, _): return .multicast
      default: return .other
      }
    }
    if bytes[0] == 0xFE, bytes[1] & 0xC0 == 0x80 { return .linkLocal }
    return bytes[0] == 0xFF ? .multicast : .other
  }

  /// Whether one of this machine's interfaces has the address.
  private static func isOurs(_ bytes: [UInt8]) -> Bool {
    var list: UnsafeMutablePointer<ifaddrs>?
    // Where it cannot be told, caution is right.
    guard getifaddrs(&list) == 0 else { return true }
    defer { freeifaddrs(list) }
    var next = list
    while let entry = next {
      next = entry.pointee.ifa_next
      guard let address = entry.pointee.ifa_addr else { continue }
      switch Int32(address.pointee.sa_family) {
      case AF_INET:
        let four = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { $0.pointee.sin_addr }
        if mapped + withUnsafeBytes(of: four, Array.init) == bytes { return true }
      case AF_INET6:
        let sixteen = address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { $0.pointee.sin6_addr }
        if withUnsafeBytes(of: sixteen, Array.init) == bytes { return true }
      default: continue
      }
    }
    return false
  }
}
