import CShims
import Glibc
import Model
package import Rules

/// By what names and addresses this board can be reached.
package enum BoardNames {
  /// More addresses than any board has.
  private static let room = 256
  private static let largestFile = 65_536

  /// - Parameter allowed: the setting `api.allowed_hosts`.
  package static func rule(allowed: [String]) -> HostRule {
    HostRule(hostName: hostName, domains: domains, addresses: addresses, allowed: allowed)
  }

  private static var hostName: String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "" }
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  private static var addresses: Set<IPAddress> {
    var bytes = [UInt8](repeating: 0, count: room * 16)
    let count = Int(max(0, layerberry_addresses(&bytes, Int32(room))))
    return Set((0..<count).compactMap { IPAddress(bytes: bytes[($0 * 16)..<($0 * 16 + 16)]) })
  }

  /// What DHCP gave as the network's domain, where programs find it.
  private static var domains: [String] {
    ["/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"].flatMap { domains(inResolver: text(of: $0)) }
  }

  /// The domains of `search` and `domain` lines (resolv.conf(5)).
  package static func domains(inResolver text: String) -> [String] {
    text.split(separator: "\n").flatMap { line -> [String] in
      let words = line.split { $0 == " " || $0 == "\t" }
      guard let first = words.first, first == "search" || first == "domain" else { return [] }
      return words.dropFirst().prefix(16).map { $0.hasSuffix(".") ? String($0.dropLast()) : String($0) }
    }
  }

  private static func text(of path: String) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: largestFile)
    let count = read(descriptor, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }
}
