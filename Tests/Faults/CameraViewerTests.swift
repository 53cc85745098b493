import Glibc
import Model
import Simulator
import TestKit
import Testing
import Wire

/// A thousand viewers come and go, and nothing of them stays.
struct CameraViewerTests {
  @Test("A thousand viewers, some of them killed, leave nothing behind")
  func comeAndGo() async throws {
    var settings = CameraSettings()
    settings.size = .small
    settings.framesPerSecond = 20
    try await Stage.play([PrinterSpecification(model: .p1s, camera: settings)]) { stage in
      _ = try stage.client.send(
        "PATCH", "/api/v1/settings", json: ["rate_limit.read": 0, "http.connections_per_address": 1000])
      let id = try stage.add(stage.printers[0])
      try await stage.status(id, is: "idle")
      let path = "/api/v1/printers/\(id)/camera/stream"
      let pid = stage.service.process.id
      // What is made at first use is there before the count.
      try await Self.watch(stage, path, viewers: 30)
      try await Self.untilIdle(stage, id)
      let before = try Holdings(of: pid)
      for _ in 0..<24 {
        try await Self.watch(stage, path, viewers: 40)
        try await Self.killSome(stage, path, count: 2)
      }
      try await Self.untilIdle(stage, id)
      let after = try await Holdings.settle(of: pid, to: before)
      #expect(after.anonymous - before.anonymous < 3_000, "\(before) \(after)")
      let camera = stage.printers[0].counters.camera
      #expect(camera.connectionsOpen == 0 && camera.connectionsAtMost == 1)
    }
  }

  /// So many at once, each of which sees something and goes without a word.
  private static func watch(_ stage: Stage, _ path: String, viewers: Int) async throws {
    var connections: [Connection] = []
    for _ in 0..<viewers {
      let connection = try Connection(port: stage.service.port)
      let head = "GET \(path) HTTP/1.1\r\nHost: localhost\r\nX-API-Key: \(stage.client.key ?? "")\r\n\r\n"
      try connection.write(Array(head.utf8))
      connections.append(connection)
    }
    for connection in connections { #expect(try connection.read(exactly: 2_000).starts(with: "HTTP/1.1 200".utf8)) }
  }

  private static func killSome(_ stage: Stage, _ path: String, count: Int) async throws {
    for _ in 0..<count {
      let viewer = try ChildProcess(
        "/usr/bin/curl",
        [
          "-sN", "-H", "X-API-Key: \(stage.client.key ?? "")", "-o", "/dev/null",
          "http://127.0.0.1:\(stage.service.port)\(path)",
        ])
      try await eventually(within: 10, "curl watches") { () -> Bool? in
        let viewers = try stage.client.get(String(path.dropLast("/stream".count))).json?["viewers"]?.whole
        return (viewers ?? 0) > 0 ? true : nil
      }
      viewer.signal(SIGKILL)
      _ = try await viewer.wait()
    }
  }

  private static func untilIdle(_ stage: Stage, _ id: Int64) async throws {
    try await eventually(within: 30, "nobody watches, and the camera is let go of") { () -> Bool? in
      let camera = try stage.client.get("/api/v1/printers/\(id)/camera").json
      return camera?["viewers"] == 0 && stage.printers[0].counters.camera.connectionsOpen == 0 ? true : nil
    }
  }
}

extension JSONValue {
  /// The number, where it is a whole one.
  fileprivate var whole: Int64? { if case .int(let number) = self { number } else { nil } }
}
