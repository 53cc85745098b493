import Glibc
import Model
import Simulator
import TestKit
import Testing
import Wire

/// Whatever a camera does wrong is told to people, is over when the camera is well again, and leaves nothing in the service
/// (lessons: no left-over helpers, streams that restart by themselves).
struct CameraFaultTests {
  /// What one trouble comes to, as `GET /printers/{id}/camera` says it; nil where pictures go on.
  private struct Trouble {
    let change: @Sendable (inout CameraSettings) -> Void
    let word: String?

    init(_ word: String?, _ change: @escaping @Sendable (inout CameraSettings) -> Void) {
      self.word = word
      self.change = change
    }

    init(_ word: String?, _ fault: CameraFault) { self.init(word) { $0.fault = fault } }
  }

  private static let ofBoth: [Trouble] = [
    Trouble("stalled", .stall), Trouble("stalled", .stallMidPicture), Trouble("stalled", .truncatedPicture),
    Trouble(nil, .dropAfter(seconds: 0.5)),
    Trouble("unreachable", .refuseConnections), Trouble(nil) { $0.sending = .bytes },
    Trouble(nil) { $0.framesPerSecond = 60 },
  ]

  private static let ofJPEG: [Trouble] = [
    Trouble(nil) {
      $0.size = .fourK
      $0.framesPerSecond = 4
    }, Trouble("unreadable", .garbageHeader), Trouble("unreadable", .sizeTooBig), Trouble("unreadable", .sizeZero),
    Trouble("unreadable", .garbagePicture), Trouble("closed", .closeAtOnce),
  ]

  private static let ofRTSP: [Trouble] = [
    Trouble("unreadable", .garbageInterleaved), Trouble("closed", .sessionNotFound), Trouble(nil, .staleNonce),
    Trouble(nil, .timestampsStand), Trouble("switched_off", .closeAtOnce), Trouble("stalled", .garbagePicture),
  ]

  @Test("A JPEG camera's troubles are told and leave nothing behind", arguments: [true, false])
  func jpeg(areItsOwn: Bool) async throws { try await play(.p1s, areItsOwn ? Self.ofJPEG : Self.ofBoth) }

  @Test("An RTSP camera's troubles are told and leave nothing behind, no decoder above all", arguments: [true, false])
  func rtsp(areItsOwn: Bool) async throws { try await play(.x1c, areItsOwn ? Self.ofRTSP : Self.ofBoth) }

  private func play(_ model: PrinterModel, _ troubles: [Trouble]) async throws {
    var settings = CameraSettings()
    settings.size = .small
    settings.framesPerSecond = 10
    let good = settings
    try await Stage.play([PrinterSpecification(model: model, camera: settings)]) { stage in
      let printer = stage.printers[0]
      let id = try stage.add(printer)
      try await stage.status(id, is: "idle")
      let pid = stage.service.process.id
      // What is made at first use is there before the count: the largest pictures, and one of each kind of answer.
      for trouble in troubles.prefix(2) { try await Self.endure(trouble, good, stage, id) }
      try await Self.untilIdle(stage, id)
      let before = try Holdings(of: pid)
      for trouble in troubles { try await Self.endure(trouble, good, stage, id) }
      try await Self.untilIdle(stage, id)
      let after = try await Holdings.settle(of: pid, to: before)
      #expect(after.anonymous - before.anonymous < 4_000, "\(before) \(after)")
      #expect(printer.counters.camera.connectionsAtMost == 1)
    }
  }

  /// A viewer sees pictures, the trouble begins and is told, and when it is over the same viewer sees pictures again.
  private static func endure(_ trouble: Trouble, _ good: CameraSettings, _ stage: Stage, _ id: Int64) async throws {
    let printer = stage.printers[0]
    let path = "/api/v1/printers/\(id)/camera"
    try printer.setCamera(good)
    let stream = try PictureStream(
      port: stage.service.port, "\(path)/stream", key: stage.client.key, timeout: 60)
    try await live(stage, path, "well at first")
    var ill = good
    trouble.change(&ill)
    try printer.setCamera(ill)
    // What concerns the way in holds for the next connection.
    printer.dropCamera()
    let what = "\(ill.fault) \(ill.sending) is told as \(trouble.word ?? "nothing")"
    if let word = trouble.word {
      try await eventually(within: 60, "\(what), not \(String(describing: try? state(stage, path)))") { () -> Bool? in
        try state(stage, path)["error"]?.string == word ? true : nil
      }
    } else {
      let sent = printer.counters.camera.framesSent
      try await eventually(within: 60, what) { () -> Bool? in
        printer.counters.camera.framesSent >= sent + 3 ? true : nil
      }
      try await live(stage, path, what)
    }
    try printer.setCamera(good)
    printer.dropCamera()
    try await live(stage, path, "well after \(what)")
    #expect(try stream.next() != nil)
  }

  private static func state(_ stage: Stage, _ path: String) throws -> JSONValue {
    try stage.client.get(path).json ?? .null
  }

  /// A picture that is under a second old.
  private static func live(_ stage: Stage, _ path: String, _ what: String) async throws {
    try await eventually(within: 60, "live: \(what); \(String(describing: try? state(stage, path)))") { () -> Bool? in
      let state = try state(stage, path)
      guard state["state"] == "live" else { return nil }
      switch state["age"] {
      case .double(let age)?: return age < 1 ? true : nil
      case .int(0)?: return true
      default: return nil
      }
    }
  }

  private static func untilIdle(_ stage: Stage, _ id: Int64) async throws {
    try await eventually(within: 30, "the camera is let go of") { () -> Bool? in
      let state = try state(stage, "/api/v1/printers/\(id)/camera")
      return state["viewers"] == 0 && stage.printers[0].counters.camera.connectionsOpen == 0 ? true : nil
    }
  }

  @Test("A black picture is streamed as it is, and is no snapshot")
  func black() async throws {
    var settings = CameraSettings()
    settings.size = .small
    settings.framesPerSecond = 10
    settings.picture = .black
    try await Stage.play([PrinterSpecification(model: .p1s, camera: settings)]) { stage in
      let id = try stage.add(stage.printers[0])
      try await stage.status(id, is: "idle")
      let path = "/api/v1/printers/\(id)/camera"
      let stream = try PictureStream(port: stage.service.port, "\(path)/stream", key: stage.client.key)
      #expect(try stream.next() != nil)
      let dark = try stage.client.get("\(path)/snapshot")
      #expect(dark.status == 504 || dark.status == 502, "\(dark.text)")
      #expect(dark.json?["detail"]?.string?.contains("is black") == true, "\(dark.text)")
      try stage.printers[0].changeCamera { $0.picture = .scene }
      #expect(try stage.client.get("\(path)/snapshot").status == 200)
    }
  }
}
