import Foundation
import Model
import Testing

@testable import Simulator

@Suite("The camera on port 6000", .enabled(if: Foreign.hasPlayers, "needs mosquitto, openssl and ffmpeg"))
struct JPEGCameraTests {
  @Test(
    "Pictures come one after another, whole, 1280 by 720, and each is another", arguments: [PrinterModel.p1s, .a1Mini])
  func pictures(model: PrinterModel) async throws {
    try await withSimulation([.init(model: model)]) { simulation, _ in
      let printer = simulation.printers[0]
      try printer.changeCamera { $0.framesPerSecond = 20 }
      let frames = try await Foreign.look(at: printer, frames: 3).frames
      #expect(frames.count >= 3)
      #expect(frames.allSatisfy { $0.isWhole })
      #expect(frames.compactMap(\.number) == Array(1...frames.count))
      #expect(Set(frames.map { Array($0.jpeg.dropFirst(60)) }).count == frames.count)
      #expect(try await Foreign.probe(frames[0].jpeg) == "mjpeg,1280,720")
    }
  }

  @Test("The printer's pace is a picture a second")
  func pace() async throws {
    try await withSimulation([.init(model: .p1s)]) { simulation, _ in
      let printer = simulation.printers[0]
      let begin = ContinuousClock.now
      _ = try await Foreign.look(at: printer, frames: 3)
      #expect(ContinuousClock.now - begin >= .seconds(2))
    }
  }

  @Test(
    "A packet that is wrong in any field gets no byte", arguments: [0, 1, 4, 5, 8, 12, 16, 20, 47, 48, 55, 56, 79])
  func wrongPacket(place: Int) async throws {
    try await withSimulation([.init(model: .p1s)]) { simulation, _ in
      let printer = simulation.printers[0]
      var packet = Foreign.packet(printer)
      packet[place] ^= 0x01
      let output = try await Foreign.look(at: printer, packet: packet)
      #expect(output.bytes.isEmpty)
      let counters = printer.counters.camera
      #expect(counters.authenticationFailures == 1)
      #expect(counters.framesSent == 0 && counters.clientsEver == 0)
    }
  }

  @Test("However the bytes are cut, the pictures are the same", arguments: CameraSettings.Sending.allCases)
  func sending(way: CameraSettings.Sending) async throws {
    try await withSimulation([.init(model: .a1)]) { simulation, _ in
      let printer = simulation.printers[0]
      try printer.changeCamera {
        $0.sending = way
        $0.framesPerSecond = 20
        $0.size = .small
      }
      let frames = try await Foreign.look(at: printer, frames: 2).frames
      #expect(frames.count >= 2 && frames.allSatisfy { $0.isWhole })
      #expect(try await Foreign.probe(frames[1].jpeg) == "mjpeg,640,360")
    }
  }

  @Test("A second client knocks the first off")
  func eviction() async throws {
    try await withSimulation([.init(model: .p1s)]) { simulation, _ in
      let printer = simulation.printers[0]
      try printer.changeCamera { $0.framesPerSecond = 20 }
      async let first = Foreign.look(at: printer)
      #expect(await printer.wait(30) { $0.camera.framesSent >= 1 })
      async let newcomer = Foreign.look(at: printer)
      #expect(await printer.wait(30) { $0.camera.evicted == 1 })
      // The first may still have finished one.
      let before = printer.counters.camera.framesSent
      #expect(await printer.wait(30) { $0.camera.framesSent >= before + 3 })
      printer.dropCamera()
      let second = try await newcomer
      let seen = try await first
      #expect(!seen.frames.isEmpty)
      #expect(!second.frames.isEmpty)
      let counters = printer.counters.camera
      #expect(counters.connectionsEver == 2 && counters.connectionsAtMost == 2 && counters.clientsEver == 2)
    }
  }

  @Test("Where newcomers are refused, the second client gets nothing and the first goes on")
  func refusal() async throws {
    try await withSimulation([.init(model: .p1s)]) { simulation, _ in
      let printer = simulation.printers[0]
      try printer.changeCamera {
        $0.framesPerSecond = 20
        $0.refusesNewcomers = true
      }
      async let first = Foreign.look(at: printer)
      #expect(await printer.wait(30) { $0.camera.framesSent >= 1 })
      #expect(try await Foreign.look(at: printer).bytes.isEmpty)
      let before = printer.counters.camera
      #expect(before.refused == 1 && before.clients == 1)
      #expect(await printer.wait(30) { $0.camera.framesSent > before.framesSent })
      printer.dropCamera()
      let seen = try await first
      #expect(seen.frames.count >= 2)
    }
  }

  @Test("Sixty pictures a second, and pictures of 3840 by 2160")
  func extremes() async throws {
    try await withSimulation([.init(model: .p1s)]) { simulation, _ in
      let printer = simulation.printers[0]
      try printer.changeCamera {
        $0.framesPerSecond = 60
        $0.size = .small
      }
      let begin = ContinuousClock.now
      let fast = try await Foreign.look(at: printer, frames: 60).frames
      #expect(fast.count >= 60 && fast.allSatisfy { $0.isWhole })
      #expect(ContinuousClock.now - begin < .seconds(30))
      try printer.changeCamera { $0.size = .fourK }
      let large = try await Foreign.look(at: printer, frames: 1).frames
      #expect(try await Foreign.probe(try #require(large.first).jpeg) == "mjpeg,3840,2160")
    }
  }

  @Test("The picture follows the print")
  func progress() throws {
    let size = CameraSettings.Size.small
    var painter = ScenePainter(size: size)
    let stamp = PictureStamp(number: 1, seconds: 1, daySeconds: 1)
    var scene = CameraScene(name: "P1S", state: "RUNNING")
    var pictures: Set<[UInt8]> = []
    for percent in stride(from: 0, through: 100, by: 20) {
      scene.percent = percent
      pictures.insert(painter.paint(scene, stamp).luma)
    }
    #expect(pictures.count == 6)
    scene.isLit = false
    let dark = painter.paint(scene, stamp).luma.reduce(0) { $0 + Int($1) }
    scene.isLit = true
    #expect(dark < painter.paint(scene, stamp).luma.reduce(0) { $0 + Int($1) })
  }
}
