import Glibc
import Model
import Simulator
import TestKit
import Testing
import Wire

/// A printer's camera as people meet it (contract, section 5, "Camera").
struct CameraTests {
  private static func camera(_ change: (inout CameraSettings) -> Void) -> PrinterSpecification {
    var settings = CameraSettings()
    settings.size = .small
    settings.framesPerSecond = 10
    change(&settings)
    return PrinterSpecification(model: .p1s, camera: settings)
  }

  private static let quick = camera { _ in }

  @Test("However many look, the camera has one connection, and each of them sees pictures")
  func oneConnection() async throws {
    try await Stage.play([Self.quick]) { stage in
      let id = try stage.add(stage.printers[0])
      let path = "/api/v1/printers/\(id)/camera"
      let streams = try (0..<3).map { _ in
        try PictureStream(port: stage.service.port, "\(path)/stream", key: stage.client.key)
      }
      for stream in streams {
        #expect(stream.status == 200)
        #expect(stream.headers["content-type"] == "multipart/x-mixed-replace; boundary=layerberry-picture")
        #expect(stream.headers["cache-control"] == "no-store")
        #expect(stream.headers["cross-origin-resource-policy"] == nil)
        #expect(stream.headers["x-content-type-options"] == "nosniff")
        #expect(try stream.next() != nil && stream.next() != nil)
      }
      let state = try #require(try stage.client.get(path).json)
      #expect(state["kind"] == "jpeg6000" && state["state"] == "live" && state["viewers"] == 3)
      #expect(state["width"] == 640 && state["error"] == .null)
      let snapshot = try stage.client.get("\(path)/snapshot")
      #expect(snapshot.status == 200 && snapshot.headers["content-type"] == "image/jpeg")
      #expect(snapshot.body.starts(with: [0xFF, 0xD8]))
      #expect(stage.printers[0].counters.camera.connectionsAtMost == 1)
    }
  }

  @Test("The streams end when somebody stops them, and the camera is let go of")
  func stopped() async throws {
    try await Stage.play([Self.quick]) { stage in
      let id = try stage.add(stage.printers[0])
      let path = "/api/v1/printers/\(id)/camera"
      let stream = try PictureStream(port: stage.service.port, "\(path)/stream", key: stage.client.key)
      _ = try stream.next()
      let reader = try await stage.service.client("read")
      #expect(try reader.send("POST", "\(path)/stop").status == 403)
      #expect(try stage.client.send("POST", "\(path)/stop").json == ["stopped": 1])
      try stream.readToEnd()
      try await eventually(within: 5, "the camera is let go of") {
        stage.printers[0].counters.camera.connectionsOpen == 0 ? true : nil
      }
      #expect(try stage.client.get(path).json?["viewers"] == 0)
    }
  }

  @Test("A browser's key is in the query, and never in a log")
  func keyInQuery() async throws {
    try await Stage.play([Self.quick]) { stage in
      let id = try stage.add(stage.printers[0])
      let key = try await stage.service.key("read")
      let stream = try PictureStream(
        port: stage.service.port, "/api/v1/printers/\(id)/camera/stream?fps=5&api_key=\(key)")
      #expect(try stream.status == 200 && stream.next() != nil)
      let none = HTTPClient(port: stage.service.port)
      #expect(try none.get("/api/v1/printers/\(id)/camera/snapshot?api_key=\(key)").status == 200)
      #expect(try none.get("/api/v1/printers/\(id)/camera/snapshot").status == 401)
      #expect(!stage.service.process.text.contains(key))
    }
  }

  @Test("A stream ends within a second when its key is deleted, and when the printer is")
  func revoked() async throws {
    try await Stage.play([Self.quick]) { stage in
      let id = try stage.add(stage.printers[0])
      let key = try await stage.service.key("read")
      let path = "/api/v1/printers/\(id)/camera/stream"
      let other = try PictureStream(port: stage.service.port, path, key: stage.client.key)
      let mine = try PictureStream(port: stage.service.port, path, key: key)
      _ = try mine.next()
      let keys = try #require(try stage.client.get("/api/v1/api-keys").json?.array)
      let newest = keys.compactMap { $0["id"]?.whole }.max()
      let number = try #require(newest)
      #expect(try stage.client.send("DELETE", "/api/v1/api-keys/\(number)").status == 200)
      try mine.readToEnd()
      #expect(try other.next() != nil)
      try await stage.status(id, "it is idle") { $0["state"] == "idle" }
      #expect(try stage.client.send("DELETE", "/api/v1/printers/\(id)").status == 200)
      try other.readToEnd()
    }
  }

  @Test("A stream without a picture shows one that says why, and goes on when the camera is back")
  func outage() async throws {
    try await Stage.play([Self.camera { $0.fault = .refuseConnections }]) { stage in
      let id = try stage.add(stage.printers[0])
      let socket = try stage.watch()
      let stream = try PictureStream(
        port: stage.service.port, "/api/v1/printers/\(id)/camera/stream", key: stage.client.key)
      let drawn = try #require(try stream.next())
      let state = try #require(try stage.client.get("/api/v1/printers/\(id)/camera").json)
      #expect(state["state"] == "down" && state["error"] == "unreachable")
      #expect(state["reason"]?.string?.contains("does not answer") == true)
      let told = try socket.next { $0["type"] == "camera" }
      #expect(told["payload"]?["online"] == false && told["printer_id"] == .int(id))
      try stage.printers[0].changeCamera { $0.fault = .none }
      var picture = drawn
      while picture == drawn { picture = try #require(try stream.next()) }
      let back = try socket.next { $0["type"] == "camera" && $0["payload"]?["online"] == true }
      #expect(back["payload"]?["reason"] == .null)
    }
  }

  @Test("Why there is no picture is told in words, and by the right status")
  func reasons() async throws {
    try await Stage.play([Self.camera { $0.fault = .refuseAccessCode }, PrinterSpecification(model: .h2d)]) { stage in
      let refused = try stage.add(stage.printers[0])
      let answer = try stage.client.get("/api/v1/printers/\(refused)/camera/snapshot")
      #expect(answer.status == 502 && answer.json?["code"] == "CAMERA_UNAVAILABLE")
      #expect(answer.json?["detail"]?.string?.contains("access code") == true)

      let off = try stage.add(stage.printers[1])
      try stage.printers[1].changeCamera { $0.isEnabled = false }
      try await eventually(within: 20, "the report says that it is off") { () -> Bool? in
        try stage.client.get("/api/v1/printers/\(off)/camera").json?["error"] == "switched_off" ? true : nil
      }
      let screen = try stage.client.get("/api/v1/printers/\(off)/camera/snapshot")
      #expect(screen.status == 502 && screen.json?["detail"]?.string?.contains("LAN") == true)

      let gone = try stage.client.send("POST", "/api/v1/printers/\(refused)/disconnect")
      #expect(gone.status == 200)
      #expect(try stage.client.get("/api/v1/printers/\(refused)/camera/stream").status == 502)
      #expect(try stage.client.get("/api/v1/printers/99/camera/snapshot").json?["code"] == "PRINTER_NOT_FOUND")
    }
  }

  @Test("Another key at the camera's port gets no access code, and is told for the camera only")
  func otherKey() async throws {
    try await Stage.play([Self.quick]) { stage in
      let id = try stage.add(stage.printers[0])
      try await stage.status(id, is: "idle")
      try stage.printers[0].useCameraCertificate(.otherKey)
      let answer = try stage.client.get("/api/v1/printers/\(id)/camera/snapshot")
      #expect(answer.status == 502 && answer.json?["detail"]?.string?.contains("certificate") == true)
      #expect(stage.printers[0].counters.camera.clientsEver == 0)
      #expect(try stage.client.get("/api/v1/printers/\(id)/camera").json?["error"] == "certificate_changed")
      let printer = try stage.printer(id)
      #expect(printer["error"] == .null && printer["trust"]?["state"] == "pinned")
    }
  }

  @Test("A picture in another width is made; the width is at most the picture's own")
  func resized() async throws {
    try await Stage.play([Self.quick]) { stage in
      let id = try stage.add(stage.printers[0])
      let path = "/api/v1/printers/\(id)/camera/snapshot"
      let own = try stage.client.get(path)
      let small = try stage.client.get("\(path)?width=160&quality=50")
      #expect(small.status == 200 && small.body.count < own.body.count)
      #expect(Self.width(small.body) == 160 && Self.width(own.body) == 640)
      #expect(try stage.client.get("\(path)?width=640").status == 200)
      let wide = try stage.client.get("\(path)?width=641")
      #expect(wide.status == 400 && wide.json?["detail"]?.string?.contains("16 to 640") == true)
    }
  }

  /// From the frame header of a baseline JPEG.
  static func width(_ jpeg: [UInt8]) -> Int? {
    var index = 2
    while index + 9 < jpeg.count, jpeg[index] == 0xFF {
      if (0xC0...0xC2).contains(jpeg[index + 1]) { return Int(jpeg[index + 7]) << 8 | Int(jpeg[index + 8]) }
      index += 2 + (Int(jpeg[index + 2]) << 8 | Int(jpeg[index + 3]))
    }
    return nil
  }

  @Test(
    "Bad input is 400 and says what is allowed",
    arguments: [
      ("stream?fps=0", "1 to 30"), ("stream?fps=31", "1 to 30"), ("stream?fps=x", "1 to 30"),
      ("stream?fps=-1", "1 to 30"), ("stream?fps=1.5", "1 to 30"), ("stream?fps=", "1 to 30"),
      ("snapshot?width=-1", "from 16"), ("snapshot?width=15", "from 16"), ("snapshot?width=99999", "from 16"),
      ("snapshot?width=wide", "from 16"), ("snapshot?quality=0", "1 to 100"), ("snapshot?quality=101", "1 to 100"),
      ("snapshot?quality=", "1 to 100"),
    ])
  func badInput(_ query: String, _ allowed: String) async throws {
    let service = try await ServiceProcess.start()
    let client = try await service.client()
    _ = try client.send(
      "POST", "/api/v1/printers",
      json: [
        "name": "A", "ip_address": "192.0.2.1", "serial_number": "01P00A000000001", "access_code": "87654321",
      ])
    let answer = try client.get("/api/v1/printers/1/camera/\(query)")
    #expect(answer.status == 400 && answer.json?["code"] == "INVALID_REQUEST")
    #expect(answer.json?["detail"]?.string?.contains(allowed) == true, "\(answer.text)")
    #expect(try await service.stop() == 0)
  }

  @Test("An external camera's address is kept with its password hidden; bad ones are 400")
  func externalAddress() async throws {
    let service = try await ServiceProcess.start()
    let client = try await service.client()
    let added = try client.send(
      "POST", "/api/v1/printers",
      json: [
        "name": "A", "ip_address": "192.0.2.1", "serial_number": "01P00A000000001", "access_code": "87654321",
      ])
    #expect(added.status == 201)
    let path = "/api/v1/printers/1"
    let url = "http://viewer:seecret9@192.0.2.9:8080/video"
    let set = try client.send("PATCH", path, json: ["camera": .string(url)])
    #expect(set.json?["camera"] == ["kind": "external", "url": "http://viewer:***@192.0.2.9:8080/video"])
    // What reading gives may be sent back.
    let shown = try #require(set.json?["camera"])
    #expect(try client.send("PUT", path, json: ["camera": shown]).status == 200)
    for bad in [
      "file:///etc/passwd", "concat:a|b", "gopher://192.0.2.9/", "ftp://192.0.2.9/a", "/dev/null", "/dev/video256",
      "/dev/../etc/passwd", "http://", "http://192.0.2.9:0/", "http://224.0.0.1/", "http://169.254.1.1/",
      "http://127.0.0.1:\(service.port)/", "http://localhost:\(service.port)/x", "http://0.0.0.0/", "rtsp://[ff02::1]/",
      "http://viewer:***@192.0.2.10:8080/video", "", "video",
    ] {
      let answer = try client.send("PATCH", path, json: ["camera": .string(bad)])
      #expect(answer.status == 400, "\(bad)")
      #expect(answer.json?["errors"]?.array?.first?["field"] == "camera", "\(bad): \(answer.text)")
    }
    for bad in [3, true, ["url": 4]] as [JSONValue] {
      #expect(try client.send("PATCH", path, json: ["camera": bad]).status == 400)
    }
    let control = try await service.client("read,control,manage")
    #expect(try control.send("PATCH", path, json: ["camera": "http://192.0.2.9/"]).status == 403)
    #expect(try client.send("PATCH", path, json: ["camera": nil]).json?["camera"]?["kind"] == "jpeg6000")
    #expect(!service.process.text.contains("seecret9"))
    #expect(try await service.stop() == 0)
  }

  @Test("The service stops within five seconds while people watch")
  func stops() async throws {
    try await Stage.play([Self.quick]) { stage in
      let id = try stage.add(stage.printers[0])
      let streams = try (0..<5).map { _ in
        try PictureStream(port: stage.service.port, "/api/v1/printers/\(id)/camera/stream", key: stage.client.key)
      }
      for stream in streams { _ = try stream.next() }
      let began = ContinuousClock.now
      stage.service.process.signal(SIGTERM)
      #expect(try await stage.service.process.wait(within: 60) == 0)
      let ended = try #require(stage.service.process.endedAt)
      #expect(ended - began < .seconds(5), "it took \(ended - began)")
      for stream in streams { try stream.readToEnd() }
    }
  }
}
