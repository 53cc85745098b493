import Glibc
import Logging

/// What the service tells systemd: `READY=1`, `STOPPING=1`, and that it is alive (sd_notify(3)).
///
/// A datagram to the socket that `NOTIFY_SOCKET` names; without it everything here does nothing. The protocol is one
/// `sendto`, so libsystemd is not worth its size.
package struct ServiceManager: Sendable {
  private let address: String?
  /// How often systemd wants to hear from us, in microseconds (`WATCHDOG_USEC`).
  package let watchdogInterval: Duration?

  package init(environment: [String: String]) {
    address = environment["NOTIFY_SOCKET"].flatMap { $0.isEmpty || $0.utf8.count > 107 ? nil : $0 }
    // Half of what is allowed, as its manual advises.
    watchdogInterval = environment["WATCHDOG_USEC"].flatMap { Int64($0) }.flatMap { microseconds in
      let forUs = environment["WATCHDOG_PID"].map { $0 == String(getpid()) } ?? true
      return forUs && microseconds > 0 ? .microseconds(microseconds / 2) : nil
    }
  }

  package func ready(_ status: String) { send("READY=1\nSTATUS=\(status)") }
  package func stopping() { send("STOPPING=1") }
  package func alive() { send("WATCHDOG=1") }

  private func send(_ message: String) {
    guard let address else { return }
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var target = sockaddr_un()
    target.sun_family = sa_family_t(AF_UNIX)
    let path = Array(address.utf8)
    withUnsafeMutableBytes(of: &target.sun_path) { bytes in
      for (index, byte) in path.enumerated() { bytes[index] = byte }
      // An abstract address begins with @, which stands for a zero byte.
      if path.first == UInt8(ascii: "@") { bytes[0] = 0 }
    }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
    let text = Array(message.utf8)
    _ = withUnsafePointer(to: &target) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        sendto(descriptor, text, text.count, Int32(MSG_NOSIGNAL), $0, length)
      }
    }
  }
}
