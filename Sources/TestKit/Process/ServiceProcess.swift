import Glibc
import Synchronization
import Wire

/// The service as its users have it: the built program on a free port, in a data folder of its own.
package final class ServiceProcess: Sendable {
  package let process: ChildProcess
  package let folder: TemporaryFolder
  package let port: Int

  /// Starts it and waits until `/health` answers 200.
  ///
  /// - Parameter hasRateLimits: else a configuration file sets them to 0, as tests ask more often than people.
  package static func start(
    in folder: TemporaryFolder? = nil, port: Int? = nil, arguments: [String] = [], environment: [String: String] = [:],
    hasRateLimits: Bool = false
  ) async throws -> ServiceProcess {
    let folder = try folder ?? TemporaryFolder()
    let port = try port ?? freePort()
    var arguments = arguments
    if !hasRateLimits, !arguments.contains("--config") {
      let lines = ["read", "write", "control"].map { "rate_limit.\($0) = 0\n" }
      arguments += ["--config", try folder.write("[settings]\n\(lines.joined())", as: "limitless.ini")]
    }
    let process = try ChildProcess(
      try ChildProcess.built("layerberry"),
      ["serve", "--data", "\(folder.path)/data", "--host", "127.0.0.1", "--port", String(port)] + arguments,
      environment: environment)
    let service = ServiceProcess(process: process, folder: folder, port: port)
    try await service.becomeHealthy()
    return service
  }

  private init(process: ChildProcess, folder: TemporaryFolder, port: Int) {
    self.process = process
    self.folder = folder
    self.port = port
  }

  package func becomeHealthy() async throws {
    let client = HTTPClient(port: port)
    // A disk that others write to as well may take long over the first transactions.
    _ = try await eventually(within: 60, "the service is healthy; it said: \(process.text)") { () -> Bool? in
      (try? client.get("/health"))?.status == 200 ? true : nil
    }
  }

  /// A client with a fresh key that has these permissions.
  package func client(
    _ permissions: String = "read,queue,control,manage,admin", printers: String? = nil
  ) async throws -> HTTPClient {
    HTTPClient(port: port, key: try await key(permissions, printers: printers))
  }

  package func key(_ permissions: String, printers: String? = nil) async throws -> String {
    var arguments = [
      "key", "create", "--data", "\(folder.path)/data", "--name", "test", "--permissions", permissions, "--json",
    ]
    if let printers { arguments += ["--printers", printers] }
    let output = try await run(arguments)
    guard let key = try JSONParser.parse(output.utf8, limits: .init(bytes: 1 << 16))["key"]?.string else {
      throw TestKitError("no key in \(output)")
    }
    return key
  }

  /// Runs another command of the program to its end and gives its output.
  package func run(_ arguments: [String]) async throws -> String {
    let child = try ChildProcess(try ChildProcess.built("layerberry"), arguments)
    let status = try await child.wait()
    guard status == 0 else { throw TestKitError("layerberry \(arguments.joined(separator: " ")): \(child.text)") }
    return child.text
  }

  /// SIGTERM, and its exit status.
  package func stop() async throws -> Int32 {
    process.signal(SIGTERM)
    return try await process.wait()
  }

  /// Ports that were given to somebody in this process, who may not listen yet.
  private static let given = Mutex<Set<Int>>([])

  /// A port that nothing listens on just now, and that nobody else here was given.
  package static func freePort() throws -> Int {
    while true {
      let port = try unusedPort()
      if given.withLock({ $0.insert(port).inserted }) { return port }
    }
  }

  private static func unusedPort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(descriptor, pointer, length) == 0 ? getsockname(descriptor, pointer, &length) : -1
      }
    }
    guard result == 0 else { throw TestKitError("no free port") }
    return Int(UInt16(bigEndian: address.sin_port))
  }
}
