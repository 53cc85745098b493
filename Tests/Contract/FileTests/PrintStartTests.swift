import Model
import Simulator
import TestKit
import Testing
import Wire

/// Starting a file of the printer's storage (contract, section 5; protocol sheet, section 3.8).
@Suite("Starting a print", .serialized) struct PrintStartTests {
  private static func start(_ stage: FileStage, _ body: JSONValue) async throws -> HTTPClient.Answer {
    try await stage.client().send("POST", "\(stage.base)/print", json: body)
  }

  private static func started(_ stage: FileStage) -> [JSONValue] {
    stage.printer.counters.commands.filter { $0.name == "print.project_file" }.compactMap {
      try? JSONParser.parse($0.text.utf8, limits: .init(bytes: 1 << 16))["print"]
    }
  }

  @Test("A 3MF starts under a number of ours, with its options and trays, and is told once", .timeLimit(.minutes(1)))
  func project() async throws {
    try await FileStage.play { stage in
      try stage.put(FileStage.project, as: "Desk box.gcode.3mf")
      let socket = try stage.stage.watch()
      let answer = try await Self.start(
        stage,
        [
          "path": "/Desk box.gcode.3mf", "plate": 2, "ams_mapping": [1, -1],
          "options": ["bed_leveling": false, "timelapse": true, "flow_cali": true, "ignore_mismatch": true],
        ])
      #expect(answer.status == 200 && answer.json?["result"] == "acknowledged", "\(answer.text)")
      guard case .int(let taskID)? = answer.json?["task_id"] else { throw TestKitError(answer.text) }
      #expect((1...2_147_483_647).contains(taskID))
      let sent = try #require(Self.started(stage).first)
      #expect(Self.started(stage).count == 1)
      #expect(sent["param"] == "Metadata/plate_2.gcode" && sent["url"] == "ftp:///Desk box.gcode.3mf")
      #expect(sent["subtask_name"] == "Desk box" && sent["subtask_id"]?.string == String(taskID))
      #expect(sent["ams_mapping"] == [1, -1] && sent["use_ams"] == true)
      #expect(sent["bed_leveling"] == false && sent["timelapse"] == true && sent["flow_cali"] == true)
      #expect(stage.printer.counters.complaints.isEmpty)
      let event = try socket.next { $0["type"] == "print_started" }
      #expect(event["printer_id"] == .int(stage.id))

      let again = try await Self.start(stage, ["path": "/Desk box.gcode.3mf"])
      #expect(again.status == 409 && again.json?["code"] == "PRINTER_BUSY", "\(again.text)")
      #expect(Self.started(stage).count == 1)
      let client = try await stage.client()
      for (verb, body) in [("DELETE", []), ("POST", FileStage.project)] as [(String, [UInt8])] {
        let held = try client.send(
          verb, "\(stage.base)/files?path=/desk_box.GCODE.3mf", body: body, headers: FileTests.binary)
        #expect(held.status == 409 && held.json?["code"] == "PRINTER_BUSY", "\(verb): \(held.text)")
      }
    }
  }

  @Test("Plain G-code starts by its name and has no number", .timeLimit(.minutes(1)))
  func plainGcode() async throws {
    try await FileStage.play { stage in
      try stage.put(Array("G28\n".utf8), as: "cube.gcode")
      let answer = try await Self.start(stage, ["path": "/cube.gcode"])
      #expect(answer.status == 200 && answer.json == ["result": "acknowledged", "task_id": nil], "\(answer.text)")
      try await stage.stage.status(stage.id, "it begins") { $0["state"] == "preparing" || $0["state"] == "printing" }
    }
  }

  @Test("A file that is not there is 404; one that the printer cannot read says so", .timeLimit(.minutes(1)))
  func unreadable() async throws {
    try await FileStage.play { stage in
      let missing = try await Self.start(stage, ["path": "/none.3mf"])
      #expect(missing.status == 404 && missing.json?["code"] == "NOT_FOUND", "\(missing.text)")
      #expect(Self.started(stage).isEmpty)
      try stage.put(Array("no archive".utf8), as: "bad.3mf")
      for _ in 0..<2 {
        let bad = try await Self.start(stage, ["path": "/bad.3mf"])
        #expect(bad.status == 409 && bad.json?["code"] == "COMMAND_REFUSED", "\(bad.text)")
        #expect(bad.text.contains("0500_4003"), "\(bad.text)")
        let cleared = try await stage.client().send("POST", "\(stage.base)/clear-error")
        #expect(cleared.status == 200, "\(cleared.text)")
        try await stage.stage.status(stage.id, "the error is gone") { $0["print_error"] == .null }
      }
      // What was refused leaves nothing in the way.
      try stage.put(FileStage.project, as: "good.3mf")
      let good = try await Self.start(stage, ["path": "/good.3mf"])
      #expect(good.status == 200, "\(good.text)")
    }
  }

  @Test("A start whose answer was lost is not sent twice, not even after a restart", .timeLimit(.minutes(1)))
  func once() async throws {
    try await FileStage.play { stage in
      try stage.put(FileStage.project, as: "box.3mf")
      // The printer takes the order and shows nothing.
      stage.printer.inject(.zombie)
      let connection = try Connection(port: stage.stage.service.port)
      let body = #"{"path":"/box.3mf"}"#
      let key = try #require(try await stage.client().key)
      let head = """
        POST \(stage.base)/print HTTP/1.1\r
        Host: localhost:\(stage.stage.service.port)\r
        X-API-Key: \(key)\r
        Content-Type: application/json\r
        Content-Length: \(body.utf8.count)\r
        \r

        """
      try connection.write(Array((head + body).utf8))
      let isSent = await stage.printer.wait { $0.commands.contains { $0.name == "print.project_file" } }
      #expect(isSent)
      let second = try await Self.start(stage, ["path": "/box.3mf"])
      #expect(second.status == 409 && second.json?["code"] == "CONFLICT", "\(second.text)")

      stage.stage.service.process.signal(9)
      _ = try await stage.stage.service.process.wait()
      let again = try await ServiceProcess.start(in: stage.stage.service.folder, port: stage.stage.service.port)
      try await stage.stage.status(stage.id, is: "idle")
      let third = try await Self.start(stage, ["path": "/box.3mf"])
      #expect(third.status == 409 && third.json?["code"] == "CONFLICT", "\(third.text)")
      #expect(Self.started(stage).count == 1)
      #expect(try await again.stop() == 0)
    }
  }

  @Test("A printer that refuses commands is told before anything is asked of it", .timeLimit(.minutes(1)))
  func refused() async throws {
    try await FileStage.play { stage in
      stage.printer.setAuthorization(.required)
      try await stage.stage.status(stage.id, "it refuses") { $0["control"] == "refused" }
      let answer = try await Self.start(stage, ["path": "/box.3mf"])
      #expect(answer.status == 409 && answer.json?["code"] == "COMMAND_REFUSED", "\(answer.text)")
      #expect(stage.printer.fileLog.isEmpty && Self.started(stage).isEmpty)
    }
  }

  static let rows: [(body: String, field: String)] = [
    ("{}", "path"), (#"{"path":5}"#, "path"), (#"{"path":"box.3mf"}"#, "path"), (#"{"path":"/../box.3mf"}"#, "path"),
    (#"{"path":"/a\r\nb.3mf"}"#, "path"), (#"{"path":"/box.stl"}"#, "path"), (#"{"path":"/"}"#, "path"),
    (#"{"path":"/box.3mf","plate":0}"#, "plate"), (#"{"path":"/box.3mf","plate":1000}"#, "plate"),
    (#"{"path":"/box.3mf","plate":"1"}"#, "plate"), (#"{"path":"/box.3mf","plate":1.5}"#, "plate"),
    (#"{"path":"/box.3mf","ams_mapping":[254]}"#, "ams_mapping"),
    (#"{"path":"/box.3mf","ams_mapping":[0,255]}"#, "ams_mapping"),
    (#"{"path":"/box.3mf","ams_mapping":[16]}"#, "ams_mapping"),
    (#"{"path":"/box.3mf","ams_mapping":[-2]}"#, "ams_mapping"),
    (#"{"path":"/box.3mf","ams_mapping":["0"]}"#, "ams_mapping"),
    (#"{"path":"/box.3mf","ams_mapping":{}}"#, "ams_mapping"),
    (#"{"path":"/box.3mf","ams_mapping":[64]}"#, "ams_mapping"),
    (#"{"path":"/box.3mf","options":[]}"#, "options"),
    (#"{"path":"/box.3mf","options":{"timelapse":1}}"#, "options.timelapse"),
    (#"{"path":"/box.3mf","options":{"use_ams":"yes"}}"#, "options.use_ams"),
    (#"{"path":"/box.3mf","options":{"use_ams":true}}"#, "ams_mapping"),
    (#"{"path":"/box.3mf","options":{"bed_type":"glass"}}"#, "options.bed_type"),
    (#"{"path":"/box.3mf","archive_id":1}"#, "path"), (#"{"archive_id":0}"#, "archive_id"),
    (#"{"archive_id":"1"}"#, "archive_id"), (#"{"path":null,"archive_id":null}"#, "path"),
    (#"{"path":"/cube.gcode","plate":2}"#, "plate"), (#"{"path":"/cube.gcode","ams_mapping":[0]}"#, "ams_mapping"),
  ]

  @Test("Bad input is a 400 that names the field, and nothing is asked of the printer", .timeLimit(.minutes(1)))
  func badInput() async throws {
    try await FileStage.play { stage in
      var client = try await stage.client()
      for (number, row) in Self.rows.enumerated() {
        if number % 8 == 7 { client = try await stage.client() }
        let answer = try client.send(
          "POST", "\(stage.base)/print", body: Array(row.body.utf8), headers: ["Content-Type": "application/json"])
        #expect(answer.status == 400, "\(row.body): \(answer.text)")
        #expect(answer.json?["errors"]?.array?.contains { $0["field"]?.string == row.field } == true, "\(answer.text)")
      }
      #expect(stage.printer.fileLog.isEmpty && Self.started(stage).isEmpty)
    }
  }
}
