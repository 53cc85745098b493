import Glibc
import Model
import Simulator
import TestKit
import Testing
import Wire

/// How the service begins and ends, as systemd and people see it (contract, section 8).
struct StopTests {
  @Test(
    "SIGTERM and SIGINT end it with 0 within five seconds, with printers and WebSockets open",
    arguments: [SIGTERM, SIGINT])
  func stopsInTime(signal: Int32) async throws {
    try await Stage.play([PrinterSpecification(model: .x1c), PrinterSpecification(model: .p1s)]) { stage in
      for printer in stage.printers { try await stage.status(try stage.add(printer), is: "idle") }
      let sockets = try (0..<5).map { _ in try stage.watch() }
      // One that sends half a request and waits.
      let half = try Connection(port: stage.service.port)
      try half.write(Array("GET /health HTTP/1.1\r\nHost: local".utf8))
      let before = ContinuousClock.now
      stage.service.process.signal(signal)
      #expect(try await stage.service.process.wait(within: 10) == 0)
      let ended = try #require(stage.service.process.endedAt)
      #expect(ended - before < .seconds(5), "it took \(ended - before)")
      for socket in sockets { #expect(try socket.closeCode() == 1001) }
      #expect(await stage.printers[0].wait { $0.sessionsOpen == 0 })
    }
  }

  @Test("It is ready when health answers, feeds the watchdog, and says that it stops")
  func tellsTheServiceManager() async throws {
    let folder = try TemporaryFolder()
    let manager = try NotifySocket("\(folder.path)/notify")
    let service = try await ServiceProcess.start(
      in: folder, environment: ["NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "200000"])
    let ready = try manager.receive()
    #expect(ready.contains("READY=1") && ready.contains("STATUS="))
    for _ in 0..<3 { #expect(try manager.receive() == "WATCHDOG=1") }
    service.process.signal(SIGTERM)
    var last = ""
    while last != "STOPPING=1" { last = try manager.receive() }
    #expect(try await service.process.wait() == 0)
  }

  @Test("A journal gets priorities, a person gets the time; neither gets a line without a word")
  func logLines() async throws {
    let plain = try await ServiceProcess.start()
    #expect(try await plain.stop() == 0)
    let journal = try await ServiceProcess.start(environment: ["JOURNAL_STREAM": "8:1234"])
    #expect(try await journal.stop() == 0)
    #expect(plain.process.text.contains("Z notice layerberry: listening"))
    #expect(journal.process.text.contains("<5>layerberry: listening"))
  }

  /// A datagram socket such as systemd's.
  private final class NotifySocket {
    let path: String
    private let descriptor: Int32

    init(_ path: String) throws {
      self.path = path
      descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
      var limit = timeval(tv_sec: 10, tv_usec: 0)
      setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
      let result = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
      guard result == 0 else { throw TestKitError("\(path): error \(errno)") }
    }

    deinit { close(descriptor) }

    func receive() throws -> String {
      var bytes = [UInt8](repeating: 0, count: 4096)
      let count = recv(descriptor, &bytes, bytes.count, 0)
      guard count > 0 else { throw TestKitError("no datagram came") }
      return String(decoding: bytes[..<count], as: UTF8.self)
    }
  }
}
