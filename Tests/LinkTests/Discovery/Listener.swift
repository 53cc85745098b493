import Glibc
import Link
import Logging
import Model
import TestKit
import Wire
import Loop

/// Keeps what a discovery hears. Lives on its loop.
actor Listener {
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private nonisolated let loop: PollLoop
  private var ears: PrinterDiscovery?
  private(set) var sightings: [PrinterSighting] = []

  init(loop: PollLoop) { self.loop = loop }

  /// The port that it listens on, of the kernel's choice.
  func start(ports: [UInt16] = [0]) -> [UInt16] {
    var settings = PrinterDiscovery.Settings()
    settings.ports = ports
    let ears = PrinterDiscovery(
      loop: loop, settings: settings, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    self.ears = ears
    ears.start { [weak self] sighting in self?.assumeIsolated { $0.sightings.append(sighting) } }
    return ears.ports
  }

  func stop() {
    ears?.stop()
    ears = nil
  }

  var failures: [DiscoveryFailure] { ears?.failures ?? [] }

  var serials: [String] {
    sightings.compactMap { if case .alive(let announcement) = $0 { announcement.serial.text } else { nil } }
  }

  var addresses: [String] {
    sightings.compactMap { if case .alive(let announcement) = $0 { announcement.address.text } else { nil } }
  }

  func ask(_ host: HostName, plain: UInt16, secure: UInt16) async -> PrinterAnnouncement? {
    var ports = BindProbe.Ports()
    (ports.plain, ports.secure) = (plain, secure)
    return await withCheckedContinuation { (continuation: CheckedContinuation<PrinterAnnouncement?, Never>) in
      BindProbe.run(on: loop, host: host, ports: ports, within: .milliseconds(300)) {
        continuation.resume(returning: $0)
      }
    }
  }
}

/// Sends from loopback.
final class Sender: Sendable {
  private let descriptor: Int32

  init() { descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0) }

  deinit { close(descriptor) }

  func send(_ datagram: [UInt8], to port: UInt16, host: String = "127.0.0.1") {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr(host)
    if host.hasPrefix("239.") {
      var interface = in_addr(s_addr: inet_addr("127.0.0.1"))
      setsockopt(
        descriptor, Int32(IPPROTO_IP), IP_MULTICAST_IF, &interface, socklen_t(MemoryLayout.size(ofValue: interface)))
    }
    withUnsafePointer(to: &address) { pointer in
      _ = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        sendto(descriptor, datagram, datagram.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  /// Binds to a port and shares it with nobody.
  func keepPort() -> UInt16? {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
      }
    }
    return isBound ? UInt16(bigEndian: address.sin_port) : nil
  }

  func notify(_ serial: String, location: String = "192.168.50.21", kind: String = "alive", to port: UInt16) {
    send(Self.notify(serial, location: location, kind: kind), to: port)
  }

  static func notify(_ serial: String, location: String = "192.168.50.21", kind: String = "alive") -> [UInt8] {
    Array(
      """
      NOTIFY * HTTP/1.1\r\nNT: urn:bambulab-com:device:3dprinter:1\r\nNTS: ssdp:\(kind)\r\nUSN: \(serial)\r
      Location: \(location)\r\nDevModel.bambu.com: C12\r\n\r\n
      """.utf8)
  }
}
