import Model
import Simulator
import TestKit
import Testing
import Wire

/// `/printers`: adding, changing, following and deleting (contract, section 5).
struct PrinterTests {
  @Test("A printer is added whether or not it answers, and shown without its secret")
  func aPrinterIsAdded() async throws {
    let service = try await ServiceProcess.start()
    let client = try await service.client()
    let added = try client.send(
      "POST", "/api/v1/printers",
      json: [
        "name": " Bench ", "ip_address": "127.0.0.1", "mqtt_port": .int(Int64(try ServiceProcess.freePort())),
        "serial_number": " 01p00a000000001 ", "access_code": "87654321", "a_field_of_tomorrow": [1, 2],
      ])
    #expect(added.status == 201 && added.headers["location"] == "/api/v1/printers/1")
    let printer = try #require(added.json)
    #expect(printer["name"] == "Bench" && printer["serial_number"] == "01P00A000000001")
    #expect(printer["model"] == "P1S" && printer["model_code"] == "P1S")
    #expect(printer["access_code"] == ["set": true])
    #expect(printer["ftps_port"] == 990 && printer["camera_port"] == 6000)
    #expect(printer["camera"] == ["kind": "jpeg6000", "url": nil])
    #expect(printer["trust"] == ["state": "none", "fingerprint": nil, "offered": nil])
    #expect(printer["plug_id"] == .null && printer["plug_ids"] == [] && printer["current_print"] == .null)
    #expect(printer["enabled"] == true && printer["connected"] == false)
    for key in ["created_at", "updated_at"] { #expect(printer[key]?.string?.hasSuffix("Z") == true) }
    let status = try await eventually(within: 10, "it is known to be unreachable") { () -> JSONValue? in
      let status = try client.get("/api/v1/printers/1/status").json
      return status?["error"] == "unreachable" ? status : .none
    }
    #expect(status["state"] == "offline" && status["connected"] == false)
    for field in [
      "progress", "temperatures", "ams", "fans", "lights", "control", "hms_errors", "firmware", "last_state",
    ] {
      #expect(status[field] == .null, "\(field)")
    }
    #expect(!service.process.text.contains("87654321"))
    #expect(try await service.stop() == 0)
  }

  @Test("A change leaves the other fields; a secret is kept by its mark, by an empty string and by silence")
  func aChangeLeavesTheRest() async throws {
    try await Stage.play([PrinterSpecification(model: .p1s)]) { stage in
      let id = try stage.add(stage.printers[0])
      try await stage.status(id, is: "idle")
      let path = "/api/v1/printers/\(id)"
      let before = try stage.printer(id)
      for (verb, change) in [
        ("PATCH", ["name": "Renamed"]), ("PUT", ["access_code": ""]), ("PATCH", ["access_code": ["set": true]]),
        ("PATCH", ["access_code": ["set": false]]), ("PATCH", [:]),
      ] as [(String, JSONValue)] {
        let answer = try stage.client.send(verb, path, json: change)
        #expect(answer.status == 200, "\(verb) \(change)")
        #expect(answer.json?["name"] == "Renamed" && answer.json?["access_code"] == ["set": true])
        for key in ["serial_number", "mqtt_port", "ip_address", "created_at", "trust"] {
          #expect(answer.json?[key] == before[key], "\(verb) \(change): \(key)")
        }
      }
      // Nothing of this concerned the connection.
      #expect(stage.printers[0].counters.sessionsEver == 1)
      #expect(try stage.status(id)["state"] == "idle")
    }
  }

  @Test("A second printer with the same serial number is 409, on adding and on changing")
  func duplicates() async throws {
    let service = try await ServiceProcess.start()
    let client = try await service.client()
    func add(_ serial: String) throws -> HTTPClient.Answer {
      try client.send(
        "POST", "/api/v1/printers",
        json: [
          "name": "A", "ip_address": "192.0.2.1", "enabled": false, "access_code": "1",
          "serial_number": .string(serial),
        ])
    }
    #expect(try add("01P00A000000001").status == 201)
    #expect(try add("01P00A000000002").status == 201)
    for answer in [
      try add("01P00A000000001"), try add("01p00a000000002"),
      try client.send("PATCH", "/api/v1/printers/1", json: ["serial_number": "01P00A000000002"]),
    ] {
      #expect(answer.status == 409 && answer.json?["code"] == "CONFLICT")
      #expect(answer.json?["detail"]?.string?.contains("serial number") == true)
    }
    #expect(try client.get("/api/v1/printers").json?.array?.count == 2)
    #expect(try client.send("DELETE", "/api/v1/printers/1").json == ["deleted": true, "id": 1])
    #expect(try client.send("DELETE", "/api/v1/printers/1").status == 404)
    let again = try add("01P00A000000001")
    #expect(again.status == 201 && again.json?["id"] == 3, "an id is never given twice")
    #expect(try await service.stop() == 0)
  }

  @Test("A printer that prints cannot be deleted; one that has finished can")
  func deletingWhilePrinting() async throws {
    try await Stage.play([PrinterSpecification(model: .x1c)], speed: 1) { stage in
      let printer = stage.printers[0]
      let id = try stage.add(printer)
      try await stage.status(id, is: "idle")
      printer.startPrint(name: "Vase", layers: 10, minutes: 60)
      let status = try await stage.status(id, "it prepares or prints") {
        ["preparing", "printing"].contains($0["state"]?.string)
      }
      #expect(status["current_print"]?["task_name"] == "Vase" && status["current_print"]?["stale"] == false)
      let refused = try stage.client.send("DELETE", "/api/v1/printers/\(id)")
      #expect(refused.status == 409 && refused.json?["code"] == "PRINTER_BUSY")
      #expect(try stage.status(id)["connected"] == true)
      // A printer that falls silent in a print is still printing for all that anybody knows.
      printer.powerOff()
      let silent = try await stage.status(id, is: "offline")
      #expect(silent["current_print"]?["stale"] == true && silent["temperatures"] == .null)
      #expect(try stage.client.send("DELETE", "/api/v1/printers/\(id)").status == 409)
      try printer.powerOn()
      try await stage.status(id, is: "paused")
      printer.cancel()
      try await stage.status(id, "the print has ended") { ["failed", "idle"].contains($0["state"]?.string) }
      #expect(try stage.client.send("DELETE", "/api/v1/printers/\(id)").json == ["deleted": true, "id": .int(id)])
      #expect(try stage.client.get("/api/v1/printers/\(id)").status == 404)
      #expect(await printer.wait { $0.sessionsOpen == 0 })
    }
  }

  @Test("A printer that fell silent in a print for good can be deleted once it is disconnected")
  func deletingTheSilent() async throws {
    try await Stage.play([PrinterSpecification(model: .p1s)], speed: 1) { stage in
      let printer = stage.printers[0]
      let id = try stage.add(printer)
      try await stage.status(id, is: "idle")
      printer.startPrint(name: "Vase", layers: 10, minutes: 60)
      try await stage.status(id, "it prints") { $0["current_print"] != .null }
      printer.powerOff()
      try await stage.status(id, is: "offline")
      let refused = try stage.client.send("DELETE", "/api/v1/printers/\(id)")
      #expect(refused.status == 409 && refused.json?["detail"]?.string?.contains("disconnect it first") == true)
      #expect(try stage.client.send("POST", "/api/v1/printers/\(id)/disconnect").status == 200)
      #expect(try stage.client.send("DELETE", "/api/v1/printers/\(id)").status == 200)
      let archives = try stage.client.get("/api/v1/archives").json?["archives"]?.array ?? []
      #expect(archives.map { $0["status"] } == ["failed"] && archives[0]["error"] == "outcome unknown")
    }
  }

  @Test("Disconnected stays disconnected, over a restart too, until connected; refresh asks for a full report")
  func connectAndDisconnect() async throws {
    try await Stage.play([PrinterSpecification(model: .x1c)]) { stage in
      let id = try stage.add(stage.printers[0])
      try await stage.status(id, is: "idle")
      let path = "/api/v1/printers/\(id)"
      let asked = stage.printers[0].counters.count(of: "pushing.pushall")
      #expect(try stage.client.send("POST", "\(path)/refresh-status").json == ["status": "refresh_requested"])
      #expect(await stage.printers[0].wait { $0.count(of: "pushing.pushall") == asked + 1 })

      let disconnected = try stage.client.send("POST", "\(path)/disconnect")
      #expect(disconnected.status == 200 && disconnected.json?["enabled"] == false)
      let status = try stage.status(id)
      #expect(status["state"] == "offline" && status["connected"] == false && status["error"] == .null)
      #expect(status["last_state"] == "idle" && status["last_update"]?.string != nil)
      #expect(await stage.printers[0].wait { $0.sessionsOpen == 0 })
      let refused = try stage.client.send("POST", "\(path)/refresh-status")
      #expect(refused.status == 400 && refused.json?["code"] == "PRINTER_OFFLINE")

      #expect(try await stage.service.stop() == 0)
      let again = try await ServiceProcess.start(in: stage.service.folder)
      let client = HTTPClient(port: again.port, key: stage.client.key)
      let kept = try #require(client.get("\(path)/status").json)
      #expect(
        kept["state"] == "offline" && kept["last_state"] == "idle" && kept["last_update"] == status["last_update"])
      #expect(try client.send("POST", "\(path)/connect").json?["enabled"] == true)
      _ = try await eventually(within: 10, "it is followed again") { () -> Bool? in
        try client.get("\(path)/status").json?["state"] == "idle" ? true : nil
      }
      #expect(try await again.stop() == 0)
    }
  }

  @Test("Health is S1's, and an offline printer is not ill health")
  func health() async throws {
    try await Stage.play([PrinterSpecification(model: .p1s)]) { stage in
      func health() throws -> JSONValue? { try HTTPClient(port: stage.service.port).get("/health").json }
      #expect(try health() == ["status": "healthy", "database": "connected", "mqtt": "connected"])
      let id = try stage.add(stage.printers[0])
      try await stage.status(id, is: "idle")
      #expect(try health()?["mqtt"] == "connected")
      _ = try stage.client.send(
        "POST", "/api/v1/printers",
        json: [
          "name": "Off", "ip_address": "127.0.0.1", "serial_number": "01P00A000000099", "access_code": "1",
          "mqtt_port": .int(Int64(try ServiceProcess.freePort())),
        ])
      #expect(try health() == ["status": "healthy", "database": "connected", "mqtt": "degraded"])
      stage.printers[0].powerOff()
      try await stage.status(id, is: "offline")
      #expect(try health() == ["status": "healthy", "database": "connected", "mqtt": "disconnected"])
    }
  }
}
