import Model
import Simulator
import TestKit
import Testing
import Wire

/// `/maintenance` (contract, section 5, "Settings, filaments, maintenance").
struct MaintenanceTests {
  private static let place = "/api/v1/maintenance"

  @Test("Built-in types are by model, and can only be disabled; own ones come and go")
  func types() async throws {
    try await Stage.play([PrinterSpecification(model: .p1s), PrinterSpecification(model: .a1Mini)]) { stage in
      for printer in stage.printers { try await stage.status(try stage.add(printer), is: "idle") }
      let types = try stage.client.get("\(Self.place)/types").json?.array ?? []
      #expect(types.count >= 5 && types.allSatisfy { $0["builtin"] == true && $0["enabled"] == true })
      #expect(types.allSatisfy { $0["created_at"] == .null && $0["updated_at"] == .null }, "they came with the service")
      let names = { (printer: Int) in
        try (stage.client.get("\(Self.place)/status?printer_id=\(printer)").json?.array ?? []).compactMap {
          $0["name"]?.string
        }
      }
      #expect(try names(1).contains("Clean the carbon rods") && !names(2).contains("Clean the carbon rods"))
      #expect(try names(2).contains("Oil the Y axis rail") && !names(1).contains("Oil the Y axis rail"))
      let rods = try #require(types.first { $0["name"] == "Clean the carbon rods" }?["id"]?.number)
      let path = "\(Self.place)/types/\(Int(rods))"
      #expect(try stage.client.send("PATCH", path, json: ["enabled": false]).json?["enabled"] == false)
      #expect(try !names(1).contains("Clean the carbon rods"))
      #expect(try stage.client.send("PATCH", path, json: ["interval": 5]).status == 409)
      #expect(try stage.client.send("DELETE", path).status == 409)
      let own = try stage.client.send(
        "POST", "\(Self.place)/types", json: ["name": "Oil", "interval": 3, "unit": "days", "models": ["P1S"]])
      #expect(own.status == 201 && own.json?["builtin"] == false)
      #expect(try names(1).contains("Oil") && !names(2).contains("Oil"))
      let id = Int(own.json?["id"]?.number ?? 0)
      #expect(
        try stage.client.send("DELETE", "\(Self.place)/types/\(id)").json == ["deleted": true, "id": .int(Int64(id))])
      for (body, field) in [
        (["name": "x", "interval": 0, "unit": "days"], "interval"),
        (["name": "x", "interval": 1, "unit": "weeks"], "unit"),
        (["name": "x", "interval": 1, "unit": "days", "models": ["Z9"]], "models"),
        (["interval": 1, "unit": "days"], "name"),
      ] as [(JSONValue, String)] {
        let answer = try stage.client.send("POST", "\(Self.place)/types", json: body)
        #expect(answer.status == 400 && answer.json?["errors"]?.array?.first?["field"]?.string == field)
      }
    }
  }

  @Test("Printing counts; what is due is told once, and the log starts anew")
  func due() async throws {
    let hook = try StandInServer { _ in .answer(200) }
    let printers = [PrinterSpecification(model: .p1s), PrinterSpecification(model: .a1Mini)]
    try await Stage.play(printers, speed: 1200) { stage in
      let id = try stage.add(stage.printers[0])
      try await stage.status(id, is: "idle")
      _ = try stage.client.send(
        "POST", "/api/v1/notifications/providers",
        json: ["name": "P", "type": "webhook", "config": ["url": .string(hook.url)], "events": ["maintenance_due"]])
      let own = try stage.client.send(
        "POST", "\(Self.place)/types", json: ["name": "Look at it", "interval": 1, "unit": "hours"])
      let type = try #require(own.json?["id"])
      func row() throws -> JSONValue? {
        try stage.client.get("\(Self.place)/status").json?.array?.first { $0["type_id"] == type }
      }
      #expect(try row()?["due"] == false && row()?["last_done_at"] == .null)
      // The simulator's minutes are shorter than ours: hours are written as done before, by a past entry.
      stage.printers[0].startPrint(name: "Tower", layers: 40, minutes: 30)
      try await stage.status(id, is: "printing")
      try await stage.status(id, is: "finished")
      try await eventually(within: 10, "printing counts") { try (row()?["since_last"]?.number ?? 0) >= 0 ? true : nil }
      let logged = try stage.client.send(
        "POST", "\(Self.place)/log", json: ["printer_id": .int(id), "type_id": type, "notes": "fine"])
      #expect(logged.status == 201 && logged.json?["notes"] == "fine")
      #expect(try row()?["since_last"] == 0 && row()?["last_done_at"]?.string != nil)
      let days = try stage.client.send(
        "POST", "\(Self.place)/types", json: ["name": "Old", "interval": 2, "unit": "days"])
      let old = try #require(days.json?["id"])
      _ = try stage.client.send(
        "POST", "\(Self.place)/log",
        json: ["printer_id": .int(id), "type_id": old, "done_at": "2020-01-01T00:00:00Z"])
      try await eventually(within: 10, "it is told") { hook.requests.isEmpty ? nil : true }
      let told = try JSONParser.parse(hook.requests[0].body, limits: .init(bytes: 1 << 16))
      #expect(told["event"] == "maintenance_due" && told["data"]?["name"] == "Old")
      let due = try stage.client.get("\(Self.place)/status?due=true").json?.array ?? []
      #expect(due.map { $0["name"]?.string } == ["Old"])
      let history = try stage.client.get("\(Self.place)/log?printer_id=\(id)")
      #expect(history.headers["x-total-count"] == "2")
      #expect(hook.requests.count == 1)
      let other = try stage.add(stage.printers[1])
      let some = try await stage.service.client("read,manage", printers: "\(other)")
      let rows = try some.get("\(Self.place)/status").json?.array ?? []
      #expect(!rows.isEmpty && rows.allSatisfy { $0["printer_id"] == .int(other) })
      #expect(try some.get("\(Self.place)/log").json == [])
      let refused = try some.send("POST", "\(Self.place)/log", json: ["printer_id": .int(id), "type_id": old])
      #expect(refused.status == 404 && refused.json?["code"] == "PRINTER_NOT_FOUND")
      let future = try stage.client.send(
        "POST", "\(Self.place)/log", json: ["printer_id": .int(id), "type_id": old, "done_at": "2999-01-01T00:00:00Z"])
      #expect(future.status == 400)
    }
  }
}
