import Camera
import Loop
import Model
import Simulator
import TLS
import TestKit
import Testing

/// The hub against a simulated printer's camera, one fault after the other.
@Suite(.timeLimit(.minutes(5))) struct SimulatedCameraTests {
  struct Studio {
    let printer: SimulatedPrinter
    let hub: CameraHub
    let watcher: Watcher
  }

  static func play(
    _ settings: CameraSettings = CameraSettings(), timings: CameraTimings = Scene.timings,
    certificate: CertificateVariant = .complete, _ body: (Studio) async throws -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    let printers = [PrinterSpecification(model: .p1s, certificate: certificate, camera: settings)]
    let simulation = try await Simulation.start(folder: "\(folder.path)/printers", printers: printers)
    let printer = simulation.printers[0]
    do {
      try await withLoop { loop in
        let target = PrinterCameraTarget(
          host: try HostName("127.0.0.1"), port: printer.cameraPort, accessCode: printer.accessCode,
          trust: TrustPolicy(serial: printer.serial, pinned: nil, authorities: TrustStore()))
        let worker = JPEGWorker()
        let hub = CameraHub(loop: loop, surroundings: Scene.surroundings(worker, timings)) {
          ChamberCameraSource(loop: loop, target: target, assembly: $0)
        }
        do { try await body(Studio(printer: printer, hub: hub, watcher: Watcher())) } catch {
          await hub.shutdown()
          throw error
        }
        await hub.shutdown()
        worker.shutdown()
      }
    } catch {
      await simulation.stop()
      throw error
    }
    #expect(printer.counters.camera.connectionsAtMost <= 1)
    await simulation.stop()
  }

  static func quick(_ change: (inout CameraSettings) -> Void = { _ in }) -> CameraSettings {
    var settings = CameraSettings()
    settings.framesPerSecond = 20
    settings.size = .small
    settings.refusesNewcomers = true
    change(&settings)
    return settings
  }

  @Test(arguments: CameraSettings.Sending.allCases) func eachWayOfSendingIsRead(_ sending: CameraSettings.Sending)
    async throws
  {
    try await Self.play(Self.quick { $0.sending = sending }) { studio in
      studio.hub.add(studio.watcher)
      try await studio.watcher.sees(3, within: 60)
      #expect(await studio.hub.status().size == PictureSize(width: 640, height: 360))
      _ = try await studio.hub.picture(within: .seconds(20))
    }
  }

  @Test(
    arguments: [
      (.stall, .stalled), (.stallMidPicture, .stalled), (.sizeZero, .unreadable), (.sizeTooBig, .unreadable),
      (.garbageHeader, .unreadable), (.garbagePicture, .unreadable), (.truncatedPicture, .stalled),
      (.closeAtOnce, .unreachable), (.refuseConnections, .unreachable), (.refuseAccessCode, .refused),
    ] as [(CameraFault, CameraProblem)])
  func eachFaultIsTold(_ fault: CameraFault, _ problem: CameraProblem) async throws {
    var timings = Scene.timings
    timings.firstPicture = .seconds(4)
    try await Self.play(Self.quick(), timings: timings) { studio in
      studio.hub.add(studio.watcher)
      try await studio.watcher.sees(2, within: 60)
      try studio.printer.changeCamera { $0.fault = fault }
      studio.printer.dropCamera()
      try await studio.watcher.hears(problem, within: 60)
      // A refusal is not asked again for a minute; all else comes back by itself.
      guard !problem.isRefusal else { return }
      try studio.printer.changeCamera { $0.fault = .none }
      try await studio.watcher.sees(2, within: 60)
    }
  }

  @Test func aConnectionThatBreaksOffAgainAndAgainStillGivesPictures() async throws {
    try await Self.play(Self.quick { $0.fault = .dropAfter(seconds: 0.5) }) { studio in
      studio.hub.add(studio.watcher)
      try await studio.watcher.sees(30, within: 60)
      #expect(studio.printer.counters.camera.connectionsEver > 1)
    }
  }

  @Test func aStrangerWhoTakesTheCameraDoesNotEndTheStream() async throws {
    try await Self.play(Self.quick { $0.refusesNewcomers = false }) { studio in
      studio.hub.add(studio.watcher)
      try await studio.watcher.sees(2)
      studio.printer.dropCamera()
      try await studio.watcher.sees(2)
    }
  }

  @Test func sixtyPicturesASecondOfFourThousandPixelsAreSharedByAll() async throws {
    try await Self.play(
      Self.quick { settings in
        settings.framesPerSecond = 60
        settings.size = .fourK
      }
    ) { studio in
      let watchers = (0..<50).map { _ in Watcher() }
      for watcher in watchers { studio.hub.add(watcher) }
      for watcher in watchers { try await watcher.sees(5, within: 120) }
      #expect(studio.printer.counters.camera.connectionsEver == 1)
    }
  }

  @Test func anotherPrintersCertificateGetsNoAccessCode() async throws {
    try await Self.play(Self.quick(), certificate: .otherSerial) { studio in
      studio.hub.add(studio.watcher)
      try await studio.watcher.hears(.wrongSerial)
      #expect(studio.printer.counters.camera.clientsEver == 0)
    }
  }
}
