import Model
import Simulator
import TestKit
import Testing
import Wire

/// `/queue` without anything to print: what does not fit is told by its field, what is not there by its kind.
@Suite("The queue's bad input", .serialized) struct QueueBadInputTests {
  private static let rows: [(verb: String, path: String, body: String, status: Int, word: String)] = [
    ("POST", "/queue", "{}", 400, "archive_id"),
    ("POST", "/queue", #"{"archive_id":1}"#, 400, "printer_id"),
    ("POST", "/queue", #"{"archive_id":1,"printer_id":1,"model":"X1C"}"#, 400, "printer_id"),
    ("POST", "/queue", #"{"archive_id":"1","printer_id":1}"#, 400, "archive_id"),
    ("POST", "/queue", #"{"archive_id":1,"printer_id":1,"copies":0}"#, 400, "copies"),
    ("POST", "/queue", #"{"archive_id":1,"printer_id":1,"copies":1000000}"#, 400, "copies"),
    ("POST", "/queue", #"{"archive_id":1,"printer_id":1,"plate":0}"#, 400, "plate"),
    (
      "POST", "/queue", #"{"archive_id":1,"printer_id":1,"scheduled_time":"2024-01-15T14:00:00"}"#, 400,
      "scheduled_time"
    ),
    ("POST", "/queue", #"{"archive_id":1,"printer_id":1,"scheduled_time":"tomorrow"}"#, 400, "scheduled_time"),
    ("POST", "/queue", #"{"archive_id":1,"printer_id":1,"scheduled_time":5}"#, 400, "scheduled_time"),
    ("POST", "/queue", #"{"archive_id":1,"printer_id":1,"ams_mapping":[16]}"#, 400, "ams_mapping"),
    ("POST", "/queue", #"{"archive_id":1,"printer_id":1,"ams_mapping":[254]}"#, 400, "ams_mapping"),
    ("POST", "/queue", #"{"archive_id":1,"printer_id":1,"options":{"timelapse":1}}"#, 400, "options.timelapse"),
    ("POST", "/queue", #"{"archive_id":1,"printer_id":1,"auto_power_off":"yes"}"#, 400, "auto_power_off"),
    ("POST", "/queue", #"{"archive_id":1,"model":"Prusa"}"#, 400, "model"),
    ("POST", "/queue", #"{"archive_id":99,"printer_id":1}"#, 404, "ARCHIVE_NOT_FOUND"),
    // The reference's own example has a time that is past.
    (
      "POST", "/queue",
      #"{"archive_id":42,"printer_id":1,"scheduled_time":"2024-01-15T14:00:00Z","auto_power_off":true}"#, 404,
      "ARCHIVE_NOT_FOUND"
    ),
    ("POST", "/archives/99/reprint", #"{"printer_id":1}"#, 404, "ARCHIVE_NOT_FOUND"),
    ("POST", "/archives/99/reprint", "{}", 400, "printer_id"),
    ("POST", "/archives/x/reprint", #"{"printer_id":1}"#, 404, "ARCHIVE_NOT_FOUND"),
    ("POST", "/queue/reorder", #"{"order":[]}"#, 400, "order"), ("POST", "/queue/reorder", "{}", 400, "order"),
    ("POST", "/queue/reorder", #"{"order":[1,1]}"#, 400, "order"),
    ("POST", "/queue/reorder", #"{"order":["1"]}"#, 400, "order"),
    ("POST", "/queue/reorder", #"{"order":[99]}"#, 404, "QUEUE_ITEM_NOT_FOUND"),
    ("PUT", "/queue/99/reorder", #"{"position":0}"#, 404, "QUEUE_ITEM_NOT_FOUND"),
    ("PUT", "/queue/99/reorder", #"{"position":-1}"#, 400, "position"),
    ("PATCH", "/queue/99", #"{"copies":2}"#, 404, "QUEUE_ITEM_NOT_FOUND"),
    ("PATCH", "/queue/99", #"{"printer_id":1,"model":"X1C"}"#, 400, "model"),
    ("PATCH", "/queue/99", #"{"printer_id":null}"#, 400, "printer_id"),
    ("PATCH", "/queue/99", #"{"printer_id":null,"model":null}"#, 400, "printer_id"),
    ("PATCH", "/queue/99", #"{"printer_id":null,"model":"X1C"}"#, 404, "QUEUE_ITEM_NOT_FOUND"),
    ("PATCH", "/queue/99", #"{"printer_id":1,"model":null}"#, 404, "QUEUE_ITEM_NOT_FOUND"),
    ("PATCH", "/queue/99", #"{"options":{"bed_type":"glass"}}"#, 400, "options.bed_type"),
    ("POST", "/queue/99/cancel", "{}", 404, "QUEUE_ITEM_NOT_FOUND"),
    ("POST", "/queue/99/cancel", #"{"stop_print":"yes"}"#, 400, "stop_print"),
    ("POST", "/queue/pause", #"{"printer_id":99}"#, 404, "PRINTER_NOT_FOUND"),
    ("POST", "/queue/resume", #"{"printer_id":0}"#, 400, "printer_id"),
  ]

  @Test("Each row is refused as it should be, in both forms", .timeLimit(.minutes(1)))
  func table() async throws {
    try await Stage.play([PrinterSpecification(model: .p1s)]) { stage in
      let id = try stage.add(stage.printers[0])
      for row in Self.rows {
        for form in ["bare", "envelope"] {
          let answer = try stage.client.send(
            row.verb, "/api/v1\(row.path)?format=\(form)", body: Array(row.body.utf8),
            headers: ["Content-Type": "application/json"])
          #expect(answer.status == row.status && answer.text.contains(row.word), "\(row): \(answer.text)")
        }
      }
      for (path, status) in [
        ("/queue", 200), ("/queue?status=pending&printer_id=\(id)", 200), ("/queue?status=waiting", 400),
        ("/queue?printer_id=x", 400), ("/queue?limit=501", 400), ("/queue/1", 404), ("/queue/x", 404),
      ] {
        let answer = try stage.client.get("/api/v1\(path)")
        #expect(answer.status == status, "\(path): \(answer.text)")
        if status == 200 { #expect(answer.json == [], "\(answer.text)") }
      }
      let paused = try stage.client.send("POST", "/api/v1/queue/pause", json: ["printer_id": .int(id)])
      #expect(paused.json == ["paused": false, "printer_ids": [.int(id)]], "\(paused.text)")
      #expect(try stage.client.send("POST", "/api/v1/queue/pause").json?["paused"] == true)
      #expect(try stage.client.send("POST", "/api/v1/queue/resume").json?["paused"] == false)
      let reader = try await stage.service.client("read")
      #expect(try reader.get("/api/v1/queue").status == 200)
      #expect(try reader.send("POST", "/api/v1/queue/pause").status == 403)
    }
  }
}
