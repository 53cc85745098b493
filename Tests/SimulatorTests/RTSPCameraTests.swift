import Model
import Testing
import Wire

@testable import Simulator

@Suite("The camera on port 322", .enabled(if: Foreign.hasPlayers, "needs mosquitto, openssl and ffmpeg"))
struct RTSPCameraTests {
  private func withCamera(
    _ change: (inout CameraSettings) -> Void = { _ in }, _ body: (SimulatedPrinter) async throws -> Void
  ) async throws {
    var camera = CameraSettings()
    change(&camera)
    try await withSimulation([.init(model: .x1c, camera: camera)]) { simulation, _ in
      try await body(simulation.printers[0])
    }
  }

  @Test("ffprobe finds H.264 with the right access code", arguments: [PrinterModel.x1c, .p2s, .h2d])
  func probe(model: PrinterModel) async throws {
    try await withSimulation([.init(model: model)]) { simulation, _ in
      let printer = simulation.printers[0]
      let result = try await Foreign.watch(
        printer, "ffprobe", ["-show_entries", "stream=codec_name,profile,width,height", "-of", "csv=p=0"], [])
      #expect(result.text.contains("h264,Constrained Baseline,640,360"))
      #expect(printer.counters.camera.authenticationFailures == 0)
      #expect(printer.counters.camera.requests["PLAY"] == 1)
    }
  }

  @Test("A wrong access code gets 401 and no picture")
  func wrongCode() async throws {
    try await withCamera { printer in
      let result = try await Foreign.watch(printer, "ffprobe", [], [], code: "00000000")
      #expect(result.status != 0 && result.text.contains("401"))
      let counters = printer.counters.camera
      #expect(counters.authenticationFailures >= 1 && counters.framesSent == 0 && counters.clientsEver == 0)
    }
  }

  @Test("Another path is not found")
  func wrongPath() async throws {
    try await withCamera { printer in
      let result = try await Foreign.watch(printer, "ffprobe", [], [], path: "/streaming/live/2")
      #expect(result.status != 0 && result.text.contains("404"))
    }
  }

  @Test(
    "ffmpeg decodes every picture without a complaint, and each is another",
    arguments: [CameraSettings.Size.small, .standard])
  func decodes(size: CameraSettings.Size) async throws {
    try await withCamera {
      $0.framesPerSecond = 20
      $0.size = size
    } _: { printer in
      // More than one group of pictures.
      let result = try await Foreign.watch(printer, "ffmpeg", ["-xerror"], ["-frames:v", "50", "-f", "framemd5", "-"])
      let hashes = result.text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        .compactMap { $0.split(separator: ",").last }
      #expect(result.status == 0)
      #expect(hashes.count == 50 && Set(hashes).count >= 45, "\(result.text.suffix(500))")
    }
  }

  @Test("The stream runs in real time")
  func pace() async throws {
    try await withCamera { printer in
      let begin = ContinuousClock.now
      _ = try await Foreign.watch(printer, "ffmpeg", [], ["-frames:v", "30", "-f", "null", "-"])
      #expect(ContinuousClock.now - begin >= .seconds(2))
    }
  }

  @Test("Switched off at the screen: the port closes at once, and the report says so")
  func disabled() async throws {
    try await withCamera {
      $0.isEnabled = false
    } _: { printer in
      #expect(try await Foreign.watch(printer, "ffprobe", [], []).status != 0)
      #expect(printer.counters.camera.connectionsEver >= 1 && printer.counters.camera.requests.isEmpty)
      #expect(printer.reportedAddress == "disable")
      try printer.changeCamera { $0.isEnabled = true }
      #expect(printer.reportedAddress == "rtsps://127.0.0.1:322/streaming/live/1")
      try printer.changeCamera { $0.urlOmitsPort = true }
      #expect(printer.reportedAddress == "rtsps://127.0.0.1/streaming/live/1")
    }
  }

  @Test("A stale nonce is asked for again, and is no failure; ffmpeg gives up at the second 401")
  func staleNonce() async throws {
    try await withCamera {
      $0.fault = .staleNonce
    } _: { printer in
      let result = try await Foreign.watch(printer, "ffprobe", [], [])
      let counters = printer.counters.camera
      #expect(result.text.contains("401") && counters.requests["DESCRIBE"] == 2)
      #expect(counters.authenticationFailures == 0 && counters.clientsEver == 0)
    }
  }

  @Test("Refused for ever, and a session that is not known")
  func refusals() async throws {
    try await withCamera {
      $0.fault = .refuseAccessCode
    } _: { printer in
      #expect(try await Foreign.watch(printer, "ffprobe", [], []).text.contains("401"))
      try printer.changeCamera { $0.fault = .sessionNotFound }
      #expect(try await Foreign.watch(printer, "ffprobe", [], []).text.contains("454"))
      #expect(printer.counters.camera.framesSent == 0)
    }
  }

  @Test("Timestamps that do not advance")
  func timestamps() async throws {
    try await withCamera {
      $0.fault = .timestampsStand
    } _: { printer in
      async let result = Foreign.watch(
        printer, "ffprobe", ["-show_entries", "packet=pts", "-of", "csv=p=0", "-read_intervals", "%+#10"], [])
      #expect(await printer.wait(60) { $0.camera.framesSent >= 15 })
      printer.dropCamera()
      let stamps = try await result.text.split(separator: "\n").map { $0.filter { $0.isNumber } }.filter { !$0.isEmpty }
      // The first are still from before ffprobe has matched clocks.
      #expect(stamps.count >= 8 && Set(stamps.suffix(5)).count == 1, "\(stamps)")
    }
  }

  @Test("Dropping after a while, stalling, half a NAL unit, noise: the counters tell")
  func breaks() async throws {
    try await withCamera {
      $0.fault = .dropAfter(seconds: 1)
    } _: { printer in
      _ = try await Foreign.watch(printer, "ffmpeg", [], ["-f", "null", "-"])
      #expect(printer.counters.camera.framesSent >= 3)
      for fault in [CameraFault.stall, .stallMidPicture] {
        try printer.changeCamera { $0.fault = fault }
        let before = printer.counters.camera
        async let stalled = Foreign.watch(printer, "ffmpeg", [], ["-f", "null", "-"])
        #expect(await printer.wait(30) { $0.camera.requests["PLAY"] == (before.requests["PLAY"] ?? 0) + 1 })
        #expect(printer.counters.camera.framesSent == before.framesSent)
        printer.dropCamera()
        _ = try await stalled
      }
      for fault in [CameraFault.garbageInterleaved, .garbagePicture, .truncatedPicture] {
        try printer.changeCamera { $0.fault = fault }
        let before = printer.counters.camera.framesSent
        async let broken = Foreign.watch(printer, "ffmpeg", [], ["-f", "null", "-"])
        #expect(await printer.wait(30) { $0.camera.framesSent >= before + 5 })
        printer.dropCamera()
        let text = try await broken.text
        #expect(!text.isEmpty, "\(fault) passes unseen")
      }
    }
  }
}

extension SimulatedPrinter {
  /// What its report says of the camera's address.
  fileprivate var reportedAddress: String? { report["ipcam"]?["rtsp_url"]?.string }
}

extension Foreign {
  /// ffmpeg or ffprobe on a printer's stream; both outputs. Printers' certificates are not what it checks.
  static func watch(
    _ printer: SimulatedPrinter, _ program: String, _ before: [String], _ after: [String], code: String? = nil,
    path: String = RTSPSession.path
  ) async throws -> Result {
    let code = code ?? printer.accessCode.secret.exposed
    let url = "rtsps://bblp:\(code)@127.0.0.1:\(printer.cameraPort)\(path)"
    return try await run(program, ["-v", "error", "-rtsp_transport", "tcp"] + before + ["-i", url] + after)
  }
}
