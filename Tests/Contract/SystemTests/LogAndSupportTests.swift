import Model
import Simulator
import TestKit
import Testing
import Wire

/// `/system/logs`, `/system/support-bundle` and `layerberry doctor` (contract, sections 5 and 8).
struct LogAndSupportTests {
  static let secrets = ["plug-pass-1", "plug-token-1", "hook-secret-1", "camera-pass-1"]

  /// What holds secrets, beside the printers.
  static func fill(_ client: HTTPClient) throws {
    for (path, json) in [
      (
        "/smart-plugs",
        [
          "name": "Lamp", "type": "http", "address": "http://192.0.2.2/", "username": "somebody",
          "password": "plug-pass-1", "token": "plug-token-1", "options": ["on_path": "/on", "off_path": "/off"],
          "feeds_printer": false,
        ] as JSONValue
      ),
      (
        "/notifications/providers",
        [
          "name": "Hook", "type": "webhook", "enabled": false,
          "config": ["url": "https://hooks.example.org/x", "secret": "hook-secret-1"], "events": ["print_failed"],
        ]
      ),
    ] {
      let answer = try client.send("POST", "/api/v1\(path)", json: json)
      guard answer.status == 201 else { throw TestKitError("\(path): \(answer.status) \(answer.text)") }
    }
  }

  @Test("The last lines of the log: the newest first, by level, by word, in parts; no secret is among them")
  func logs() async throws {
    let service = try await ServiceProcess.start(arguments: ["--log-level", "debug"])
    let client = try await service.client()
    let all = try client.get("/api/v1/system/logs?limit=500")
    let lines = try #require(all.json?.array)
    #expect(lines.count > 2 && all.headers["x-total-count"] == String(lines.count))
    let times = lines.compactMap { $0["time"]?.string }
    #expect(times == times.sorted(by: >))
    #expect(lines.allSatisfy { $0["source"]?.string?.isEmpty == false && $0["message"]?.string?.isEmpty == false })
    let heard = try #require(client.get("/api/v1/system/logs?filter=LISTENING").json?.array)
    #expect(heard.count == 1 && heard[0]["level"] == "notice" && heard[0]["source"] == "layerberry")
    #expect(try client.get("/api/v1/system/logs?level=critical").json == [])
    // Of those that the requests themselves do not add to.
    let notices = try #require(client.get("/api/v1/system/logs?level=notice").json?.array)
    try #require(notices.count > 1)
    #expect(try client.get("/api/v1/system/logs?level=notice&limit=1&offset=1").json == [notices[1]])
    for bad in ["level=loud", "filter=", "limit=501"] {
      #expect(try client.get("/api/v1/system/logs?\(bad)").status == 400, "\(bad)")
    }
    let password = service.process.text.split(separator: "\n").first { $0.hasPrefix("first password: ") }
    let word = String(try #require(password).dropFirst("first password: ".count))
    #expect(!all.text.contains(word) && !all.text.contains(client.key ?? ""))
    #expect(try await service.stop() == 0)
  }

  @Test("A support bundle tells how everything stands, and holds no secret, serial number or address")
  func bundle() async throws {
    let printers = [PrinterSpecification(model: .p1s), PrinterSpecification(model: .x1c, certificate: .otherSerial)]
    try await Stage.play(printers, arguments: ["--log-level", "trace"]) { stage in
      let client = stage.client
      try stage.add(
        stage.printers[0], changing: ["camera": "http://viewer:camera-pass-1@127.0.0.1:9/video", "name": "Workshop"])
      try stage.add(stage.printers[1])
      try await stage.status(1, is: "idle")
      try await stage.status(2, is: "error")
      try Self.fill(client)
      let answer = try client.get("/api/v1/system/support-bundle")
      #expect(answer.status == 200 && answer.headers["content-type"] == "application/octet-stream")
      #expect(answer.headers["content-disposition"]?.contains("layerberry-support-") == true)
      let file = try stage.service.folder.write(bytes: answer.body, as: "bundle.tar.gz")
      let child = try ChildProcess("/bin/tar", ["--to-stdout", "-xzvf", file])
      #expect(try await child.wait() == 0)
      let text = child.text
      for part in ["README.txt", "system.json", "settings.json", "printers.json", "doctor.json", "log.txt"] {
        #expect(text.contains("support/\(part)"), "\(part)")
      }
      for word in ["Workshop", "wrong_serial", "api.default_format", "\"check\":\"clock\"", "listening"] {
        #expect(text.contains(word), "\(word)")
      }
      for secret in Self.secrets + stage.printers.map(\.accessCode.secret.exposed) + [client.key ?? ""] {
        #expect(!text.contains(secret), "a secret is in the bundle")
      }
      for printer in stage.printers { #expect(!text.contains(printer.serial.text)) }
      #expect(!text.contains("127.0.0.1"))
    }
  }

  @Test("The doctor says what is wrong beside a running service, without one, and where the folder is none")
  func doctor() async throws {
    let service = try await ServiceProcess.start()
    let client = try await service.client()
    _ = try client.send(
      "POST", "/api/v1/printers",
      json: [
        "name": "Absent", "ip_address": "192.0.2.1", "serial_number": "01P00A000000001", "access_code": "12345678",
        "enabled": false,
      ])
    let data = "\(service.folder.path)/data"
    func examine(_ arguments: [String]) async throws -> (status: Int32, findings: [JSONValue]) {
      let child = try ChildProcess(
        try ChildProcess.built("layerberry"), ["doctor", "--json"] + arguments, environment: ["PATH": "/usr/bin:/bin"])
      let status = try await child.wait()
      let json = try JSONParser.parse(child.text.utf8, limits: .init(bytes: 1 << 20))
      return (status, json.array ?? [])
    }
    let beside = try await examine(["--data", data, "--port", String(service.port)])
    #expect(!beside.findings.contains { $0["check"] == "network" && $0["level"] == "problem" } || beside.status == 69)
    #expect(beside.findings.contains { $0["finding"] == "Absent is switched off in the list." })
    #expect(!beside.findings.contains { ($0["finding"]?.string ?? "").contains("does not run") })
    let silent = try await examine(["--data", data, "--port", String(try ServiceProcess.freePort())])
    #expect(silent.status == 69)
    #expect(silent.findings.contains { ($0["finding"]?.string ?? "").contains("does not answer at port") })
    #expect(try await service.stop() == 0)
    let alone = try await examine(["--data", data])
    #expect(alone.findings.contains { $0["finding"] == "The service does not run." })
    let file = try service.folder.write("no folder", as: "file")
    let broken = try await examine(["--data", file])
    #expect(broken.status == 74)
    #expect(broken.findings.contains { $0["check"] == "storage" && $0["level"] == "problem" })
  }
}
