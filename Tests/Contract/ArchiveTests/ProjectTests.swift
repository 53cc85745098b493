import Model
import Simulator
import TestKit
import Testing
import Wire

/// Projects, filaments, and what keys for some printers see of the archive (contract, sections 3 and 5).
@Suite("Projects and filaments", .serialized) struct ProjectTests {
  @Test("A project counts its archives and loses them when it goes", .timeLimit(.minutes(1)))
  func projects() async throws {
    let service = try await ServiceProcess.start()
    let client = try await service.client()
    let made = try client.send(
      "POST", "/api/v1/projects",
      json: ["name": "Voron Build", "description": "A 2.4", "color": "#4caf50", "target_count": 2])
    #expect(made.status == 201 && made.headers["location"] == "/api/v1/projects/1")
    #expect(made.json?["progress"] == 0 && made.json?["archive_count"] == 0 && made.json?["created_at"] != nil)
    _ = try ArchiveTests.upload(client, "part.step")
    #expect(
      try client.send("PATCH", "/api/v1/archives/1", json: ["project_id": 1]).json?["project_name"] == "Voron Build")
    #expect(try client.get("/api/v1/projects").json?.array?.first?["archive_count"] == 1)
    #expect(try client.get("/api/v1/archives?project_id=1&search=voron").json?["total"] == 1)
    let changed = try client.send("PUT", "/api/v1/projects/1", json: ["name": "Rat Rig", "target_count": .null])
    #expect(changed.json?["progress"] == .null && changed.json?["color"] == "#4caf50")
    #expect(try client.get("/api/v1/archives?search=rat%20rig").json?["total"] == 1)
    for (body, field) in [
      (["name": ""], "name"), (["color": "green"], "color"), (["target_count": 0], "target_count"),
      (["target_count": 1.5], "target_count"), (["description": 5], "description"),
    ] as [(JSONValue, String)] {
      let answer = try client.send("PATCH", "/api/v1/projects/1", json: body)
      #expect(answer.status == 400 && answer.text.contains(field), "\(answer.text)")
    }
    #expect(try client.send("POST", "/api/v1/projects", json: [:]).status == 400)
    #expect(try client.send("DELETE", "/api/v1/projects/1").json == ["deleted": true, "id": 1])
    #expect(try client.get("/api/v1/projects/1").json?["code"] == "PROJECT_NOT_FOUND")
    #expect(try client.get("/api/v1/archives/1").json?["project_id"] == .null)
    #expect(try await service.stop() == 0)
  }

  @Test("The shelf prices a file that is brought", .timeLimit(.minutes(1)))
  func filaments() async throws {
    let service = try await ServiceProcess.start()
    let client = try await service.client()
    let made = try client.send(
      "POST", "/api/v1/settings/filaments",
      json: [
        "name": "PLA Basic", "type": "PLA", "brand": "Bambu Lab", "color": .null, "cost_per_kg": 20, "density": 1.24,
        "nozzle_temp": 220, "bed_temp": 60,
      ])
    #expect(made.status == 201 && made.headers["location"] == "/api/v1/settings/filaments/1", "\(made.text)")
    let archive = try ArchiveTests.upload(client, "box.gcode.3mf", TestProject().bytes)
    #expect(archive["cost"] == 0.25, "12.5 g of 20 a kilogram: \(archive)")
    #expect(
      try client.send("PATCH", "/api/v1/settings/filaments/1", json: ["cost_per_kg": 40]).json?["cost_per_kg"] == 40)
    #expect(try client.get("/api/v1/archives/1").json?["cost"] == 0.25)
    #expect(try client.get("/api/v1/settings/filaments").json?.array?.count == 1)
    for (body, field) in [
      (["cost_per_kg": -1], "cost_per_kg"), (["density": 0], "density"), (["bed_temp": 900], "bed_temp"),
      (["type": .null], "type"), (["color": "#12345"], "color"),
    ] as [(JSONValue, String)] {
      let answer = try client.send("PUT", "/api/v1/settings/filaments/1", json: body)
      #expect(answer.status == 400 && answer.text.contains(field), "\(answer.text)")
    }
    #expect(try client.send("DELETE", "/api/v1/settings/filaments/1").json == ["deleted": true, "id": 1])
    #expect(try client.get("/api/v1/settings/filaments/1").status == 404)
    #expect(try await service.stop() == 0)
  }

  @Test("A print becomes an archive, and a key for another printer does not see it", .timeLimit(.minutes(2)))
  func visibility() async throws {
    try await Stage.play(
      [PrinterSpecification(model: .p1s), PrinterSpecification(model: .x1c)], speed: 600
    ) { stage in
      let one = try stage.add(stage.printers[0])
      let other = try stage.add(stage.printers[1])
      try await stage.status(one, is: "idle")
      let socket = try stage.watch()
      stage.printers[0].startPrint(name: "Benchy", layers: 5, minutes: 10)
      let told = try socket.next { $0["type"] == "print_complete" || $0["type"] == "print_failed" }
      let id = try #require(told["payload"]?["archive_id"])
      let archive = try #require(stage.client.get("/api/v1/archives?printer_id=\(one)").json?["archives"]?.array?.first)
      #expect(archive["id"] == id && archive["status"] == "success" && archive["printer_id"] == .int(one))
      let stranger = try await stage.service.client("read,manage", printers: String(other))
      #expect(try stranger.get("/api/v1/archives").json?["total"] == 0)
      let friend = try await stage.service.client("read,manage", printers: String(one))
      #expect(try friend.get("/api/v1/archives").json?["total"] == 1)
      #expect(try friend.get("/api/v1/statistics").json?["total_prints"] == 1)
      #expect(try stranger.get("/api/v1/statistics").json?["total_prints"] == 0)
      guard case .int(let number) = id else { return }
      #expect(try stranger.get("/api/v1/archives/\(number)").json?["code"] == "ARCHIVE_NOT_FOUND")
      #expect(try stranger.send("DELETE", "/api/v1/archives/\(number)").status == 404)
      #expect(try friend.get("/api/v1/archives/\(number)").status == 200)
      #expect(try friend.send("POST", "/api/v1/archives/import").status == 403)
    }
  }
}
