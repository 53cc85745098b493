import Glibc
import TestKit

/// A real mosquitto behind TLS: user `bblp` with the given code, and the printer's report retained on its topic.
final class Broker: @unchecked Sendable {
  // Unchecked: used by one test at a time.
  let port: UInt16
  /// Without TLS, for what stands in for the printer itself.
  private let plainPort: UInt16
  let folder: TemporaryFolder
  private var process: pid_t = 0

  static var isInstalled: Bool {
    access("/usr/sbin/mosquitto", X_OK) == 0 && access("/usr/bin/mosquitto_passwd", X_OK) == 0
  }

  init(_ leaf: TestCertificate, code: String) throws {
    folder = try TemporaryFolder()
    // Taken and given back: mosquitto binds them a moment later.
    let (first, port) = try listen()
    let (second, plainPort) = try listen()
    close(first)
    close(second)
    self.port = port
    self.plainPort = plainPort
    let certificate = try folder.write(leaf.certificatePEM, as: "leaf.pem")
    let key = try folder.write(leaf.keyPEM, as: "key.pem")
    let passwords = try folder.write("bblp:\(code)\n", as: "passwords", mode: 0o600)
    let hashing = try Self.spawn(["/usr/bin/mosquitto_passwd", "-U", passwords])
    waitpid(hashing, nil, 0)
    try folder.write(
      """
      listener \(plainPort) 127.0.0.1
      listener \(port) 127.0.0.1
      allow_anonymous false
      password_file \(passwords)
      certfile \(certificate)
      keyfile \(key)
      user root
      log_type none

      """, as: "mosquitto.conf")
    try start()
  }

  deinit { kill() }

  func start() throws {
    process = try Self.spawn(["/usr/sbin/mosquitto", "-c", "\(folder.path)/mosquitto.conf"])
    // The port answers when it is ready; each refused attempt gives the processor away.
    for _ in 0..<2000 {
      if canConnect(to: port) { return }
      usleep(5000)
    }
    throw TestKitError("mosquitto does not answer")
  }

  func kill() {
    guard process > 0 else { return }
    Glibc.kill(process, SIGKILL)
    waitpid(process, nil, 0)
    process = 0
  }

  /// Publishes as a printer would, from a process of its own; waits until the broker has it.
  func publish(_ payload: String, serial: String, code: String, retained: Bool = true) throws {
    let file = try folder.write(payload, as: "payload-\(serial).json")
    let publisher = try Self.spawn(
      [
        "/usr/bin/mosquitto_pub", "-h", "127.0.0.1", "-p", "\(plainPort)", "-u", "bblp", "-P", code, "-q", "1", "-t",
        "device/\(serial)/report", "-f", file,
      ] + (retained ? ["-r"] : []))
    var status: Int32 = 0
    waitpid(publisher, &status, 0)
    guard status == 0 else { throw TestKitError("mosquitto_pub ended with \(status)") }
  }

  private static func spawn(_ arguments: [String]) throws -> pid_t {
    var process = pid_t()
    var pointers = arguments.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    guard posix_spawn(&process, arguments[0], nil, nil, &pointers, environ) == 0 else {
      throw TestKitError("\(arguments[0]) does not start")
    }
    return process
  }
}

func canConnect(to port: UInt16) -> Bool {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(descriptor) }
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  address.sin_port = port.bigEndian
  return withUnsafePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
    }
  }
}
