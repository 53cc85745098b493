import Camera
import Loop
import Model
import Synchronization
import TLS
import TestKit
import Testing
import Wire

/// The camera on port 6000 and all that it may do wrong (protocol sheet, section 5.1).
@Suite(.timeLimit(.minutes(3))) struct ChamberCameraTests {
  @Test func theAccessCodeStaysHereWhenAnotherPrinterAnswers() async throws {
    let other = try TestCertificate(commonName: "01P00A000000002")
    try await Scene.play(certificate: other, serve: Scene.sends()) { scene in
      let watcher = Watcher()
      scene.hub.add(watcher)
      try await watcher.hears(.wrongSerial)
      #expect(scene.camera.bytesSeen == 0)
      #expect(watcher.pictures == 0)
    }
  }

  @Test func theAccessCodeStaysHereWhenTheKeyIsNotThePinnedOne() async throws {
    let pinned = Fingerprint(digest: [UInt8](repeating: 7, count: 32))
    try await Scene.play(pinned: pinned, serve: Scene.sends()) { scene in
      let watcher = Watcher()
      scene.hub.add(watcher)
      try await watcher.hears(.certificateChanged)
      #expect(scene.camera.bytesSeen == 0)
    }
  }

  @Test func theVerdictIsToldToWhoPins() async throws {
    let camera = try StubCamera(Scene.certificate(), serve: Scene.sends())
    defer { camera.stop() }
    try await withLoop { loop in
      let verdicts = Mutex<[TrustVerdict]>([])
      let target = try Scene.target(port: camera.port)
      let hub = CameraHub(loop: loop, surroundings: Scene.surroundings(JPEGWorker(), Scene.timings)) { assembly in
        ChamberCameraSource(loop: loop, target: target, assembly: assembly) { verdict in
          verdicts.withLock { $0.append(verdict) }
        }
      }
      let watcher = Watcher()
      hub.add(watcher)
      try await watcher.sees()
      await hub.shutdown()
      let found = verdicts.withLock { $0 }
      #expect(found.count == 1)
      guard case .firstUse = found.first else {
        Issue.record("not a first use: \(found)")
        return
      }
    }
  }

  @Test func aNameIsLookedUpBesideTheLoop() async throws {
    try await Scene.play(
      host: "printer.test", lookup: { $0 == "printer.test" ? ["127.0.0.1"] : [] }, serve: Scene.sends()
    ) { scene in
      let watcher = Watcher()
      scene.hub.add(watcher)
      try await watcher.sees()
    }
  }

  @Test func aNameWithoutAddressIsToldAsSuch() async throws {
    try await Scene.play(host: "printer.test", lookup: { _ in [] }, serve: Scene.sends()) { scene in
      let watcher = Watcher()
      scene.hub.add(watcher)
      try await watcher.hears(.unknownHost)
      #expect(scene.camera.connections == 0)
    }
  }

  @Test func aClosedPortIsUnreachable() async throws {
    try await Scene.play(serve: Scene.sends()) { scene in
      scene.camera.stop()
      let watcher = Watcher()
      scene.hub.add(watcher)
      try await watcher.hears(.unreachable)
    }
  }

  /// Each kind of nonsense ends the connection, and is told.
  @Test(arguments: [
    ("a size of zero", StubCamera.header(size: 0)),
    ("a size beyond all pictures", StubCamera.header(size: 10_000_001)),
    ("the largest size there is", StubCamera.header(size: .max)),
    ("no JPEG behind the header", StubCamera.frame([UInt8](repeating: 0x55, count: 5000))),
    ("no header at all", [UInt8]("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)),
  ])
  func whatIsNoPictureEndsTheConnection(_ name: String, _ bytes: [UInt8]) async throws {
    try await Scene.play { client in
      client.send(bytes)
      client.waitForEnd()
    } _: { scene in
      let watcher = Watcher()
      scene.hub.add(watcher)
      try await watcher.hears(.unreadable)
      #expect(watcher.pictures == 0)
      #expect(scene.camera.mostAtOnce == 1)
    }
  }

  @Test func aPictureWithoutItsEndIsLeftOut() async throws {
    let good = Drawing.picture()
    try await Scene.play { client in
      while client.send(frame: Array(good.dropLast(2) + [0, 0])), client.send(frame: good) { pause(20) }
    } _: { scene in
      let watcher = Watcher()
      scene.hub.add(watcher)
      try await watcher.sees(3)
      #expect(watcher.newestBytes == good)
      #expect(scene.camera.connections == 1)
    }
  }

  @Test(arguments: [1, 7, 16, 17, 4096]) func piecesOfAnySizeGiveTheSamePictures(_ size: Int) async throws {
    let good = Drawing.picture()
    try await Scene.play { client in
      let bytes = StubCamera.frame(good)
      while true {
        for start in stride(from: 0, to: bytes.count, by: size) {
          guard client.send(Array(bytes[start..<min(bytes.count, start + size)])) else { return }
        }
        pause(20)
      }
    } _: { scene in
      let watcher = Watcher()
      scene.hub.add(watcher)
      try await watcher.sees(2)
      #expect(watcher.newestBytes == good)
    }
  }

  @Test func silenceAfterTheLoginIsAStall() async throws {
    var timings = Scene.timings
    timings.firstPicture = .milliseconds(500)
    try await Scene.play(timings: timings) { client in
      client.waitForEnd()
    } _: { scene in
      let watcher = Watcher()
      scene.hub.add(watcher)
      try await watcher.hears(.stalled)
      try await eventually(within: 20, "another attempt") { scene.camera.connections > 1 ? true : nil }
      #expect(scene.camera.mostAtOnce == 1)
    }
  }

  @Test func aFastCameraWithLargePicturesIsKeptUpWith() async throws {
    let large = Drawing.picture(width: 3840, height: 2160, quality: 95)
    try await Scene.play(serve: Scene.sends(every: 5, large)) { scene in
      let watcher = Watcher()
      scene.hub.add(watcher)
      try await watcher.sees(30, within: 60)
      #expect(await scene.hub.status().size == PictureSize(width: 3840, height: 2160))
    }
  }
}
