import Foundation
import Model
import Testing

@testable import Simulator

@Suite("Faults of the camera on port 6000", .enabled(if: Foreign.hasPlayers, "needs mosquitto, openssl and ffmpeg"))
struct JPEGCameraFaultTests {
  /// A printer whose camera is quick, small and faulty.
  private func withFault(
    _ fault: CameraFault, _ body: (SimulatedPrinter) async throws -> Void
  ) async throws {
    var camera = CameraSettings()
    camera.framesPerSecond = 20
    camera.size = .small
    camera.fault = fault
    try await withSimulation([.init(model: .p1s, camera: camera)]) { simulation, _ in
      try await body(simulation.printers[0])
    }
  }

  @Test("Refusing: the port is closed, and opens again")
  func refuse() async throws {
    try await withFault(.refuseConnections) { printer in
      #expect(try await Foreign.look(at: printer).bytes.isEmpty)
      #expect(printer.counters.camera.connectionsEver == 0)
      try printer.changeCamera { $0.fault = .none }
      #expect(try await !Foreign.look(at: printer, frames: 1).frames.isEmpty)
    }
  }

  @Test("Closing at once, and refusing the access code: no byte either way")
  func close() async throws {
    try await withFault(.closeAtOnce) { printer in
      #expect(try await Foreign.look(at: printer).bytes.isEmpty)
      #expect(printer.counters.camera.connectionsEver == 1)
      try printer.changeCamera { $0.fault = .refuseAccessCode }
      #expect(try await Foreign.look(at: printer).bytes.isEmpty)
      #expect(printer.counters.camera.authenticationFailures == 1)
    }
  }

  @Test("Silent: connected, and not even a handshake")
  func silent() async throws {
    try await withFault(.silent) { printer in
      async let output = Foreign.look(at: printer)
      #expect(await printer.wait(30) { $0.camera.connectionsOpen == 1 })
      #expect(printer.counters.camera.clientsEver == 0)
      printer.dropCamera()
      let seen = try await output
      #expect(seen.bytes.isEmpty)
    }
  }

  @Test("Stalling: let in and given nothing, until the fault is over")
  func stall() async throws {
    try await withFault(.stall) { printer in
      async let output = Foreign.look(at: printer)
      #expect(await printer.wait(30) { $0.camera.clients == 1 })
      #expect(printer.counters.camera.framesSent == 0)
      try printer.changeCamera { $0.fault = .none }
      #expect(await printer.wait(30) { $0.camera.framesSent >= 2 })
      #expect(printer.counters.camera.connectionsEver == 1)
      printer.dropCamera()
      let seen = try await output
      #expect(seen.frames.count >= 2)
    }
  }

  @Test("Stalling in the middle: half a picture, and its rest when the fault is over")
  func stallMidPicture() async throws {
    try await withFault(.stallMidPicture) { printer in
      async let output = Foreign.look(at: printer)
      #expect(await printer.wait(30) { $0.camera.clients == 1 })
      printer.dropCamera()
      let half = try await output
      #expect(half.frames.isEmpty)
      #expect(printer.counters.camera.framesSent == 0)
    }
  }

  @Test("Truncated: what is announced comes, without its end marker")
  func truncated() async throws {
    try await withFault(.truncatedPicture) { printer in
      let frames = try await Foreign.look(at: printer, frames: 2).frames
      #expect(frames.count >= 2)
      #expect(frames.allSatisfy { $0.jpeg.starts(with: [0xFF, 0xD8]) && $0.jpeg.suffix(2) != [0xFF, 0xD9] })
    }
  }

  @Test("Garbage in a good frame")
  func garbagePicture() async throws {
    try await withFault(.garbagePicture) { printer in
      let frames = try await Foreign.look(at: printer, frames: 2).frames
      #expect(frames.count >= 2 && frames.allSatisfy { !$0.jpeg.starts(with: [0xFF, 0xD8]) })
    }
  }

  @Test("A header that is none, announces nothing, or announces too much")
  func headers() async throws {
    try await withFault(.garbageHeader) { printer in
      #expect(try await Foreign.look(at: printer, frames: 1).frames.isEmpty)
      try printer.changeCamera { $0.fault = .sizeZero }
      let empty = try await Foreign.look(at: printer, frames: 3)
      #expect(empty.frames.count >= 3 && empty.frames.allSatisfy { $0.announced == 0 })
      try printer.changeCamera { $0.fault = .sizeTooBig }
      let large = try await Foreign.look(at: printer, frames: 1).bytes
      let size = (0..<4).reduce(0) { $0 | Int(large[$1]) << (8 * $1) }
      #expect(size > 10_000_000)
    }
  }

  @Test("Dropping after a while: pictures, and then the end")
  func drop() async throws {
    try await withFault(.dropAfter(seconds: 0.5)) { printer in
      let frames = try await Foreign.look(at: printer).frames
      #expect(!frames.isEmpty && frames.allSatisfy { $0.isWhole })
      #expect(await printer.wait(30) { $0.camera.connectionsOpen == 0 })
    }
  }

  @Test("A black picture is a good JPEG and black")
  func black() async throws {
    try await withFault(.none) { printer in
      try printer.changeCamera { $0.picture = .black }
      let frame = try #require(try await Foreign.look(at: printer, frames: 1).frames.first)
      let folder = try TemporaryFolder()
      try Files.write(frame.jpeg, to: "\(folder.path)/picture.jpg")
      let result = try await Foreign.run(
        "ffprobe",
        [
          "-v", "error", "-f", "lavfi", "-i", "movie=\(folder.path)/picture.jpg,signalstats", "-show_entries",
          "frame_tags=lavfi.signalstats.YMAX", "-of", "csv=p=0",
        ])
      let brightest = try #require(Double(result.text.trimmingCharacters(in: .whitespacesAndNewlines)))
      #expect(brightest < 16)
    }
  }

  @Test("Another certificate on this port alone")
  func certificate() async throws {
    try await withSimulation([.init(model: .p1s)]) { simulation, folder in
      let printer = simulation.printers[0]
      func verdict(_ port: PortNumber) async throws -> Bool {
        try await Foreign.run(
          "openssl", ["s_client", "-connect", "127.0.0.1:\(port)", "-CAfile", "\(folder)/root.pem"]
        )
        .text.contains("Verify return code: 0 (ok)")
      }
      #expect(try await verdict(printer.cameraPort))
      try printer.useCameraCertificate(.otherSelfSigned)
      #expect(try await !verdict(printer.cameraPort))
      #expect(try await verdict(printer.mqttPort))
    }
  }

  @Test("Mains off closes the port; a changed access code ends the picture and opens with the new one")
  func printerLife() async throws {
    try await withFault(.none) { printer in
      async let output = Foreign.look(at: printer)
      #expect(await printer.wait(30) { $0.camera.framesSent >= 1 })
      printer.changeAccessCode(try AccessCode("87654321"))
      let seen = try await output
      #expect(!seen.frames.isEmpty)
      #expect(try await Foreign.look(at: printer).bytes.isEmpty)
      #expect(printer.counters.camera.authenticationFailures == 1)
      printer.powerOff()
      let before = printer.counters.camera.connectionsEver
      #expect(try await Foreign.look(at: printer).bytes.isEmpty)
      #expect(printer.counters.camera.connectionsEver == before)
      try printer.powerOn()
      printer.changeAccessCode(printer.accessCode)
      #expect(try await !Foreign.look(at: printer, frames: 1).frames.isEmpty)
    }
  }

  @Test("Control lines do what they say, and say what they do not know")
  func controlLines() async throws {
    try await withSimulation([.init(model: .p1s), .init(model: .x1c)]) { simulation, _ in
      let printer = simulation.printers[0]
      #expect(simulation.command("camera 1 fps 20 size 640x360 truncated").hasPrefix("camera 127.0.0.1:"))
      let frames = try await Foreign.look(at: printer, frames: 1).frames
      #expect(frames.first?.isWhole == false)
      _ = simulation.command("camera 1 good")
      #expect(try await Foreign.look(at: printer, frames: 1).frames.first?.isWhole == true)
      for line in ["", "fps 0", "fps", "size 5x5", "size 641x360", "quality 0", "clients 0", "no-such-word", "good no"]
      {
        #expect(simulation.command("camera 1 \(line)").hasPrefix("error"), "\(line)")
      }
    }
  }
}
