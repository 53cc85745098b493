import Glibc
import Model
import Simulator
import TestKit
import Testing

/// The decoder of a watched camera must not outlive the service, however that ends (lessons: no left-over helpers).
struct DecoderKillTests {
  @Test("A service that is killed while somebody watches takes its ffmpeg along")
  func killed() async throws {
    try await Stage.play([PrinterSpecification(model: .x1c)]) { stage in
      let id = try stage.add(stage.printers[0])
      try await stage.status(id, is: "idle")
      let viewer = try Connection(port: stage.service.port, timeout: 60)
      let head = """
        GET /api/v1/printers/\(id)/camera/stream HTTP/1.1\r
        Host: localhost\r
        X-API-Key: \(stage.client.key ?? "")\r
        \r

        """
      try viewer.write(Array(head.utf8))
      _ = try viewer.read(exactly: 2_000)
      let decoders = try await eventually(within: 60, "ffmpeg decodes") { () -> [pid_t]? in
        let found = Self.children(of: stage.service.process.id).filter { Self.command($0).contains("ffmpeg") }
        return found.isEmpty ? nil : found
      }
      #expect(decoders.count == 1)
      stage.service.process.signal(SIGKILL)
      _ = try await stage.service.process.wait()
      try await eventually(within: 20, "no ffmpeg is left") { () -> Bool? in
        decoders.allSatisfy { Self.command($0).isEmpty } ? true : nil
      }
    }
  }

  private static func children(of process: pid_t) -> [pid_t] {
    guard let folder = opendir("/proc/\(process)/task") else { return [] }
    defer { closedir(folder) }
    var found: [pid_t] = []
    while let entry = readdir(folder) {
      let thread = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      guard Int(thread) != nil else { continue }
      found += text("/proc/\(process)/task/\(thread)/children").split(separator: " ").compactMap { pid_t($0) }
    }
    return found
  }

  /// Empty where the process is gone, or waits for its parent to notice.
  private static func command(_ process: pid_t) -> String { text("/proc/\(process)/cmdline") }

  private static func text(_ path: String) -> String {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 4_096)
    let count = read(descriptor, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }
}
