import Camera
import Loop
import Model
import Simulator
import TestKit
import Testing

/// External cameras that speak RTSP without TLS, as most do.
@Suite(.serialized, .timeLimit(.minutes(3))) struct PlainRTSPTests {
  /// Takes the TLS off a simulated camera.
  private struct Tap {
    let process: ChildProcess
    let port: Int

    init(_ camera: PortNumber) async throws {
      let port = try ServiceProcess.freePort()
      process = try ChildProcess(
        "/usr/bin/socat",
        [
          "TCP-LISTEN:\(port),bind=127.0.0.1,reuseaddr,fork",
          "OPENSSL:127.0.0.1:\(camera.number),verify=0",
        ])
      self.port = port
      try await eventually(within: 20, "socat listens") { (try? Connection(port: port)) == nil ? nil : true }
    }
  }

  private static func watch(
    _ address: String, on scene: RTSPCameraTests.Scene, _ body: (SourceListener) async throws -> Void
  ) async throws {
    let address = try ExternalCameraAddress(address)
    let (loop, program) = (scene.loop, scene.decoder.program)
    let rule = AddressRule(allowsLoopback: true, ownPorts: [])
    try await SourceListener.play(on: loop) {
      ExternalCamera.source(for: address, loop: loop, rule: rule, program: program, assembly: PictureAssembly())
    } _: {
      try await body($0)
    }
  }

  @Test func picturesComeAndTheSessionIsEnded() async throws {
    try await RTSPCameraTests.play { scene in
      let tap = try await Tap(scene.printer.cameraPort)
      let code = scene.printer.accessCode.secret.exposed
      try await Self.watch("rtsp://bblp:\(code)@127.0.0.1:\(tap.port)/streaming/live/1", on: scene) { listener in
        try await listener.sees(3)
        #expect(listener.last.starts(with: [0xFF, 0xD8]))
        for id in scene.decoder.processes { #expect(!Proc.text("/proc/\(id)/cmdline").contains(code)) }
      }
      #expect(await scene.printer.wait(20) { $0.camera.clients == 0 && $0.camera.requests["TEARDOWN"] == 1 })
    }
  }

  @Test func aWrongPasswordIsSaidOnce() async throws {
    try await RTSPCameraTests.play { scene in
      let tap = try await Tap(scene.printer.cameraPort)
      try await Self.watch("rtsp://bblp:wrong@127.0.0.1:\(tap.port)/streaming/live/1", on: scene) {
        try await $0.ends(with: .refused)
      }
      #expect(scene.printer.counters.camera.authenticationFailures == 1)
    }
  }

  @Test func aPasswordIsNotShownToWhoAsksForItInTheClear() async throws {
    let server = try PlainServer { client in
      client.send("RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: Basic realm=\"cam\"\r\n\r\n")
      client.waitForEnd()
    }
    try await RTSPCameraTests.play { scene in
      try await Self.watch("rtsp://me:hunter2@127.0.0.1:\(server.port)/", on: scene) {
        try await $0.ends(with: .refused)
      }
    }
    #expect(server.requests.count == 1)
    #expect(server.requests.allSatisfy { !$0.contains("hunter2") && !$0.contains("Authorization") })
  }
}
