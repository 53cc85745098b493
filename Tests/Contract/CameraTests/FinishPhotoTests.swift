import Glibc
import Model
import Simulator
import TestKit
import Testing
import Wire

/// The photo of a finished part, and the light for it (setting `camera.photo_light`).
struct FinishPhotoTests {
  private static var printer: PrinterSpecification {
    var settings = CameraSettings()
    settings.size = .small
    settings.framesPerSecond = 10
    return PrinterSpecification(model: .p1s, camera: settings)
  }

  /// Photos lie in the vault, which holds nothing else here; the print's is the one that came after those before it.
  private static func photo(of print: Int, _ stage: Stage) -> [UInt8]? {
    let root = "\(stage.service.folder.path)/data/files"
    var photos: [(time: Int, path: String)] = []
    for folder in names(in: root) {
      for name in names(in: "\(root)/\(folder)") {
        var facts = stat()
        let path = "\(root)/\(folder)/\(name)"
        if stat(path, &facts) == 0 { photos.append((facts.st_mtim.tv_sec, path)) }
      }
    }
    photos.sort { $0.time < $1.time }
    return print <= photos.count ? TemporaryFolder.bytes(of: photos[print - 1].path) : nil
  }

  private static func names(in path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  private static func setLight(_ isOn: Bool, _ stage: Stage, _ id: Int64) async throws {
    let answer = try stage.client.send("POST", "/api/v1/printers/\(id)/light", json: ["on": .bool(isOn)])
    guard answer.status == 200 else { throw TestKitError("no light: \(answer.text)") }
    try await light(is: isOn, stage, id)
  }

  private static func light(is isOn: Bool, _ stage: Stage, _ id: Int64) async throws {
    try await stage.status(id, within: 120, "the light is \(isOn ? "on" : "off")") { status in
      status["lights"]?["chamber_light"] == (isOn ? "on" : "off")
    }
  }

  /// A print of four minutes, of which the last two are watched: slowly, so that what is to be done meanwhile has time.
  private static func begin(_ stage: Stage, _ id: Int64) async throws {
    try await stage.status(id, is: "idle")
    stage.printers[0].startPrint(name: "Benchy", layers: 8, minutes: 4)
    try await stage.status(id, within: 120, "a quarter is done") { status in
      if case .int(let done)? = status["progress"] { done >= 25 && status["state"] == "printing" } else { false }
    }
    stage.simulation.setSpeed(4)
    try await eventually(within: 120, "the print's end is watched") { () -> Bool? in
      stage.printers[0].counters.camera.framesSent > 0 ? true : nil
    }
  }

  private static func finish(_ stage: Stage, _ id: Int64) async throws {
    stage.simulation.setSpeed(12)
    try await stage.status(id, within: 120, is: "finished")
    try await eventually(within: 20, "the camera is let go of") { () -> Bool? in
      stage.printers[0].counters.camera.connectionsOpen == 0 ? true : nil
    }
  }

  @Test("The light goes on for the photo where it is off, and off again; one that is on stays on")
  func light() async throws {
    try await Stage.play([Self.printer], speed: 12) { stage in
      _ = try stage.client.send("PATCH", "/api/v1/settings", json: ["camera.photo_light": true])
      let id = try stage.add(stage.printers[0])
      try await stage.status(id, is: "idle")
      try await Self.setLight(false, stage, id)
      try await Self.begin(stage, id)
      try await Self.light(is: true, stage, id)
      try await Self.finish(stage, id)
      try await Self.light(is: false, stage, id)
      #expect(Self.photo(of: 1, stage) != nil)

      try await Self.setLight(true, stage, id)
      stage.printers[0].startPrint(name: "Tower", layers: 8, minutes: 4, id: "700101")
      try await eventually(within: 120, "there is another photo") { () -> Bool? in
        Self.photo(of: 2, stage) == nil ? nil : true
      }
      try await Self.finish(stage, id)
      try await Self.light(is: true, stage, id)
    }
  }

  @Test("Without the setting no light is switched")
  func noLight() async throws {
    try await Stage.play([Self.printer], speed: 12) { stage in
      let id = try stage.add(stage.printers[0])
      try await stage.status(id, is: "idle")
      try await Self.setLight(false, stage, id)
      let socket = try stage.watch()
      try await Self.begin(stage, id)
      try await Self.finish(stage, id)
      _ = try socket.next { message in
        #expect(message["payload"]?["lights"]?["chamber_light"] != "on")
        return message["type"] == "print_complete"
      }
    }
  }

  @Test("When it is dark at the end, the photo is the last picture that shows something")
  func choice() async throws {
    try await Stage.play([Self.printer], speed: 12) { stage in
      let id = try stage.add(stage.printers[0])
      try await Self.begin(stage, id)
      // One picture of the part, then it is dark, and larger, so that they can be told apart.
      let sent = stage.printers[0].counters.camera.framesSent
      try await eventually(within: 20, "some pictures") { () -> Bool? in
        stage.printers[0].counters.camera.framesSent >= sent + 5 ? true : nil
      }
      try stage.printers[0].changeCamera {
        $0.picture = .black
        $0.size = .standard
      }
      try await Self.finish(stage, id)
      let photo = try await eventually(within: 20, "there is a photo") { Self.photo(of: 1, stage) }
      #expect(CameraTests.width(photo) == 640)
    }
  }

  @Test("A print that is stopped has a photo of how it stood then; one whose camera shows nothing has none")
  func stopped() async throws {
    try await Stage.play([Self.printer], speed: 12) { stage in
      let id = try stage.add(stage.printers[0])
      try await Self.begin(stage, id)
      stage.printers[0].cancel()
      try await eventually(within: 30, "there is a photo of what was stopped") { () -> Bool? in
        Self.photo(of: 1, stage) == nil ? nil : true
      }
      try stage.printers[0].changeCamera { $0.picture = .black }
      stage.simulation.setSpeed(12)
      stage.printers[0].startPrint(name: "Tower", layers: 8, minutes: 4, id: "700101")
      try await stage.status(id, is: "printing")
      try await Self.finish(stage, id)
      #expect(Self.photo(of: 2, stage) == nil)
    }
  }
}
