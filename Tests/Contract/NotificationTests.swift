import Model
import Simulator
import TestKit
import Testing
import Wire

/// `/notifications` and webhooks (contract, section 5), by the whole service.
struct NotificationTests {
  private static let place = "/api/v1/notifications"

  @Test("A provider is made, read without its secrets, changed, tested and deleted")
  func providers() async throws {
    let hook = try StandInServer { _ in .answer(204) }
    try await Stage.play([]) { stage in
      let url = "http://me:word@127.0.0.1:\(hook.port)/in?x=1"
      let made = try stage.client.send(
        "POST", "\(Self.place)/providers",
        json: [
          "name": "Program", "type": "webhook", "config": ["url": .string(url), "secret": "s3cret"],
          "quiet_hours": ["start": "22:00", "end": "07:00"], "events": ["print_failed"], "unknown": 1,
        ])
      #expect(made.status == 201)
      #expect(made.headers["location"] == "\(Self.place)/providers/1")
      let shown = try #require(made.json)
      #expect(
        shown["config"] == ["url": .string("http://me:***@127.0.0.1:\(hook.port)/in?x=1"), "secret": ["set": true]])
      #expect(shown["enabled"] == true && shown["printer_ids"] == .null && shown["daily_digest"] == .null)
      #expect(shown["quiet_hours"] == ["start": "22:00", "end": "07:00"])
      // What is sent back as it was shown changes nothing.
      let back = try stage.client.send("PUT", "\(Self.place)/providers/1", json: shown)
      #expect(back.status == 200)
      let tested = try stage.client.send("POST", "\(Self.place)/providers/1/test")
      #expect(tested.json == ["sent": true, "error": .null])
      let seen = try #require(hook.requests.first)
      #expect(seen["authorization"] == "Basic bWU6d29yZA==")
      #expect(seen["x-layerberry-signature"]?.hasPrefix("sha256=") == true)
      let cleared = try stage.client.send(
        "PATCH", "\(Self.place)/providers/1", json: ["config": ["secret": .null], "quiet_hours": .null])
      #expect(cleared.json?["config"]?["secret"] == ["set": false])
      #expect(cleared.json?["quiet_hours"] == .null && cleared.json?["events"] == ["print_failed"])
      let history = try stage.client.get("\(Self.place)/history?event=test")
      #expect(history.json?.array?.first?["state"] == "sent")
      #expect(!history.text.contains("word") && !history.text.contains("s3cret"))
      #expect(try stage.client.send("DELETE", "\(Self.place)/providers/1").json == ["deleted": true, "id": 1])
      let gone = try stage.client.get("\(Self.place)/providers/1")
      #expect(gone.status == 404 && gone.json?["code"] == "PROVIDER_NOT_FOUND")
      #expect(try stage.client.get("\(Self.place)/providers/x").json?["code"] == "PROVIDER_NOT_FOUND")
    }
  }

  @Test("What does not fit is a 400 that names the field")
  func badInput() async throws {
    try await Stage.play([]) { stage in
      let own = "http://127.0.0.1:\(stage.service.port)/"
      let table: [(JSONValue, String)] = [
        (["type": "webhook", "config": ["url": "http://a/"]], "name"),
        (["name": "x", "type": "fax", "config": [:]], "type"), (["name": "x", "type": "ntfy", "config": []], "config"),
        (["name": "x", "type": "ntfy"], "config"), (["name": "x", "type": "ntfy", "config": [:]], "config.topic"),
        (["name": "x", "type": "webhook", "config": ["url": .string(own)]], "config.url"),
        (["name": "x", "type": "webhook", "config": ["url": "http://169.254.169.254/"]], "config.url"),
        (["name": "x", "type": "webhook", "config": ["url": "file:///etc/passwd"]], "config.url"),
        (["name": "x", "type": "webhook", "config": ["url": ["set": true]]], "config.url"),
        (["name": "x", "type": "webhook", "config": ["url": "http://a/"], "events": ["lunch"]], "events"),
        (["name": "x", "type": "webhook", "config": ["url": "http://a/"], "printer_ids": ["1"]], "printer_ids"),
        (["name": "x", "type": "webhook", "config": ["url": "http://a/"], "printer_ids": [77]], "printer_ids"),
        (["name": "x", "type": "webhook", "config": ["url": "http://a/"], "quiet_hours": "22"], "quiet_hours"),
        (
          [
            "name": "x", "type": "webhook", "config": ["url": "http://a/"],
            "quiet_hours": ["start": "25:00", "end": "1"],
          ],
          "quiet_hours.start"
        ), (["name": "x", "type": "webhook", "config": ["url": "http://a/"], "daily_digest": "08:00"], "daily_digest"),
        (["name": "x", "type": "webhook", "config": ["url": "http://a/"], "enabled": "yes"], "enabled"),
      ]
      for (body, field) in table {
        let answer = try stage.client.send("POST", "\(Self.place)/providers", json: body)
        #expect(answer.status == 400, "\(body)")
        #expect(answer.json?["errors"]?.array?.first?["field"]?.string == field, "\(body): \(answer.text)")
      }
      let unknown = try stage.client.send("PUT", "\(Self.place)/templates/lunch", json: ["title": "x"])
      #expect(unknown.status == 404 && unknown.json?["code"] == "TEMPLATE_NOT_FOUND")
      for text in ["{nozzle}", "{{printer}}", "{prin{t}er}", "{printer", ""] {
        let answer = try stage.client.send(
          "PUT", "\(Self.place)/templates/print_complete", json: ["message": .string(text)])
        #expect(answer.status == 400, "\(text)")
        #expect(answer.json?["errors"]?.array?.first?["field"] == "message")
      }
    }
  }

  @Test("Words are listed, changed, previewed and reset")
  func templates() async throws {
    try await Stage.play([]) { stage in
      let all = try stage.client.get("\(Self.place)/templates").json?.array ?? []
      #expect(all.count == NotificationEvent.allCases.count)
      let changed = try stage.client.send(
        "PUT", "\(Self.place)/templates/print_complete", json: ["title": "{printer} is ready"])
      #expect(changed.json?["title"] == "{printer} is ready" && changed.json?["customized"] == true)
      #expect(changed.json?["created_at"] != .null && changed.json?["updated_at"] != .null)
      let patched = try stage.client.send(
        "PATCH", "\(Self.place)/templates/print_complete", json: ["message": "{task_name}!"])
      #expect(patched.json?["title"] == "{printer} is ready" && patched.json?["message"] == "{task_name}!")
      for verb in ["PUT", "PATCH"] {
        let untouched = try stage.client.send(verb, "\(Self.place)/templates/print_failed", json: [:])
        #expect(untouched.status == 200 && untouched.json?["customized"] == false, "\(verb): \(untouched.text)")
      }
      let preview = try stage.client.send(
        "POST", "\(Self.place)/templates/print_complete/preview", json: ["message": "{task_name} after {duration}"])
      #expect(preview.json == ["title": "Workshop X1C is ready", "message": "Benchy after 2 h 15 min"])
      let reset = try stage.client.send("POST", "\(Self.place)/templates/print_complete/reset")
      #expect(reset.json?["title"] == "Print finished" && reset.json?["customized"] == false)
      let plain = try stage.client.send("POST", "\(Self.place)/templates/print_complete/preview")
      #expect(plain.json?["title"] == "Print finished")
    }
  }

  @Test("A print is told to a webhook as S1 has it: started, three steps, complete, each once")
  func aPrint() async throws {
    let hook = try StandInServer { _ in .answer(200) }
    try await Stage.play([PrinterSpecification(model: .x1c)], speed: 120) { stage in
      let printer = stage.printers[0]
      let id = try stage.add(printer)
      try await stage.status(id, is: "idle")
      _ = try stage.client.send(
        "POST", "\(Self.place)/providers",
        json: [
          "name": "Program", "type": "webhook", "config": ["url": .string(hook.url)],
          "events": ["print_started", "print_progress", "print_complete", "print_failed"],
        ])
      let socket = try stage.watch()
      printer.startPrint(name: "Tower", layers: 40, minutes: 30)
      try await eventually(within: 60, "the end is told") {
        hook.requests.contains { $0.text.contains("print_complete") } ? true : nil
      }
      let told = hook.requests.compactMap { try? JSONParser.parse($0.body, limits: .init(bytes: 1 << 16)) }
      #expect(
        told.map { $0["event"]?.string }
          == ["print_started", "print_progress", "print_progress", "print_progress", "print_complete"])
      #expect(told.allSatisfy { $0["timestamp"]?.string?.hasSuffix("Z") == true })
      let data = try #require(told.last?["data"])
      #expect(data["printer_id"] == .int(id) && data["printer_name"]?.string == printer.name)
      #expect(data["status"] == "success" && data["task_name"] == "Tower" && data["error"] == .null)
      #expect(data["archive_id"]?.number != nil && data["duration"]?.number != nil && data["filename"]?.string != nil)
      let notice = try socket.next { $0["type"] == "notification" && $0["payload"]?["event"] == "print_started" }
      #expect(notice["printer_id"] == .int(id) && notice["payload"]?["level"] == "info")
      #expect(notice["payload"]?["title"] == "Print started")
      let history = try stage.client.get("\(Self.place)/history")
      #expect(history.headers["x-total-count"] == "5")
    }
  }

  @Test("A print that a person stops ends with print_failed and the status stopped")
  func aStop() async throws {
    let hook = try StandInServer { _ in .answer(200) }
    try await Stage.play([PrinterSpecification(model: .p1s)], speed: 20) { stage in
      let printer = stage.printers[0]
      let id = try stage.add(printer)
      try await stage.status(id, is: "idle")
      _ = try stage.client.send(
        "POST", "\(Self.place)/providers",
        json: ["name": "P", "type": "webhook", "config": ["url": .string(hook.url)], "events": ["print_failed"]])
      printer.startPrint(name: "Tower", layers: 40, minutes: 30)
      try await stage.status(id, is: "printing")
      #expect(try stage.client.send("POST", "/api/v1/printers/\(id)/stop").status == 200)
      try await eventually(within: 60, "the end is told") { hook.requests.isEmpty ? nil : true }
      let told = try JSONParser.parse(hook.requests[0].body, limits: .init(bytes: 1 << 16))
      #expect(told["event"] == "print_failed" && told["data"]?["status"] == "stopped")
    }
  }

  @Test("The photo of the print itself goes along, when it is finished and when it is stopped")
  func photos() async throws {
    let ntfy = try StandInServer { _ in .json(200, "{}") }
    var camera = CameraSettings()
    camera.size = .small
    camera.framesPerSecond = 10
    try await Stage.play([PrinterSpecification(model: .p1s, camera: camera)], speed: 12) { stage in
      let printer = stage.printers[0]
      let id = try stage.add(printer)
      try await stage.status(id, is: "idle")
      let made = try stage.client.send(
        "POST", "\(Self.place)/providers",
        json: [
          "name": "Phone", "type": "ntfy", "config": ["url": .string(ntfy.url), "topic": "prints"],
          "events": ["print_complete", "print_failed"],
        ])
      #expect(made.status == 201)
      printer.startPrint(name: "Benchy", layers: 8, minutes: 4)
      try await eventually(within: 120, "the end is told") { ntfy.requests.isEmpty ? nil : true }
      printer.startPrint(name: "Tower", layers: 8, minutes: 4, id: "700101")
      try await stage.status(id, within: 60, is: "printing")
      printer.cancel()
      try await eventually(within: 60, "the stop is told") { ntfy.requests.count < 2 ? nil : true }
      for (index, title) in ["Print%20finished", "Print%20stopped"].enumerated() {
        let seen = ntfy.requests[index]
        #expect(seen.method == "PUT" && seen.path == "/prints" && seen.target.contains("title=\(title)"))
        // The archive of each print has the same picture.
        let album = "/api/v1/archives/\(index + 1)/photos"
        guard case .int(let photo)? = try stage.client.get(album).json?.array?.first?["id"] else {
          Issue.record("print \(index + 1) has no photo")
          continue
        }
        #expect(try stage.client.get("\(album)/\(photo)").body == seen.body)
      }
    }
  }
}
