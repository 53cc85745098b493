import Glibc
import Model
import Simulator
import TestKit
import Testing
import Wire

/// SIGKILL in the midst of a dispatch: what the printer shows decides, and nothing is sent twice (contract, section 5).
@Suite(.serialized) struct DispatchKillTests {
  /// Adds an item for the printer; its number.
  private static func item(_ stage: Stage, on printer: Int64) throws -> Int64 {
    let file = try stage.client.send(
      "POST", "/api/v1/archives?filename=Box.gcode.3mf", body: ArchiveLedger.file(1),
      headers: ["Content-Type": "application/octet-stream"])
    let item = try stage.client.send(
      "POST", "/api/v1/queue", json: ["archive_id": file.json?["id"] ?? .null, "printer_id": .int(printer)])
    guard case .int(let id)? = item.json?["id"] else { throw TestKitError("\(file.text) \(item.text)") }
    return id
  }

  private static func restart(_ stage: Stage) async throws -> ServiceProcess {
    stage.service.process.signal(SIGKILL)
    _ = try await stage.service.process.wait()
    return try await ServiceProcess.start(in: stage.service.folder, port: stage.service.port)
  }

  private static func item(_ stage: Stage, _ item: Int64, is status: String) async throws -> JSONValue {
    try await eventually(within: 60, "item \(item) is \(status)") { () -> JSONValue? in
      let shown = try stage.client.get("/api/v1/queue/\(item)").json ?? .null
      return shown["status"]?.string == status ? .some(shown) : .none
    }
  }

  @Test(
    "Killed while the file is on its way, the item has failed and says so; nothing is started", .timeLimit(.minutes(2)))
  func duringTheUpload() async throws {
    try await Stage.play([PrinterSpecification(model: .p1s)], speed: 900) { stage in
      let printer = try stage.add(stage.printers[0])
      try await stage.status(printer, is: "idle")
      var slow = FileServerSettings()
      slow.throttle = 200
      stage.printers[0].setFiles(slow)
      let item = try Self.item(stage, on: printer)
      try await eventually(within: 30, "it is on its way") { () -> Bool? in
        try stage.client.get("/api/v1/queue/\(item)").json?["status"] == "dispatching" ? true : nil
      }
      let again = try await Self.restart(stage)
      let shown = try await Self.item(stage, item, is: "failed")
      #expect(shown["error"]?.string?.contains("not proven") == true, "\(shown)")
      #expect(stage.printers[0].counters.count(of: "print.project_file") == 0)
      #expect(try await again.stop() == 0)
    }
  }

  @Test("Killed when the printer has just got the start, the print goes on as the item's", .timeLimit(.minutes(2)))
  func atTheStart() async throws {
    try await Stage.play([PrinterSpecification(model: .p1s)], speed: 900) { stage in
      let printer = try stage.add(stage.printers[0])
      try await stage.status(printer, is: "idle")
      let item = try Self.item(stage, on: printer)
      #expect(await stage.printers[0].wait(30) { $0.count(of: "print.project_file") == 1 })
      let again = try await Self.restart(stage)
      // Where its first report shows nothing of it yet, the item has failed for the moment: it comes back.
      let shown = try await Self.item(stage, item, is: "completed")
      #expect(shown["error"] == .null, "\(shown)")
      #expect(stage.printers[0].counters.count(of: "print.project_file") == 1)
      guard case .int(let record)? = shown["print_archive_id"] else { throw TestKitError("no record: \(shown)") }
      let print = try #require(try stage.client.get("/api/v1/archives/\(record)").json)
      #expect(print["status"] == "success" && print["has_file"] == true, "\(print)")
      #expect(try await again.stop() == 0)
    }
  }
}
