import Camera
import Glibc
import Loop
import Model
import Simulator
import TLS
import TestKit
import Testing

/// The cameras that speak RTSP, and all that they may do wrong (protocol sheet, section 5.2), against the simulator's.
@Suite(.serialized, .timeLimit(.minutes(5))) struct RTSPCameraTests {
  struct Scene {
    let printer: SimulatedPrinter
    let loop: PollLoop
    let decoder: OwnDecoder
  }

  /// Quick, so that a test need not wait.
  static var timings: RTSPCameraSource.Timings {
    var timings = RTSPCameraSource.Timings()
    timings.connect = .seconds(5)
    timings.read = .seconds(5)
    return timings
  }

  static func target(
    _ printer: SimulatedPrinter, code: String? = nil, security: RTSPCameraTarget.Security? = nil
  ) throws -> RTSPCameraTarget {
    let trust = TrustPolicy(serial: printer.serial, pinned: nil, authorities: TrustStore())
    var target = RTSPCameraTarget(
      PrinterCameraTarget(
        host: try HostName("127.0.0.1"), port: printer.cameraPort,
        accessCode: try code.map { try AccessCode($0) } ?? printer.accessCode, trust: trust))
    if let security { target.security = security }
    return target
  }

  static func play(
    camera: CameraSettings = CameraSettings(), script: String? = nil, _ body: (Scene) async throws -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    let simulation = try await Simulation.start(
      folder: folder.path, printers: [PrinterSpecification(model: .x1c, camera: camera)])
    let decoder = try OwnDecoder(script: script)
    do {
      try await withLoop { loop in
        try await body(Scene(printer: simulation.printers[0], loop: loop, decoder: decoder))
        try await decoder.isGone()
      }
    } catch {
      await simulation.stop()
      throw error
    }
    await simulation.stop()
  }

  static func watch(
    _ scene: Scene, timings: RTSPCameraSource.Timings = timings, code: String? = nil,
    security: RTSPCameraTarget.Security? = nil, _ body: (SourceListener) async throws -> Void
  ) async throws {
    let target = try target(scene.printer, code: code, security: security)
    let loop = scene.loop
    let program = scene.decoder.program
    try await SourceListener.play(on: loop) {
      RTSPCameraSource(loop: loop, target: target, program: program, assembly: PictureAssembly(), timings: timings)
    } _: {
      try await body($0)
    }
  }

  @Test func itShowsPicturesAndLeavesNothingBehind() async throws {
    try await Self.play { scene in
      try await Self.watch(scene) { listener in
        try await listener.sees(5)
        #expect(listener.last.starts(with: [0xFF, 0xD8]) && listener.last.suffix(2) == [0xFF, 0xD9])
        #expect(scene.decoder.processes.count == 1)
      }
      // It says farewell: a printer has few sessions.
      #expect(await scene.printer.wait(20) { $0.camera.clients == 0 && $0.camera.requests["TEARDOWN"] == 1 })
    }
  }

  @Test func nothingSecretIsInTheReachOfTheDecoder() async throws {
    try await Self.play { scene in
      let code = scene.printer.accessCode.secret.exposed
      try await Self.watch(scene) { listener in
        try await listener.sees(1)
        let id = try #require(scene.decoder.processes.first)
        for file in ["cmdline", "environ"] {
          let text = Proc.text("/proc/\(id)/\(file)")
          #expect(!text.contains(code) && !text.contains("bblp") && !text.contains("127.0.0.1"))
        }
        #expect(Proc.text("/proc/\(id)/cmdline").contains("-protocol_whitelist\0pipe"))
      }
    }
  }

  @Test func theAccessCodeStaysHereWhenAnotherPrinterAnswers() async throws {
    try await Self.play { scene in
      try scene.printer.useCameraCertificate(.otherSerial)
      try await Self.watch(scene) { try await $0.ends(with: .wrongSerial) }
      #expect(scene.printer.counters.camera.requests.isEmpty)
    }
  }

  @Test func aWrongAccessCodeIsSaidOnce() async throws {
    try await Self.play { scene in
      try await Self.watch(scene, code: "00000000") { try await $0.ends(with: .refused) }
      #expect(scene.printer.counters.camera.authenticationFailures == 1)
    }
  }

  @Test(arguments: [
    (CameraFault.refuseAccessCode, CameraProblem.refused), (.sessionNotFound, .closed),
    (.garbageInterleaved, .unreadable),
    (.closeAtOnce, .switchedOff), (.refuseConnections, .unreachable), (.silent, .unreachable), (.stall, .stalled),
    (.stallMidPicture, .stalled), (.truncatedPicture, .stalled),
  ])
  func everyFaultIsToldOnce(_ fault: CameraFault, _ problem: CameraProblem) async throws {
    var settings = CameraSettings()
    settings.fault = fault
    try await Self.play(camera: settings) { scene in
      try await Self.watch(scene) { listener in
        try await listener.ends(with: problem)
        #expect(listener.problems.count == 1)
      }
      #expect(await scene.printer.wait(20) { $0.camera.clients == 0 })
      #expect(scene.printer.counters.camera.connectionsAtMost <= 1)
    }
  }

  @Test func aPictureThatIsSwitchedOffIsToldAsSuch() async throws {
    var settings = CameraSettings()
    settings.isEnabled = false
    try await Self.play(camera: settings) { scene in
      try await Self.watch(scene) { try await $0.ends(with: .switchedOff) }
    }
  }

  @Test(arguments: [CameraFault.staleNonce, .timestampsStand])
  func whatCamerasAreKnownToDoIsLivedWith(_ fault: CameraFault) async throws {
    var settings = CameraSettings()
    settings.fault = fault
    try await Self.play(camera: settings) { scene in try await Self.watch(scene) { try await $0.sees(5) } }
  }

  @Test(arguments: CameraSettings.Sending.allCases) func piecesOfAnySizeWill(_ sending: CameraSettings.Sending)
    async throws
  {
    var settings = CameraSettings()
    settings.sending = sending
    try await Self.play(camera: settings) { scene in try await Self.watch(scene) { try await $0.sees(3) } }
  }

  @Test func aStreamThatBreaksOffIsTakenUpAgainByTheSameDecoder() async throws {
    var settings = CameraSettings()
    settings.fault = .dropAfter(seconds: 1)
    try await Self.play(camera: settings) { scene in
      try await Self.watch(scene) { listener in
        #expect(await scene.printer.wait(60) { $0.camera.clientsEver >= 4 })
        let before = listener.pictures
        try await listener.sees(before + 3)
        #expect(listener.problems.isEmpty)
        #expect(scene.decoder.starts.count == 1)
      }
      #expect(scene.printer.counters.camera.connectionsAtMost <= 2)
    }
  }

  @Test func aStreamThatAlwaysBreaksOffEndsAfterItsResumptions() async throws {
    var settings = CameraSettings()
    settings.fault = .dropAfter(seconds: 0.3)
    try await Self.play(camera: settings) { scene in
      var timings = Self.timings
      timings.resumptions = 2
      try await Self.watch(scene, timings: timings) { try await $0.ends(with: .closed) }
      #expect(scene.printer.counters.camera.connectionsEver == 3)
    }
  }

  @Test func theSessionIsKeptAlive() async throws {
    var settings = CameraSettings()
    settings.sessionSeconds = 2
    try await Self.play(camera: settings) { scene in
      try await Self.watch(scene) { listener in
        #expect(await scene.printer.wait(30) { ($0.camera.requests["GET_PARAMETER"] ?? 0) >= 4 })
        #expect(listener.problems.isEmpty)
      }
      #expect(scene.printer.counters.camera.connectionsEver == 1)
    }
  }

  @Test func anExternalCameraIsTrustedByItsPinnedKeyOnly() async throws {
    try await Self.play { scene in
      let wrong = try #require(Fingerprint(digest: [UInt8](repeating: 7, count: 32)))
      for pinned in [nil, wrong] {
        try await Self.watch(scene, security: .certified(pinned: pinned)) {
          try await $0.ends(with: .untrusted)
        }
      }
      #expect(scene.printer.counters.camera.requests.isEmpty)
    }
  }

  // MARK: The decoder

  @Test func withoutFfmpegItSaysSo() async throws {
    try await Self.play { scene in
      let target = try Self.target(scene.printer)
      let loop = scene.loop
      for program in [nil, DecoderProgram(path: "/nowhere/ffmpeg", usesHardware: false)] {
        try await SourceListener.play(on: loop) {
          RTSPCameraSource(loop: loop, target: target, program: program, assembly: PictureAssembly())
        } _: {
          try await $0.ends(with: .decoderMissing)
        }
      }
    }
  }

  @Test(arguments: ["exit 1", "exec sleep 1000", "head -c 3000000 /dev/zero; exec sleep 1000", "cat; exit 0"])
  func aDecoderThatGivesNoPicturesIsGivenUp(_ script: String) async throws {
    try await Self.play(script: script) { scene in
      var settings = FrameDecoder.Settings()
      settings.firstPicture = .seconds(1)
      settings.stall = .seconds(1)
      let decoding = settings
      let target = try Self.target(scene.printer)
      let loop = scene.loop
      let program = scene.decoder.program
      try await SourceListener.play(on: loop) {
        RTSPCameraSource(
          loop: loop, target: target, program: program, assembly: PictureAssembly(), timings: Self.timings,
          decoding: decoding)
      } _: {
        try await $0.ends(with: .decoderFailed)
      }
      #expect(scene.decoder.starts.count == decoding.attempts)
    }
  }

  @Test func aDecoderThatComplainsWithoutEndIsDrained() async throws {
    try await Self.play(script: "head -c 5000000 /dev/zero >&2; exec \"$REAL\" \"$@\"") { scene in
      try await Self.watch(scene) { try await $0.sees(3) }
    }
  }

  @Test func aDecoderThatIsKilledIsStartedAgain() async throws {
    try await Self.play { scene in
      try await Self.watch(scene) { listener in
        try await listener.sees(2)
        let before = listener.pictures
        for id in scene.decoder.processes { kill(id, SIGKILL) }
        try await listener.sees(before + 5)
        #expect(scene.decoder.starts.count == 2)
        #expect(listener.problems.isEmpty)
      }
    }
  }

  @Test func theLoopTakesItsDecoderWithIt() async throws {
    let folder = try TemporaryFolder()
    let simulation = try await Simulation.start(folder: folder.path, printers: [PrinterSpecification(model: .x1c)])
    let decoder = try OwnDecoder()
    let target = try Self.target(simulation.printers[0])
    let program = decoder.program
    do {
      try await withLoop { loop in
        try await SourceListener.play(on: loop) {
          RTSPCameraSource(loop: loop, target: target, program: program, assembly: PictureAssembly())
        } _: { listener in
          try await listener.sees(1)
          #expect(decoder.processes.count == 1)
          loop.shutdown()
        }
      }
      try await decoder.isGone()
    } catch {
      await simulation.stop()
      throw error
    }
    await simulation.stop()
  }

  @Test func theBoardsOwnDecoderIsTriedFirstAndLeftWhenItFails() async throws {
    let script = "case \"$*\" in *h264_v4l2m2m*) exit 1;; esac\nexec \"$REAL\" \"$@\""
    let folder = try TemporaryFolder()
    let simulation = try await Simulation.start(folder: folder.path, printers: [PrinterSpecification(model: .x1c)])
    let decoder = try OwnDecoder(script: script, usesHardware: true)
    let target = try Self.target(simulation.printers[0])
    let program = decoder.program
    do {
      try await withLoop { loop in
        try await SourceListener.play(on: loop) {
          RTSPCameraSource(loop: loop, target: target, program: program, assembly: PictureAssembly())
        } _: {
          try await $0.sees(2)
        }
        try await decoder.isGone()
      }
    } catch {
      await simulation.stop()
      throw error
    }
    await simulation.stop()
    #expect(decoder.starts.map { $0.contains("h264_v4l2m2m") } == [true, false])
    #expect(!program.usesHardware)
  }

  @Test func itIsFoundInTheSearchPathOnly() throws {
    let decoder = try OwnDecoder()
    let found = DecoderProgram.find(
      searchPath: "relative:/nowhere:\(decoder.folder.path):/usr/bin", hardwareDevice: "/dev/null")
    #expect(found?.path == "\(decoder.folder.path)/ffmpeg" && found?.usesHardware == true)
    #expect(DecoderProgram.find(searchPath: "", hardwareDevice: "/nowhere") == nil)
    #expect(DecoderProgram.find(searchPath: decoder.folder.path, hardwareDevice: "/nowhere")?.usesHardware == false)
  }
}
