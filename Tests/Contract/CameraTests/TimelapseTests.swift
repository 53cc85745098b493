import Glibc
import Model
import Simulator
import TestKit
import Testing
import Wire

/// Prints that are filmed (contract, section 5, "Camera").
struct TimelapseTests {
  private static var printer: PrinterSpecification {
    var settings = CameraSettings()
    settings.size = .small
    settings.framesPerSecond = 20
    return PrinterSpecification(model: .p1s, camera: settings)
  }

  private static func films(_ client: HTTPClient, _ id: Int64) throws -> [JSONValue] {
    try client.get("/api/v1/printers/\(id)/timelapses").json?.array ?? []
  }

  private static func isEmpty(_ path: String) -> Bool {
    guard let folder = opendir(path) else { return true }
    defer { closedir(folder) }
    var names = 0
    while readdir(folder) != nil { names += 1 }
    return names <= 2
  }

  private static func frames(_ film: [UInt8], in folder: TemporaryFolder) async throws -> Int {
    let path = "\(folder.path)/film.avi"
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    _ = write(descriptor, film, film.count)
    close(descriptor)
    let probe = try ChildProcess(
      "/usr/bin/ffprobe",
      [
        "-v", "quiet", "-count_frames", "-select_streams", "v", "-show_entries", "stream=nb_read_frames", "-of",
        "csv=p=0", path,
      ])
    _ = try await probe.wait()
    return Int(probe.text.filter(\.isNumber)) ?? 0
  }

  @Test(
    "A print is filmed, goes on being filmed after a kill, and its film plays, in parts and whole; then it is deleted")
  func filmed() async throws {
    try await Stage.play([Self.printer], speed: 30) { stage in
      #expect(try stage.client.send("PATCH", "/api/v1/settings", json: ["camera.timelapse": true]).status == 200)
      let id = try stage.add(stage.printers[0])
      try await stage.status(id, is: "idle")
      stage.printers[0].startPrint(name: "Benchy", layers: 12, minutes: 20)
      let begun = try await eventually(within: 60, "three layers are filmed") { () -> JSONValue? in
        let film = try Self.films(stage.client, id).first
        return (film?["frames"]?.whole ?? 0) >= 3 ? film : .none
      }
      #expect(begun["recording"] == true && begun["printer_id"] == .int(id))
      let number = try #require(begun["id"]?.whole)
      let path = "/api/v1/timelapses/\(number)"
      // While it grows it plays as far as it goes, and cannot be deleted.
      let part = try stage.client.get(path)
      #expect(part.status == 200 && part.headers["content-type"] == "application/octet-stream")
      #expect(part.headers["content-disposition"]?.contains(".avi") == true)
      #expect(try await Self.frames(part.body, in: stage.service.folder) >= 3)
      #expect(try stage.client.send("DELETE", path).status == 409)

      stage.service.process.signal(SIGKILL)
      _ = try await stage.service.process.wait()
      let again = try await ServiceProcess.start(in: stage.service.folder)
      let client = try await again.client()
      let done = try await eventually(within: 120, "the print ends, and its film") { () -> JSONValue? in
        let film = try Self.films(client, id).first
        return film?["recording"] == false ? film : .none
      }
      #expect(done["id"] == .int(number) && done["end_reason"] == .null)
      let film = try client.get(path)
      let count = try #require(done["frames"]?.whole)
      #expect(try await Self.frames(film.body, in: again.folder) == Int(count))
      #expect(Int64(film.body.count) == done["size"]?.whole)
      let range = try client.get(path, headers: ["Range": "bytes=0-3"])
      #expect(range.status == 206 && range.body == Array("RIFF".utf8))

      let reader = try await again.client("read")
      #expect(try reader.send("DELETE", path).status == 403)
      #expect(try client.send("DELETE", path).json == ["deleted": true, "id": .int(number)])
      #expect(try client.get(path).status == 404)
      #expect(try client.get("/api/v1/timelapses/none").status == 404)
      // The picture of the finished part is kept with the print's record.
      try await eventually(within: 10, "there is a photo") { () -> Bool? in
        Self.isEmpty("\(again.folder.path)/data/files") ? nil : true
      }
      #expect(try await again.stop() == 0)
    }
  }

  @Test("Of many films the oldest go, and no film is larger than all may be together")
  func retention() async throws {
    var settings = CameraSettings()
    settings.size = .fullHD
    settings.quality = 95
    settings.framesPerSecond = 10
    try await Stage.play([PrinterSpecification(model: .p1s, camera: settings)], speed: 60) { stage in
      let pinned = ["camera.timelapse": true, "camera.timelapse_keep_bytes": 1_048_576] as JSONValue
      #expect(try stage.client.send("PATCH", "/api/v1/settings", json: pinned).status == 200)
      let id = try stage.add(stage.printers[0])
      var numbers: [Int64] = []
      for print in 0..<3 {
        try await stage.status(id, within: 60, "it may print") { $0["state"] == "idle" || $0["state"] == "finished" }
        stage.printers[0].startPrint(name: "Part \(print)", layers: 10, minutes: 10, id: "70020\(print)")
        let film = try await eventually(within: 60, "film \(print) is done") { () -> JSONValue? in
          let film = try Self.films(stage.client, id).first
          guard let film, film["task_name"] == .string("Part \(print)"), film["recording"] == false else {
            return .none
          }
          return film
        }
        numbers.append(try #require(film["id"]?.whole))
      }
      let left = try await eventually(within: 20, "only what has room is left") { () -> [JSONValue]? in
        let films = try Self.films(stage.client, id)
        let bytes = films.reduce(0) { $0 + ($1["size"]?.whole ?? 0) }
        return bytes <= 1_048_576 ? films : nil
      }
      #expect(left.first?["id"] == .int(numbers[2]))
      #expect(try stage.client.get("/api/v1/timelapses/\(numbers[0])").status == 404)
      let files = try Recordings.names(in: "\(stage.service.folder.path)/data/timelapses", suffix: ".avi")
      #expect(files.count == left.count)
    }
  }
}
