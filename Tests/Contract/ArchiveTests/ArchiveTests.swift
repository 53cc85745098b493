import TestKit
import Testing
import Wire

/// `/archives`, from outside (contract, section 5).
@Suite("Archives", .serialized) struct ArchiveTests {
  static let binary = ["Content-Type": "application/octet-stream"]
  static let step = Array("ISO-10303-21;\nHEADER;\nENDSEC;\nDATA;\nENDSEC;\nEND-ISO-10303-21;\n".utf8)

  static func upload(_ client: HTTPClient, _ name: String, _ bytes: [UInt8] = step) throws -> JSONValue {
    let answer = try client.send("POST", "/api/v1/archives?filename=\(name)", body: bytes, headers: binary)
    guard answer.status == 201, let json = answer.json else { throw TestKitError("\(answer.status) \(answer.text)") }
    return json
  }

  @Test(
    "A file is brought, told of, listed in both forms, changed, thrown away and taken back", .timeLimit(.minutes(1)))
  func lifeOfAFile() async throws {
    let service = try await ServiceProcess.start()
    let client = try await service.client()
    let socket = try WebSocketClient(port: service.port, key: client.key ?? "")
    let form = FileStage.form(Self.step, name: "C:\\models\\Bügel.step")
    let made = try client.send("POST", "/api/v1/archives", body: form.body, headers: ["Content-Type": form.type])
    #expect(made.status == 201 && made.headers["location"] == "/api/v1/archives/1", "\(made.text)")
    #expect(made.json?["filename"] == "Bügel.step" && made.json?["status"] == .null)
    #expect(made.json?["printer_id"] == .null && made.json?["duration"] == .null && made.json?["has_file"] == true)
    let told = try socket.next { $0["type"] == "archive_update" }
    #expect(told["payload"]?["archive"]?["id"] == 1 && told["printer_id"] == .null)

    let bare = try client.get("/api/v1/archives")
    #expect(bare.json?["total"] == 1 && bare.json?["archives"]?.array?.count == 1)
    for search in ["", "%20%20", "+"] {
      #expect(try client.get("/api/v1/archives?search=\(search)").json?["total"] == 1, "nothing is searched for")
    }
    let envelope = try client.get("/api/v1/archives?page=2&per_page=1&format=envelope").json
    #expect(envelope?["data"] == [] && envelope?["pagination"] == ["total": 1, "page": 2, "per_page": 1])

    for method in ["PATCH", "PUT"] {
      let changed = try client.send(
        method, "/api/v1/archives/1",
        json: [
          "name": .string("Handle \(method)"), "notes": "Great\nprint", "tags": ["gift", "gift", " b "], "cost": 2.5,
          "x": 1,
        ])
      #expect(changed.status == 200 && changed.json?["tags"] == ["gift", "b"] && changed.json?["cost"] == 2.5)
    }
    #expect(try client.get("/api/v1/archives?search=hand%20gif").json?["total"] == 1)
    #expect(try client.get("/api/v1/archives?search=hand%20OR%20x").json?["total"] == 0)
    let cleared = try client.send("PATCH", "/api/v1/archives/1", json: ["notes": .null, "tags": [], "cost": .null])
    #expect(cleared.json?["notes"] == .null && cleared.json?["tags"] == [] && cleared.json?["cost"] == .null)

    #expect(try client.send("DELETE", "/api/v1/archives/1").json == ["deleted": true, "id": 1])
    #expect(try client.get("/api/v1/archives/1").json?["code"] == "ARCHIVE_NOT_FOUND")
    #expect(try client.get("/api/v1/archives").json?["total"] == 0)
    #expect(try client.get("/api/v1/archives?deleted=true").json?["total"] == 1)
    #expect(try client.send("POST", "/api/v1/archives/1/undelete").json?["id"] == 1)
    #expect(try client.send("POST", "/api/v1/archives/1/undelete").status == 404)
    #expect(try await service.stop() == 0)
  }

  @Test("Files come back as they were, whole and in parts; equal ones are kept once", .timeLimit(.minutes(1)))
  func files() async throws {
    let service = try await ServiceProcess.start()
    let client = try await service.client()
    let bytes = TestProject().bytes
    let first = try Self.upload(client, "box.gcode.3mf", bytes)
    #expect(first["printable"] == true && first["file_kind"] == "3mf" && first["name"] == "Box", "\(first)")
    #expect(first["filament_type"] == "PLA" && first["estimated_time"] == 3600 && first["sliced_for"] == "P1S")
    _ = try Self.upload(client, "again.3mf", bytes)
    #expect(try client.get("/api/v1/archives/1/duplicates").json?.array?.map { $0["id"] } == [2])
    for name in ["3mf", "download"] {
      let whole = try client.get("/api/v1/archives/1/\(name)")
      #expect(whole.status == 200 && whole.body == bytes)
      #expect(whole.headers["content-disposition"]?.contains("box.gcode.3mf") == true)
      let part = try client.get("/api/v1/archives/1/\(name)", headers: ["Range": "bytes=2-5"])
      #expect(part.status == 206 && part.body == Array(bytes[2...5]))
      let tag = whole.headers["etag"] ?? ""
      #expect(try client.get("/api/v1/archives/1/\(name)", headers: ["If-None-Match": tag]).status == 304)
    }
    let plates = try #require(client.get("/api/v1/archives/1/plates").json?.array)
    #expect(plates.count == 1 && plates[0]["printable"] == true && plates[0]["objects"]?.array?.count == 1)
    #expect(try client.get("/api/v1/archives/1/plates/").status == 200)
    let lost = try Self.upload(client, "part.step")
    #expect(try client.get("/api/v1/archives/3/thumbnail").status == 404 && lost["printable"] == false)
    #expect(try await service.stop() == 0)
  }

  @Test("What is no file of ours is refused and leaves nothing", .timeLimit(.minutes(1)))
  func refusedFiles() async throws {
    let service = try await ServiceProcess.start()
    let client = try await service.client()
    for (query, bytes, type, status) in [
      ("?filename=a.exe", Self.step, "application/octet-stream", 400),
      ("?filename=x.obj", Array("v 0 0 0".utf8), "application/octet-stream", 400),
      ("?filename=a.3mf", Array("a text".utf8), "application/octet-stream", 400),
      ("?filename=a.3mf", Self.step, "application/octet-stream", 400),
      ("?filename=a.3mf", Array("PK\u{3}\u{4}nonsense".utf8), "application/octet-stream", 400),
      ("?filename=a.stl", Array("nothing of that kind\u{0}".utf8), "application/octet-stream", 400),
      ("", Self.step, "application/octet-stream", 400), ("?filename=a.step", [], "application/octet-stream", 400),
      ("?filename=a.step", Self.step, "application/json", 415), ("?filename=%2F", Self.step, "text/plain", 400),
    ] as [(String, [UInt8], String, Int)] {
      let answer = try client.send("POST", "/api/v1/archives\(query)", body: bytes, headers: ["Content-Type": type])
      #expect(answer.status == status, "\(query) \(type): \(answer.status) \(answer.text)")
      guard status == 400 else { continue }
      let field = query.isEmpty || query.contains("%2F") ? "filename" : "file"
      #expect(answer.json?["errors"]?.array?.first?["field"]?.string == field, "\(query): \(answer.text)")
    }
    #expect(try client.send("PUT", "/api/v1/settings", json: ["upload.max_bytes": 1_048_576]).status == 200)
    let large = try client.send(
      "POST", "/api/v1/archives?filename=a.step", body: Self.step + [UInt8](repeating: 32, count: 1 << 20),
      headers: Self.binary)
    #expect(large.status == 413 && large.json?["code"] == "PAYLOAD_TOO_LARGE")
    #expect(try client.get("/api/v1/archives").json?["total"] == 0)
    #expect(try await service.stop() == 0)
  }

  @Test("Photos are added, listed, shown and deleted; what is no picture is refused", .timeLimit(.minutes(1)))
  func photos() async throws {
    let service = try await ServiceProcess.start()
    let client = try await service.client()
    _ = try Self.upload(client, "part.step")
    let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0] + FileStage.bytes(500) + [0xFF, 0xD9]
    let place = "/api/v1/archives/1/photos"
    let made = try client.send("POST", place, body: jpeg, headers: ["Content-Type": "image/jpeg"])
    #expect(made.status == 201 && made.headers["location"] == "\(place)/1", "\(made.text)")
    #expect(made.json?["updated_at"] == made.json?["created_at"] && made.json?["updated_at"]?.string != nil)
    let form = FileStage.form(jpeg, name: "x.jpg")
    #expect(
      try client.send("POST", place, body: form.body, headers: ["Content-Type": form.type]).json?["id"] == 2)
    #expect(try client.get(place).json?.array?.map { $0["kind"] } == ["added", "added"])
    let shown = try client.get("\(place)/1")
    #expect(shown.status == 200 && shown.headers["content-type"] == "image/jpeg" && shown.body == jpeg)
    for bytes in [Self.step, Array(jpeg.dropLast(2)), Array(jpeg.dropFirst())] {
      let answer = try client.send("POST", place, body: bytes, headers: Self.binary)
      #expect(answer.status == 400 && answer.json?["errors"]?.array?.first?["field"] == "file", "\(answer.text)")
    }
    // The smaller of the setting and the photos' own limit holds.
    #expect(try client.send("PUT", "/api/v1/settings", json: ["upload.max_bytes": 1_048_576]).status == 200)
    let large = [0xFF, 0xD8, 0xFF, 0xE0] + [UInt8](repeating: 0, count: 1 << 20) + [0xFF, 0xD9]
    #expect(try client.send("POST", place, body: large, headers: Self.binary).status == 413)
    #expect(try client.send("DELETE", "\(place)/1").json == ["deleted": true, "id": 1])
    #expect(try client.get("\(place)/1").status == 404 && client.get("\(place)/2").body == jpeg)
    #expect(try client.get("/api/v1/archives/9/photos").json?["code"] == "ARCHIVE_NOT_FOUND")
    #expect(try await service.stop() == 0)
  }

  @Test("Bad input is a 400 that names the field", .timeLimit(.minutes(1)))
  func badInput() async throws {
    let service = try await ServiceProcess.start()
    let client = try await service.client()
    _ = try Self.upload(client, "part.step")
    for (query, field) in [
      ("start_date=2024-02-02&end_date=2024-02-01", "start_date"), ("start_date=2024-02-30", "start_date"),
      ("start_date=2024-02-01T00:00:00", "start_date"), ("end_date=yesterday", "end_date"),
      ("start_date=2024-02-01T01:00:00%2B02:00&end_date=2024-01-31T22:00:00Z", "start_date"),
      ("limit=501", "limit"), ("limit=0", "limit"), ("limit=5&page=1", "page"), ("offset=-1", "offset"),
      ("page=0", "page"), ("per_page=501", "per_page"), ("printer_id=one", "printer_id"), ("status=done", "status"),
      ("project_id=-1", "project_id"), ("deleted=1", "deleted"),
      ("search=\(String(repeating: "a", count: 201))", "search"),
    ] {
      for place in ["archives", "archives/export"] where !(place.hasSuffix("export") && Self.isPaging(field)) {
        let answer = try client.get("/api/v1/\(place)?\(query)")
        #expect(answer.status == 400 && answer.text.contains(field), "\(place) \(query): \(answer.text)")
      }
    }
    let tags = JSONValue.array((0..<10_000).map { .string("t\($0)") })
    for (body, field) in [
      (["tags": tags], "tags"), (["tags": ["\n"]], "tags"), (["tags": "gift"], "tags"), (["tags": [1]], "tags"),
      (["name": ""], "name"), (["name": .null], "name"), (["name": 5], "name"), (["notes": 5], "notes"),
      (["cost": "5"], "cost"), (["cost": -1], "cost"), (["project_id": "1"], "project_id"),
      (["project_id": 0], "project_id"),
    ] as [(JSONValue, String)] {
      let answer = try client.send("PATCH", "/api/v1/archives/1", json: body)
      #expect(answer.status == 400 && answer.text.contains(field), "\(field): \(answer.text)")
    }
    let unknown = try client.send("PATCH", "/api/v1/archives/1", json: ["project_id": 77])
    #expect(unknown.status == 404 && unknown.json?["code"] == "PROJECT_NOT_FOUND")
    for place in ["archives/x", "archives/0", "archives/99", "archives/99999999999999999999"] {
      #expect(try client.get("/api/v1/\(place)").json?["code"] == "ARCHIVE_NOT_FOUND", "\(place)")
    }
    #expect(try client.get("/api/v1/archives/export?format=pdf").status == 400)
    #expect(try await service.stop() == 0)
  }

  private static func withoutID(_ line: Substring) -> Substring { line.drop { $0 != "," } }

  private static func isPaging(_ field: String) -> Bool { ["limit", "offset", "page", "per_page"].contains(field) }

  @Test("An export comes back as it went, once; an import that is not ours is refused", .timeLimit(.minutes(1)))
  func exchange() async throws {
    let service = try await ServiceProcess.start()
    let client = try await service.client()
    let place = "/api/v1/archives/import"
    let table = """
      name,status,created_at,completed_at,duration,printer_name,project_name,filament_type,filament_used,cost,tags,notes\r
      Boat,success,2024-01-15T10:00:00Z,2024-01-15T11:00:00Z,3600,Old one,Fleet,PLA,12.5,0.5,"[""sea""]","'=1+1"\r
      "Mast, tall",failed,2024-01-15T23:30:00Z,2024-01-15T23:40:00Z,600,Old one,Fleet,PETG,1,,,\r

      """
    let csv = ["Content-Type": "text/csv"]
    #expect(
      try client.send("POST", place, body: Array(table.utf8), headers: csv).json == ["imported": 2, "skipped": 0])
    #expect(
      try client.send("POST", place, body: Array(table.utf8), headers: csv).json == ["imported": 0, "skipped": 2])
    let boat = try #require(client.get("/api/v1/archives?search=boat").json?["archives"]?.array?.first)
    #expect(boat["notes"] == "=1+1" && boat["tags"] == ["sea"] && boat["project_name"] == "Fleet")
    #expect(boat["printer_id"] == .null && boat["printer_name"] == "Old one" && boat["has_file"] == false)
    let id = try #require(boat["id"]).text
    let lost = try client.get("/api/v1/archives/\(id)/3mf")
    #expect(lost.status == 404 && lost.text.contains("has no file"))

    let export = try client.get("/api/v1/archives/export?search=boat")
    #expect(export.headers["content-type"] == "application/octet-stream" && export.text.contains("'=1+1"))
    let other = try await ServiceProcess.start()
    let there = try await other.client()
    #expect(try there.send("POST", place, body: export.body, headers: csv).json == ["imported": 1, "skipped": 0])
    #expect(try there.get("/api/v1/archives/export").text == export.text.replacing(id: id, by: "1"))
    let workbook = try client.get("/api/v1/archives/export?format=xlsx")
    #expect(workbook.status == 200 && workbook.body.starts(with: Array("PK".utf8)))
    let known = try there.send("POST", place, body: workbook.body, headers: Self.binary)
    #expect(known.json == ["imported": 1, "skipped": 1], "the boat is known, the mast is not: \(known.text)")
    #expect(
      Set(try there.get("/api/v1/archives/export").text.split(separator: "\r\n").map(Self.withoutID))
        == Set(try client.get("/api/v1/archives/export").text.split(separator: "\r\n").map(Self.withoutID)),
      "a workbook and csv bring the same")
    for bad in [
      "", "a,b\n1,2\n", "name,status,created_at\nx,done,2024-01-15T10:00:00Z\n",
      "name,status,created_at\nx,,yesterday\n",
      "name,status,created_at\n,,2024-01-15T10:00:00Z\n", "name,status,created_at\n\"x\n",
    ] {
      let refused = try there.send("POST", place, body: Array(bad.utf8), headers: csv)
      #expect(refused.status == 400, "\(bad): \(refused.text)")
    }
    #expect(try there.get("/api/v1/archives").json?["total"] == 2)
    #expect(try await other.stop() == 0)

    // Statistics over the same prints; the second one falls on the next day in Berlin.
    let utc = try client.get("/api/v1/statistics").json
    #expect(utc?["total_prints"] == 2 && utc?["success_rate"] == 50 && utc?["total_print_time"] == 4200)
    #expect(utc?["days"]?.array?.map { $0["date"] } == ["2024-01-15"] && utc?["total_filament_used"] == 13.5)
    #expect(try client.send("PUT", "/api/v1/settings", json: ["time_zone": "Europe/Berlin"]).status == 200)
    let berlin = try client.get("/api/v1/statistics?end_date=2024-01-15").json
    #expect(berlin?["total_prints"] == 1 && berlin?["success_rate"] == 100 && berlin?["filaments"]?.array?.count == 1)
    #expect(try client.get("/api/v1/archives?start_date=2024-01-16&end_date=2024-01-16").json?["total"] == 1)
    #expect(try client.get("/api/v1/statistics/export").text.contains("day,2024-01-16,1,0,1,0,0"))
    #expect(try client.send("PUT", "/api/v1/settings", json: ["time_zone": "Europe/Atlantis"]).status == 400)
    #expect(try client.send("PUT", "/api/v1/settings", json: ["time_zone": "../../etc/passwd"]).status == 400)
    #expect(try client.send("PUT", "/api/v1/settings", json: ["currency": "euro"]).status == 400)
    #expect(try await service.stop() == 0)
  }
}

extension JSONValue {
  fileprivate var text: String { if case .int(let number) = self { String(number) } else { string ?? "" } }
}

extension String {
  /// The same export with another number in front of its one row.
  fileprivate func replacing(id: String, by other: String) -> String {
    let lines = split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
    return lines.map { $0.hasPrefix("\(id),") ? other + $0.dropFirst(id.count) : $0 }.joined(separator: "\r\n")
  }
}
