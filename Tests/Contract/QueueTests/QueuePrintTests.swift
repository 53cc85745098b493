import Model
import Simulator
import TestKit
import Testing
import Wire

/// The queue with a real file, through the whole service (contract, section 5, "Queue").
@Suite("The queue prints", .serialized) struct QueuePrintTests {
  /// As it lies in the first tray of the simulated AMS.
  private static func file(
    _ type: String = "PLA", color: String = "#00AE42", _ change: (inout TestProject) -> Void = { _ in }
  ) -> [UInt8] {
    var project = TestProject()
    project.plates[0].filaments = [.init(id: 1, type: type, color: color)]
    change(&project)
    return project.bytes
  }

  private static func upload(_ stage: Stage, _ bytes: [UInt8] = file(), as name: String = "box.gcode.3mf") throws
    -> Int64
  {
    guard case .int(let id)? = try ArchiveTests.upload(stage.client, name, bytes)["id"] else {
      throw TestKitError("no id")
    }
    return id
  }

  private static func add(_ client: HTTPClient, _ body: [String: JSONValue]) throws -> Int64 {
    let answer = try client.send("POST", "/api/v1/queue", json: .object(body))
    guard answer.status == 201, case .int(let id)? = answer.json?["id"] else { throw TestKitError(answer.text) }
    return id
  }

  private static func waits(
    _ client: HTTPClient, _ id: Int64, within seconds: Double = 60, _ what: String,
    where fits: (JSONValue) -> Bool
  ) async throws -> JSONValue {
    var last = JSONValue.null
    do {
      return try await eventually(within: seconds, "item \(id): \(what)") { () -> JSONValue? in
        last = try client.get("/api/v1/queue/\(id)").json ?? .null
        return fits(last) ? .some(last) : .none
      }
    } catch {
      throw TestKitError("\(error); it is \(last)")
    }
  }

  @Test("A print is told step by step, and ends with its file, its weight and its cost", .timeLimit(.minutes(2)))
  func wholePrint() async throws {
    try await Stage.play([PrinterSpecification(model: .p1s)], speed: 900) { stage in
      let client = stage.client
      let printer = try stage.add(stage.printers[0])
      try await stage.status(printer, is: "idle")
      let shelf = try client.send(
        "POST", "/api/v1/settings/filaments", json: ["name": "PLA", "type": "PLA", "cost_per_kg": 20])
      #expect(shelf.status == 201)
      let archive = try Self.upload(stage)
      let watch = try stage.watch()
      let item = try Self.add(client, ["archive_id": .int(archive), "printer_id": .int(printer)])
      // Queue and archive tell in no order between them.
      var steps: [String] = []
      var record = JSONValue.null
      while steps.last != "failed", steps.last != "completed" || record["filament_used"] == .null {
        let told = try watch.next { ["queue_update", "archive_update"].contains($0["type"]?.string) }
        if let shown = told["payload"]?["archive"], shown["printer_id"] == .int(printer) { record = shown }
        guard let status = told["payload"]?["item"]?["status"]?.string else { continue }
        #expect(told["printer_id"] == .int(printer) && told["payload"]?["item"]?["id"] == .int(item))
        if status != steps.last { steps.append(status) }
      }
      #expect(steps == ["pending", "dispatching", "printing", "completed"])
      let done = try #require(try client.get("/api/v1/queue/\(item)").json)
      #expect(done["print_archive_id"] == record["id"], "\(done)")
      #expect(record["has_file"] == true && record["status"] == "success")
      #expect(record["filament_used"] == 12.5 && record["cost"] == 0.25, "12.5 g of 20 a kilogram: \(record)")
      #expect(record["source_archive_id"] == .int(archive) && record["energy_kwh"] == .null)
      let sums = try #require(try client.get("/api/v1/statistics").json)
      #expect(sums["total_prints"] == 1 && sums["total_cost"] == 0.25 && sums["total_energy_kwh"] == 0, "\(sums)")
    }
  }

  @Test("Order and deletion are told, and a key for another printer sees none of it", .timeLimit(.minutes(2)))
  func visibility() async throws {
    try await Stage.play([PrinterSpecification(model: .p1s), PrinterSpecification(model: .p1s)]) { stage in
      let client = stage.client
      let one = try stage.add(stage.printers[0])
      let other = try stage.add(stage.printers[1])
      #expect(try client.send("POST", "/api/v1/queue/pause").status == 200)
      let archive = try Self.upload(stage)
      let watch = try stage.watch()
      let stranger = try await stage.service.client("read,queue", printers: String(other))
      let hidden = try WebSocketClient(port: stage.service.port, key: stranger.key ?? "")
      let items = try (0..<2).map { _ in
        try Self.add(client, ["archive_id": .int(archive), "printer_id": .int(one)])
      }
      let own = try Self.add(stranger, ["archive_id": .int(archive), "printer_id": .int(other)])
      // Whatever printer of the model: the stranger's goes to his own.
      let free = try Self.add(client, ["archive_id": .int(archive), "model": "P1S"])

      let order = try client.send("POST", "/api/v1/queue/reorder", json: ["order": [.int(items[1]), .int(items[0])]])
      #expect(order.status == 200)
      let told = try watch.next { $0["type"] == "queue_update" && $0["payload"]?["order"] != nil }
      #expect(told["payload"]?["order"]?.array?.first == .int(items[1]), "\(told)")

      let seen = try stranger.get("/api/v1/queue").json?.array?.compactMap { $0["id"] } ?? []
      #expect(seen.contains(.int(own)) && !seen.contains(.int(items[0])) && !seen.contains(.int(items[1])), "\(seen)")
      let foreign = "/api/v1/queue/\(items[0])"
      for (method, path, body) in [
        ("GET", foreign, nil), ("PATCH", foreign, ["copies": 2]), ("DELETE", foreign, nil),
        ("POST", "\(foreign)/cancel", nil), ("POST", "\(foreign)/start", nil),
        ("PUT", "\(foreign)/reorder", ["position": 0]), ("POST", "/api/v1/queue/reorder", ["order": [.int(items[0])]]),
      ] as [(String, String, JSONValue?)] {
        let answer = try stranger.send(method, path, json: body)
        #expect(
          answer.status == 404 && answer.json?["code"] == "QUEUE_ITEM_NOT_FOUND", "\(method) \(path): \(answer.text)")
      }
      for (path, body) in [
        ("/api/v1/queue", ["archive_id": .int(archive), "printer_id": .int(one)]),
        ("/api/v1/archives/\(archive)/reprint", ["printer_id": .int(one)]),
        ("/api/v1/queue/pause", ["printer_id": .int(one)]),
      ] as [(String, JSONValue)] {
        let answer = try stranger.send("POST", path, json: body)
        #expect(answer.status == 404 && answer.json?["code"] == "PRINTER_NOT_FOUND", "\(path): \(answer.text)")
      }

      #expect(try client.send("DELETE", foreign).json == ["deleted": true, "id": .int(items[0])])
      let gone = try watch.next { $0["type"] == "queue_update" && $0["payload"]?["deleted"] != nil }
      #expect(gone["payload"]?["deleted"] == .int(items[0]) && gone["printer_id"] == .int(one))
      #expect(try client.send("DELETE", "/api/v1/queue/\(own)").status == 200)
      // The first deletion that the stranger hears of is that of his own; no item before was another's.
      var heard: [JSONValue] = []
      _ = try hidden.next { message in
        guard message["type"] == "queue_update" else { return false }
        heard.append(message)
        return message["payload"]?["deleted"] != nil
      }
      #expect(heard.last?["payload"]?["deleted"] == .int(own))
      let numbers = heard.flatMap { [$0["payload"]?["item"]?["id"]] + ($0["payload"]?["order"]?.array ?? []) }
        .compactMap(\.self)
      #expect(!numbers.contains(.int(items[0])) && !numbers.contains(.int(items[1])), "\(numbers)")
      #expect(try client.get("/api/v1/queue/\(free)").json?["printer_id"] == .null)
    }
  }

  /// Those that are sent change, null leaves one to the printer, and the others stay.
  private static func optionsChangeOneByOne(_ client: HTTPClient, _ item: Int) throws {
    func changed(_ options: JSONValue) throws -> JSONValue? {
      try client.send("PATCH", "/api/v1/queue/\(item)", json: ["options": options]).json?["options"]
    }
    let first = try changed(["timelapse": true, "bed_type": "hot_plate", "ignore_mismatch": true])
    #expect(first?["timelapse"] == true && first?["bed_type"] == "hot_plate")
    let second = try changed(["bed_leveling": false, "bed_type": nil])
    #expect(second?["timelapse"] == true && second?["bed_leveling"] == false && second?["ignore_mismatch"] == true)
    #expect(second?["bed_type"] == .null)
    #expect(try changed(.null)?["timelapse"] == .null)
  }

  @Test("Trays, models and nozzles that do not fit are told, each by its field or its reason", .timeLimit(.minutes(2)))
  func misfits() async throws {
    try await Stage.play([PrinterSpecification(model: .p1s), PrinterSpecification(model: .a1)]) { stage in
      let client = stage.client
      let p1s = try stage.add(stage.printers[0])
      let a1 = try stage.add(stage.printers[1])
      try await stage.status(p1s, is: "idle")
      try await stage.status(a1, is: "idle")
      #expect(try client.send("POST", "/api/v1/queue/pause").status == 200)
      let box = try Self.upload(stage)
      let two = try Self.upload(
        stage,
        Self.file {
          $0.plates[0].filaments = [.init(id: 1, color: "#00AE42"), .init(id: 2, color: "#000000")]
        }, as: "two.gcode.3mf")
      let fine = try Self.upload(stage, Self.file { $0.nozzleDiameters = ["0.2"] }, as: "fine.gcode.3mf")
      let unsliced = try Self.upload(stage, Self.file { $0.isSliced = false }, as: "model.3mf")
      let step = try Self.upload(stage, ArchiveTests.step, as: "part.step")
      let rows: [(body: [String: JSONValue], status: Int, word: String)] = [
        (["archive_id": .int(two), "printer_id": .int(p1s), "ams_mapping": [0]], 400, "ams_mapping"),
        (["archive_id": .int(box), "printer_id": .int(p1s), "ams_mapping": [3]], 409, "empty"),
        (["archive_id": .int(box), "printer_id": .int(p1s), "ams_mapping": [9]], 409, "no tray 9"),
        (["archive_id": .int(box), "printer_id": .int(p1s), "plate": 2], 400, "plate"),
        (["archive_id": .int(box), "printer_id": .int(a1)], 409, "P1S"),
        (["archive_id": .int(box), "model": "A1"], 409, "P1S"),
        (["archive_id": .int(box), "printer_id": .int(a1), "options": ["ignore_mismatch": true]], 409, "P1S"),
        (["archive_id": .int(fine), "printer_id": .int(p1s)], 409, "0.2"),
        (["archive_id": .int(unsliced), "printer_id": .int(p1s)], 400, "archive_id"),
        (["archive_id": .int(step), "printer_id": .int(p1s)], 400, "archive_id"),
        (["archive_id": .int(fine), "printer_id": .int(p1s), "options": ["ignore_mismatch": true]], 201, "0"),
        (["archive_id": .int(box), "printer_id": .int(p1s), "ams_mapping": [0]], 201, "0"),
        (["archive_id": .int(box), "model": "X1C"], 201, "X1 Carbon"),
      ]
      for row in rows {
        let answer = try client.send("POST", "/api/v1/queue", json: .object(row.body))
        #expect(answer.status == row.status && answer.text.contains(row.word), "\(row.body): \(answer.text)")
      }

      let queue = try client.get("/api/v1/queue?format=envelope").json
      #expect(queue?["pagination"] == ["total": 3, "page": 1, "per_page": 500])
      let fitting = try #require(queue?["data"]?.array?.first { $0["ams_mapping"] == [0] }?["id"]?.number)
      try Self.optionsChangeOneByOne(client, Int(fitting))

      // Nothing in the AMS is of this kind: it waits, and says why.
      let nylon = try Self.upload(stage, Self.file("PA-CF"), as: "nylon.gcode.3mf")
      let missing = try Self.add(client, ["archive_id": .int(nylon), "printer_id": .int(p1s)])
      _ = try client.send("POST", "/api/v1/queue/reorder", json: ["order": [.int(missing)]])
      #expect(try client.send("PUT", "/api/v1/queue/\(missing)/reorder", json: ["position": 0]).status == 200)
      #expect(try client.send("POST", "/api/v1/queue/resume").status == 200)
      let waiting = try await Self.waits(client, missing, "it waits for filament") { $0["gate"] == "filament_missing" }
      #expect(waiting["gate_message"]?.string?.contains("PA-CF") == true, "\(waiting)")
      let start = try client.send("POST", "/api/v1/queue/\(missing)/start")
      #expect(start.status == 409 && start.text.contains("filament_missing"), "\(start.text)")
    }
  }

  @Test(
    "A printer that is away keeps its item; a reprint goes first, and `print` takes an archive", .timeLimit(.minutes(2))
  )
  func awayAndAgain() async throws {
    try await Stage.play([PrinterSpecification(model: .p1s)], speed: 900) { stage in
      let client = stage.client
      let printer = try stage.add(stage.printers[0])
      try await stage.status(printer, is: "idle")
      #expect(try client.send("PATCH", "/api/v1/settings", json: ["queue.require_plate_clear": false]).status == 200)
      let archive = try Self.upload(stage)
      #expect(try client.send("POST", "/api/v1/printers/\(printer)/disconnect").status == 200)
      let item = try Self.add(client, ["archive_id": .int(archive), "printer_id": .int(printer)])
      let waiting = try await Self.waits(client, item, "it waits for its printer") {
        $0["gate"] == "printer_disconnected"
      }
      #expect(waiting["status"] == "pending")
      stage.printers[0].powerOff()
      #expect(try client.send("POST", "/api/v1/printers/\(printer)/connect").status == 200)
      _ = try await Self.waits(client, item, "it is offline") { $0["gate"] == "printer_offline" }

      let again = try client.send("POST", "/api/v1/archives/\(archive)/reprint", json: ["printer_id": .int(printer)])
      #expect(again.status == 201 && again.json?["position"] == 0, "\(again.text)")
      guard case .int(let first)? = again.json?["id"] else { throw TestKitError("no id") }
      #expect(again.headers["location"] == "/api/v1/queue/\(first)")
      #expect(try client.get("/api/v1/queue/\(item)").json?["position"] == 1)
      #expect(try client.send("DELETE", "/api/v1/archives/\(archive)").status == 409, "items wait for it")

      try stage.printers[0].powerOn()
      _ = try await Self.waits(client, first, "it prints") { $0["status"] == "printing" }
      #expect(try client.get("/api/v1/queue/\(item)").json?["status"] == "pending")
      let done = try await Self.waits(client, item, within: 90, "all is printed") { $0["status"] == "completed" }
      #expect(done["error"] == .null)

      try await stage.status(printer, is: "finished")
      let direct = try client.send(
        "POST", "/api/v1/printers/\(printer)/print", json: ["archive_id": .int(archive), "plate": 1])
      #expect(direct.status == 200, "\(direct.text)")
      let prints = try await eventually(within: 60, "it has a record") { () -> [JSONValue]? in
        let all = try client.get("/api/v1/archives?printer_id=\(printer)").json?["archives"]?.array ?? []
        return all.count == 3 && all.allSatisfy { $0["status"] == "success" } ? all : nil
      }
      #expect(prints.allSatisfy { $0["source_archive_id"] == .int(archive) && $0["has_file"] == true }, "\(prints)")
      #expect(stage.printers[0].counters.count(of: "print.project_file") == 3)
    }
  }

  @Test(
    "The printer's plug is switched on for an item, and off when its print is over and the printer cool",
    .timeLimit(.minutes(3)))
  func plug() async throws {
    try await Stage.play([PrinterSpecification(model: .p1s)], speed: 900) { stage in
      let client = stage.client
      let printer = try stage.add(stage.printers[0])
      try await stage.status(printer, is: "idle")
      let plug = try client.send(
        "POST", "/api/v1/smart-plugs",
        json: ["name": "Power", "type": "gpio", "relay": "relay1", "printer_id": .int(printer)])
      guard case .int(let id)? = plug.json?["id"] else { throw TestKitError(plug.text) }
      func state() throws -> String? { try client.get("/api/v1/smart-plugs/\(id)/status").json?["state"]?.string }
      let settings: JSONValue = ["queue.power_off_delay": 1, "queue.power_off_temperature": 60]
      #expect(try client.send("PATCH", "/api/v1/settings", json: settings).status == 200)
      stage.printers[0].powerOff()
      try await stage.status(printer, is: "offline")
      #expect(try state() == "off")

      let archive = try Self.upload(stage)
      let item = try Self.add(
        client, ["archive_id": .int(archive), "printer_id": .int(printer), "auto_power_off": true])
      _ = try await Self.waits(client, item, "it waits for power") {
        $0["gate"] == "powering_on" || $0["gate"] == "booting_up"
      }
      try await eventually(within: 20, "the plug is on") { try state() == "on" ? true : nil }
      try stage.printers[0].powerOn()
      _ = try await Self.waits(client, item, within: 90, "it prints") { $0["status"] == "printing" }
      #expect(try state() == "on")
      _ = try await Self.waits(client, item, within: 60, "it is printed") { $0["status"] == "completed" }
      try await eventually(within: 60, "the plug is off") { try state() == "off" ? true : nil }
      let nozzle = try stage.status(printer)["temperatures"]?["nozzle"]?.number ?? 0
      #expect(nozzle < 60)
    }
  }

  @Test("Search text is never FTS syntax", .timeLimit(.minutes(1)))
  func searchText() async throws {
    let service = try await ServiceProcess.start()
    let client = try await service.client()
    _ = try ArchiveTests.upload(client, "box.gcode.3mf", Self.file())
    let rows: [(text: String, total: Int64)] = [
      ("box", 1), ("bo", 1), ("b", 1), ("box OR nothing", 0), ("NOT box", 0), ("box AND pla", 0), ("name:box", 0),
      ("box*", 1), ("^box", 1), ("(box", 1), ("\"box", 1), ("box\" OR \"x", 0), ("NEAR(box pla)", 0), ("box -pla", 1),
      ("*", 0), ("\"\"", 0), ("{name}: box", 0), ("box + pla", 1), ("' OR 1=1 --", 0), ("\u{0}", 0),
    ]
    for row in rows {
      let query = row.text.utf8.map { byte in
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte)
          ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }.joined()
      let answer = try client.get("/api/v1/archives?search=\(query)")
      #expect(
        answer.status == 400 && row.text == "\u{0}" || answer.status == 200 && answer.json?["total"] == .int(row.total),
        "\(row): \(answer.text.prefix(200))")
    }
    #expect(try await service.stop() == 0)
  }
}
