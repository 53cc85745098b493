import Model
import Simulator
import TestKit
import Testing
import Wire

/// The WebSocket (contract, section 6).
struct LiveTests {
  @Test("On connect there is one printer_state for every printer, with S1's status and S0's names")
  func statesOnConnect() async throws {
    try await Stage.play([PrinterSpecification(model: .p1s), PrinterSpecification(model: .h2d)]) { stage in
      for printer in stage.printers { try await stage.status(try stage.add(printer), is: "idle") }
      let socket = try WebSocketClient(port: stage.service.port, key: stage.client.key ?? "")
      for id in 1...2 as ClosedRange<Int64> {
        let message = try socket.next { $0["type"] == "printer_state" }
        #expect(message["printer_id"] == .int(id))
        let payload = try #require(message["payload"])
        #expect(payload["status"] == "idle" && payload["state"] == "idle")
        #expect(payload["nozzle_temp"]?.number != nil && payload["bed_temp"]?.number != nil)
        let status = try #require(stage.status(id).object)
        #expect(Set(status.keys).isSubset(of: Set(payload.object?.keys.map { $0 } ?? [])))
      }
    }
  }

  @Test("A report is told as printer_state; a change of state is never held back")
  func statesAreTold() async throws {
    try await Stage.play([PrinterSpecification(model: .p1s)]) { stage in
      let printer = stage.printers[0]
      let id = try stage.add(printer)
      try await stage.status(id, is: "idle")
      let socket = try stage.watch()
      func publish(_ state: String, percent: Int64) {
        printer.publish(
          [
            "print": [
              "command": "push_status", "msg": 1, "gcode_state": .string(state), "mc_percent": .int(percent),
              "subtask_name": "Cube", "subtask_id": "7001",
            ]
          ] as JSONValue)
      }
      // One after the other, within one second: each state is told.
      for (word, state) in [
        ("PREPARE", "preparing"), ("RUNNING", "printing"), ("PAUSE", "paused"), ("RUNNING", "printing"),
      ] {
        publish(word, percent: 10)
        _ = try socket.next { $0["type"] == "printer_state" && $0["payload"]?["state"]?.string == state }
      }
      // Values alone wait for their second; then the newest are told.
      for percent in 11...15 as ClosedRange<Int64> { publish("RUNNING", percent: percent) }
      _ = try socket.next { $0["type"] == "printer_state" && $0["payload"]?["progress"] == 15 }
    }
  }

  @Test("A print is told from its start over its progress to its end, each message once")
  func aPrintIsTold() async throws {
    try await Stage.play([PrinterSpecification(model: .x1c)], speed: 120) { stage in
      let printer = stage.printers[0]
      let id = try stage.add(printer)
      try await stage.status(id, is: "idle")
      let socket = try stage.watch()
      printer.startPrint(name: "Benchy", layers: 6, minutes: 8)
      var started = 0
      var progress: [JSONValue] = []
      let complete = try socket.next { message in
        if message["type"] == "print_started" { started += 1 }
        if message["type"] == "print_progress" { progress.append(message["payload"] ?? .null) }
        return message["type"] == "print_complete"
      }
      #expect(started == 1)
      #expect(!progress.isEmpty, "progress is told")
      #expect(progress.allSatisfy { $0["total_layers"] == 6 || $0["total_layers"] == .null })
      #expect(Set(progress).count == progress.count, "no progress is told twice")
      let payload = try #require(complete["payload"])
      #expect(complete["printer_id"] == .int(id) && payload["printer_id"] == .int(id))
      #expect(payload["task_name"] == "Benchy" && payload["filename"] == "/data/Metadata/plate_1.gcode")
      #expect(payload["status"] == "success" && payload["error"] == .null)
      #expect(payload["duration"]?.number != nil && payload["printer_name"]?.string == printer.name)
      #expect(try stage.status(id)["state"] == "finished")
    }
  }

  @Test("A failed print says why; a stopped one says that a person stopped it")
  func unhappyEnds() async throws {
    try await Stage.play([PrinterSpecification(model: .p1s), PrinterSpecification(model: .x1c)]) { stage in
      for printer in stage.printers { try await stage.status(try stage.add(printer), is: "idle") }
      let socket = try stage.watch()
      for printer in stage.printers {
        printer.startPrint(name: "Bad luck", layers: 50, minutes: 60)
        _ = try socket.next { $0["type"] == "print_started" }
      }
      stage.printers[0].fail(code: 0x0300_4006)
      let failed = try socket.next { $0["type"] == "print_failed" }
      #expect(failed["printer_id"] == 1 && failed["payload"]?["status"] == "failed")
      #expect(failed["payload"]?["error"]?.string?.isEmpty == false)
      #expect(failed["payload"]?["print_error"] == "0300_4006" && failed["payload"]?["hms_errors"] == [])
      #expect(failed["payload"]?["error_url"]?.string?.hasPrefix("https://wiki.bambulab.com/") == true)
      stage.printers[1].cancel()
      let stopped = try socket.next { $0["type"] == "print_failed" }
      #expect(stopped["printer_id"] == 2 && stopped["payload"]?["status"] == "stopped")
      #expect(stopped["payload"]?["print_error"] == .null && stopped["payload"]?["error_url"] == .null)
    }
  }

  @Test("New complaints are told as printer_error, a lost printer as printer_offline")
  func complaints() async throws {
    try await Stage.play([PrinterSpecification(model: .x1c)]) { stage in
      let printer = stage.printers[0]
      let id = try stage.add(printer)
      try await stage.status(id, is: "idle")
      let socket = try stage.watch()
      printer.setHMS([(attribute: 0x0300_0100, code: 0x0001_0007)])
      let error = try socket.next { $0["type"] == "printer_error" }
      let entry = try #require(error["payload"]?["hms_errors"]?.array?.first)
      #expect(entry["code"] == "0300_0100_0001_0007" && entry["severity"] == "fatal")
      #expect(entry["url"]?.string?.hasPrefix("https://") == true)
      let status = try await stage.status(id, "the error shows") { $0["hms_status"] == "error" }
      #expect(status["hms_errors"]?.array?.count == 1)
      printer.powerOff()
      let offline = try socket.next { $0["type"] == "printer_offline" }
      #expect(offline["payload"]?["reason"]?.string?.isEmpty == false)
    }
  }

  @Test("A complaint that was told is not told again because the service started again")
  func complaintsAreToldOnce() async throws {
    try await Stage.play([PrinterSpecification(model: .x1c)]) { stage in
      let printer = stage.printers[0]
      let id = try stage.add(printer)
      try await stage.status(id, is: "idle")
      printer.setHMS([(attribute: 0x0300_0100, code: 0x0001_0007)])
      try await stage.status(id, "the error shows") { $0["hms_status"] == "error" }
      #expect(try await stage.service.stop() == 0)
      let again = try await ServiceProcess.start(in: stage.service.folder, port: stage.service.port)
      let socket = try stage.watch()
      try await stage.status(id, "the error shows again") { $0["hms_status"] == "error" }
      printer.startPrint(name: "Vase", layers: 10, minutes: 60)
      let first = try socket.next { $0["type"] == "printer_error" || $0["type"] == "print_started" }
      #expect(first["type"] == "print_started")
      printer.setHMS([(attribute: 0x0700_2000, code: 0x0002_0001)])
      let new = try socket.next { $0["type"] == "printer_error" }
      #expect(new["payload"]?["hms_errors"]?.array?.map { $0["code"] } == ["0700_2000_0002_0001"])
      #expect(try await again.stop() == 0)
    }
  }

  @Test("A client hears only what it subscribed to")
  func subscriptions() async throws {
    try await Stage.play([PrinterSpecification(model: .p1s), PrinterSpecification(model: .p1s)]) { stage in
      for printer in stage.printers { try await stage.status(try stage.add(printer), is: "idle") }
      let socket = try stage.watch()
      try socket.send(["type": "subscribe", "printer_ids": [2], "events": ["print_started", "an_event_of_tomorrow"]])
      try socket.send(["type": "ping"])
      _ = try socket.next { $0["type"] == "pong" }
      for printer in stage.printers { printer.startPrint(name: "Part", layers: 5, minutes: 60) }
      let first = try socket.next { _ in true }
      #expect(first["type"] == "print_started" && first["printer_id"] == 2)
      try socket.send(["type": "subscribe", "printer_ids": nil, "events": nil])
      _ = try socket.next { $0["type"] == "printer_state" && $0["printer_id"] == 1 }
    }
  }

  @Test("What means nothing gets an error each time, and at the tenth the door: 1008")
  func messagesWithoutMeaning() async throws {
    let service = try await ServiceProcess.start()
    let socket = try WebSocketClient(port: service.port, key: try await service.key("read"))
    let senseless: [(opcode: UInt8, payload: [UInt8])] = [
      (1, Array("no JSON".utf8)), (1, Array("[1]".utf8)), (1, Array(#"{"type":"dance"}"#.utf8)), (1, Array("{}".utf8)),
      (1, Array(#"{"type":"subscribe","printer_ids":"all"}"#.utf8)),
      (1, Array(#"{"type":"subscribe","events":[1]}"#.utf8)), (2, [1, 2, 3]),
      (1, [UInt8](repeating: UInt8(ascii: " "), count: 65_537)), (1, []),
      (1, Array(#"{"type":"subscribe","events":["\ud800"]}"#.utf8)),
    ]
    for (opcode, payload) in senseless {
      try socket.send(opcode: opcode, payload)
      let answer = try socket.next { $0["type"] == "error" }
      #expect(answer["payload"]?["code"] == "INVALID_REQUEST")
      #expect(answer["payload"]?["message"]?.string?.isEmpty == false)
    }
    #expect(try socket.closeCode() == 1008)
    #expect(try await service.stop() == 0)
  }

  @Test("Sense between nonsense is answered, and a message of exactly 64 KiB is read")
  func senseBetweenNonsense() async throws {
    let service = try await ServiceProcess.start()
    let socket = try WebSocketClient(port: service.port, key: try await service.key("read"))
    try socket.send(opcode: 1, Array("?".utf8))
    _ = try socket.next { $0["type"] == "error" }
    let ping = Array(#"{"type":"ping"}"#.utf8)
    try socket.send(opcode: 1, ping + [UInt8](repeating: UInt8(ascii: " "), count: 65_536 - ping.count))
    _ = try socket.next { $0["type"] == "pong" }
    try socket.send(opcode: 9, Array("beat".utf8))
    let pong = try socket.receive()
    #expect(pong.opcode == 10 && pong.payload == Array("beat".utf8))
    #expect(try await service.stop() == 0)
  }

  @Test(
    "A broken frame closes with the code of its mistake",
    arguments: [
      ("unmasked", [0x81, 0x02, 0x7B, 0x7D], 1002), ("reserved bits", [0xF1, 0x80, 0, 0, 0, 0], 1002),
      ("unknown opcode", [0x83, 0x80, 0, 0, 0, 0], 1002), ("fragmented ping", [0x09, 0x80, 0, 0, 0, 0], 1002),
      ("invalid UTF-8", [0x81, 0x82, 0, 0, 0, 0, 0xC3, 0x28], 1007),
      ("a close with code 1000", [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xE8], 1000),
    ] as [(String, [UInt8], Int)])
  func brokenFrames(what: String, bytes: [UInt8], code: Int) async throws {
    let service = try await ServiceProcess.start()
    let socket = try WebSocketClient(port: service.port, key: try await service.key("read"))
    try socket.send(raw: bytes)
    #expect(try socket.closeCode() == code, "\(what)")
    #expect(try HTTPClient(port: service.port).get("/health").status == 200)
    #expect(try await service.stop() == 0)
  }
}
