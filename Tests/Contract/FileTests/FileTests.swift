import Model
import Simulator
import TestKit
import Testing
import Wire

/// Files on a printer's storage (contract, section 5).
@Suite("Files", .serialized) struct FileTests {
  static let binary = ["Content-Type": "application/octet-stream"]

  @Test("A file goes up raw and as a form, is listed, comes down as it was, and is deleted", .timeLimit(.minutes(1)))
  func roundTrip() async throws {
    try await FileStage.play { stage in
      let client = stage.stage.client
      let bytes = FileStage.bytes(300_000)
      let raw = try client.send(
        "POST", "\(stage.base)/files?path=/Box.gcode.3mf", body: bytes, headers: Self.binary)
      #expect(raw.status == 201, "\(raw.text)")
      #expect(raw.json == ["name": "Box.gcode.3mf", "path": "/Box.gcode.3mf", "size": 300_000])
      #expect(raw.headers["location"] == "\(stage.base)/files/content?path=%2FBox.gcode.3mf")
      #expect(stage.onCard("Box.gcode.3mf") == bytes)

      let form = FileStage.form(FileStage.bytes(70_000), name: "Büchse 2.3mf")
      let sent = try client.send(
        "POST", "\(stage.base)/files?path=/", body: form.body, headers: ["Content-Type": form.type])
      #expect(sent.status == 201 && sent.json?["path"] == "/Büchse 2.3mf", "\(sent.text)")
      #expect(stage.onCard("Büchse 2.3mf") == FileStage.bytes(70_000))

      let list = try client.get("\(stage.base)/files")
      let entries = try #require(list.json?.array)
      #expect(Set(entries.map { $0["name"]?.string }) == ["Box.gcode.3mf", "Büchse 2.3mf"])
      let box = try #require(entries.first { $0["name"] == "Box.gcode.3mf" })
      #expect(box["path"] == "/Box.gcode.3mf" && box["size"] == 300_000 && box["directory"] == false)
      #expect(box["modified"]?.string?.hasSuffix("Z") == true)
      #expect(list.headers["x-total-count"] == "2")

      let down = try client.get("\(stage.base)/files/content?path=/Box.gcode.3mf")
      #expect(down.status == 200 && down.body == bytes)
      #expect(down.headers["content-type"] == "application/octet-stream")
      #expect(down.headers["x-content-type-options"] == "nosniff")
      #expect(
        down.headers["content-disposition"]
          == "attachment; filename=\"Box.gcode.3mf\"; filename*=UTF-8''Box.gcode.3mf")
      let named = try client.get("\(stage.base)/files/content?path=/B%C3%BCchse%202.3mf")
      #expect(
        named.headers["content-disposition"]
          == "attachment; filename=\"B_chse 2.3mf\"; filename*=UTF-8''B%C3%BCchse%202.3mf")
      let astray = try client.send(
        "POST", "\(stage.base)/files?path=/no%20folder/Box.3mf", body: bytes, headers: Self.binary)
      #expect(astray.status == 404 && astray.json?["code"] == "NOT_FOUND", "\(astray.text)")
      let part = try client.get(
        "\(stage.base)/files/content?path=/Box.gcode.3mf", headers: ["Range": "bytes=10-19"])
      #expect(part.status == 206 && part.body == Array(bytes[10..<20]))
      #expect(part.headers["content-range"] == "bytes 10-19/300000")
      try Self.partsAndTags(client, "\(stage.base)/files/content?path=/Box.gcode.3mf", bytes)

      let other = try await stage.client()
      let gone = try other.send("DELETE", "\(stage.base)/files?path=/Box.gcode.3mf")
      #expect(gone.status == 200 && gone.json == ["deleted": true, "id": "/Box.gcode.3mf", "path": "/Box.gcode.3mf"])
      #expect(stage.onCard("Box.gcode.3mf") == nil)
      for (verb, path) in [
        ("DELETE", "files?path=/Box.gcode.3mf"), ("GET", "files/content?path=/Box.gcode.3mf"),
        ("GET", "files?path=/no"),
      ] {
        let answer = try other.send(verb, "\(stage.base)/\(path)")
        #expect(answer.status == 404 && answer.json?["code"] == "NOT_FOUND", "\(verb) \(path): \(answer.text)")
      }
      #expect(stage.spooled.isEmpty, "nothing stays behind")
      #expect(try stage.stage.printer(stage.id)["trust"]?["state"] == "pinned")
    }
  }

  /// Ranges, and tags that hold for the file's content (contract, section 1).
  private static func partsAndTags(_ client: HTTPClient, _ path: String, _ bytes: [UInt8]) throws {
    let whole = try client.get(path)
    let tag = try #require(whole.headers["etag"])
    #expect(tag.hasPrefix("\"") && whole.headers["accept-ranges"] == "bytes")
    let last = try client.get(path, headers: ["Range": "bytes=-10"])
    #expect(last.status == 206 && last.body == Array(bytes.suffix(10)) && last.headers["etag"] == tag)
    let beyond = try client.get(path, headers: ["Range": "bytes=300000-"])
    #expect(beyond.status == 416 && beyond.headers["content-range"] == "bytes */300000")
    #expect(beyond.json?["code"] == "INVALID_REQUEST" && beyond.json?["detail"]?.string?.contains("300000") == true)
    let wrapped = try client.get("\(path)&format=envelope", headers: ["Range": "bytes=300000-"])
    #expect(wrapped.status == 416 && wrapped.json?["error"]?["code"] == "INVALID_REQUEST")
    let still = try client.get(path, headers: ["Range": "bytes=0-0", "If-Range": tag])
    #expect(still.status == 206 && still.body == [bytes[0]])
    for condition in ["\"other\"", "W/\(tag)", "Wed, 21 Oct 2015 07:28:00 GMT"] {
      let changed = try client.get(path, headers: ["Range": "bytes=0-0", "If-Range": condition])
      #expect(changed.status == 200 && changed.body == bytes, "\(condition)")
    }
    for condition in ["*", tag, "W/\(tag)", "\"other\", \(tag)"] {
      let known = try client.get(path, headers: ["If-None-Match": condition])
      #expect(known.status == 304 && known.body.isEmpty && known.headers["etag"] == tag, "\(condition)")
    }
    #expect(try client.get(path, headers: ["Range": "bytes=0-1,5-6"]).status == 200)
  }

  @Test("A name that leads astray, is too long or missing is a 400 that names path", .timeLimit(.minutes(1)))
  func badPaths() async throws {
    try await FileStage.play { stage in
      let long = String(repeating: "a", count: 256)
      let bad = [
        "/../x", "/a/../x", "x", "/a//b", "/a/", "/.", "/x%0D%0ADELE%20/y", "/x%00", "/x%7F", "/\(long)", "",
        "/" + String(repeating: "a/", count: 600) + "b",
      ]
      for path in bad {
        let client = try await stage.client()
        for (verb, place) in [("GET", "files"), ("GET", "files/content"), ("POST", "files"), ("DELETE", "files")] {
          let body = verb == "POST" ? FileStage.project : []
          let answer = try client.send(
            verb, "\(stage.base)/\(place)?path=\(path)", body: body, headers: verb == "POST" ? Self.binary : [:])
          #expect(answer.status == 400, "\(verb) \(path.prefix(40)): \(answer.status)")
          #expect(answer.json?["errors"]?.array?.first?["field"] == "path", "\(verb) \(path.prefix(40))")
        }
      }
      let client = try await stage.client()
      for place in ["files/content", "files/content?path=/", "files?path=/"] {
        let verb = place.hasPrefix("files?") ? "DELETE" : "GET"
        #expect(try client.send(verb, "\(stage.base)/\(place)").status == 400, "\(place)")
      }
      #expect(stage.printer.fileLog.isEmpty, "nothing of it reached the printer")
    }
  }

  @Test("A body that is no file is refused with the reason", .timeLimit(.minutes(1)))
  func badBodies() async throws {
    try await FileStage.play { stage in
      let form = FileStage.form(FileStage.project, name: "../../etc/passwd")
      let foreign = FileStage.form(FileStage.project, name: "x", part: "data")
      let cut = FileStage.form(FileStage.project, name: "x")
      let long = FileStage.form(FileStage.project, name: String(repeating: "n", count: 300))
      let rows: [(path: String, body: [UInt8], type: String?, status: Int)] = [
        ("/x.3mf", FileStage.project, nil, 415), ("/x.3mf", FileStage.project, "application/json", 415),
        ("/x.3mf", FileStage.project, "application/x-www-form-urlencoded", 415),
        ("/x.3mf", FileStage.project, "multipart/form-data", 400), ("/x.3mf", [], "application/octet-stream", 400),
        ("/", FileStage.project, "application/octet-stream", 400), ("/x.3mf", foreign.body, foreign.type, 400),
        ("/x.3mf", Array(cut.body.dropLast(20)), cut.type, 400), ("/", long.body, long.type, 400),
        ("/", FileStage.form(FileStage.project, name: nil).body, cut.type, 400),
        ("/", FileStage.form(FileStage.project, name: "..").body, cut.type, 400),
      ]
      for row in rows {
        let client = try await stage.client()
        let headers = row.type.map { ["Content-Type": $0] } ?? [:]
        let answer = try client.send("POST", "\(stage.base)/files?path=\(row.path)", body: row.body, headers: headers)
        #expect(answer.status == row.status, "\(row.path) \(row.type ?? "none"): \(answer.text)")
      }
      #expect(!stage.printer.fileLog.contains { $0.hasPrefix("STOR") })
      // Folders in the form's name mean nothing: only the last part is taken.
      let client = try await stage.client()
      let answer = try client.send(
        "POST", "\(stage.base)/files?path=/", body: form.body, headers: ["Content-Type": form.type])
      #expect(answer.status == 201 && answer.json?["path"] == "/passwd", "\(answer.text)")
      #expect(stage.spooled.isEmpty)
    }
  }

  @Test("Above upload.max_bytes is 413, up and down, announced or found on the way", .timeLimit(.minutes(1)))
  func limits() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(
      "[settings]\nupload.max_bytes = 1048576\nrate_limit.control = 0\n", as: "layerberry.ini")
    try await FileStage.play(arguments: ["--config", file]) { stage in
      let client = stage.stage.client
      let bytes = FileStage.bytes((1 << 20) + 1)
      let raw = try client.send("POST", "\(stage.base)/files?path=/big.3mf", body: bytes, headers: Self.binary)
      #expect(raw.status == 413 && raw.json?["code"] == "PAYLOAD_TOO_LARGE", "\(raw.text)")
      // The form's length is within what its overhead may add; its file is not.
      let form = FileStage.form(bytes, name: "big.3mf")
      let sent = try client.send(
        "POST", "\(stage.base)/files?path=/big.3mf", body: form.body, headers: ["Content-Type": form.type])
      #expect(sent.status == 413, "\(sent.text)")
      try stage.put(bytes, as: "big.mp4")
      #expect(try client.get("\(stage.base)/files/content?path=/big.mp4").status == 413)
      let fits = try client.send(
        "POST", "\(stage.base)/files?path=/fits.3mf", body: Array(bytes.dropLast()), headers: Self.binary)
      #expect(fits.status == 201, "\(fits.text)")
      #expect(stage.onCard("big.3mf") == nil && stage.spooled.isEmpty)
    }
  }

  @Test("What goes wrong at the printer is told apart", .timeLimit(.minutes(1)))
  func faults() async throws {
    try await FileStage.play { stage in
      func upload() async throws -> HTTPClient.Answer {
        try await stage.client().send(
          "POST", "\(stage.base)/files?path=/x.3mf", body: FileStage.project, headers: Self.binary)
      }
      var settings = FileServerSettings()
      settings.card = .missing
      stage.printer.setFiles(settings)
      let missing = try await upload()
      #expect(missing.status == 502 && missing.json?["code"] == "FTP_ERROR", "\(missing.text)")
      settings.card = .full
      stage.printer.setFiles(settings)
      let full = try await upload()
      #expect(full.status == 507 && full.json?["code"] == "STORAGE_FULL", "\(full.text)")
      settings = FileServerSettings()
      settings.refusesAccessCode = true
      stage.printer.setFiles(settings)
      let refused = try await upload()
      #expect(refused.status == 502 && refused.text.contains("access code"), "\(refused.text)")
      #expect(!refused.text.contains(stage.printer.accessCode.secret.exposed))
    }
  }

  @Test("Reading, managing and steering are three permissions; other printers do not exist", .timeLimit(.minutes(1)))
  func permissions() async throws {
    try await FileStage.play { stage in
      try stage.put(FileStage.project, as: "Box.3mf")
      let rows: [(verb: String, path: String, needs: String)] = [
        ("GET", "files", "read"), ("GET", "files/content?path=/Box.3mf", "read"),
        ("DELETE", "files?path=/none.3mf", "manage"), ("POST", "files?path=/y.3mf", "manage"),
        ("POST", "print", "control"),
      ]
      for permission in ["read", "manage", "control"] {
        let client = try await stage.client(permission)
        for row in rows {
          let status = try client.send(row.verb, "\(stage.base)/\(row.path)").status
          #expect((status == 403) == (row.needs != permission), "\(permission) \(row.verb) \(row.path): \(status)")
        }
      }
      let other = try stage.stage.add(
        stage.printer, changing: ["serial_number": "01P00A000000777", "mqtt_port": .int(1)])
      let stranger = try await stage.stage.service.client("read,manage,control", printers: String(other))
      for row in rows.dropLast() { #expect(try stranger.send(row.verb, "\(stage.base)/\(row.path)").status == 404) }
      #expect(try stranger.send("POST", "\(stage.base)/print", json: ["path": "/Box.3mf"]).status == 404)
    }
  }
}
