import Model
import Simulator
import TestKit
import Testing
import Wire

/// Leaving parts out of a job whose file the archive has fetched (contract, section 5; protocol sheet, 3.8).
struct SkipObjectsTests {
  /// Three parts on one plate.
  private static var project: TestProject {
    var project = TestProject()
    project.plates[0].objects = [(101, "Cube", false), (202, "Cone", false), (303, "Ring", false)]
    return project
  }

  @Test(
    "What is not in the job and the last part of it are refused; what is left out is shown", .timeLimit(.minutes(2)))
  func partsOfTheJob() async throws {
    try await Stage.play([PrinterSpecification(model: .p1s)], speed: 20) { stage in
      let id = try stage.add(stage.printers[0])
      try await stage.status(id, is: "idle")
      let sent = try stage.client.send(
        "POST", "/api/v1/printers/\(id)/files?path=/Parts.gcode.3mf", body: Self.project.bytes,
        headers: ["Content-Type": "application/octet-stream"])
      #expect(sent.status == 201, "\(sent.text)")
      let started = try stage.client.send(
        "POST", "/api/v1/printers/\(id)/print", json: ["path": "/Parts.gcode.3mf"])
      #expect(started.status == 200, "\(started.text)")
      try await stage.status(id, within: 60, is: "printing")
      try await eventually(within: 30, "the archive has the job's file") { () -> Bool? in
        try stage.client.get("/api/v1/archives").json?["archives"]?.array?.first?["has_file"] == true ? true : nil
      }

      func skip(_ objects: JSONValue) throws -> (status: Int, code: String?, text: String) {
        let answer = try stage.client.send(
          "POST", "/api/v1/printers/\(id)/skip-objects", json: ["objects": objects])
        return (answer.status, answer.json?["code"]?.string, answer.text)
      }
      let foreign = try skip([101, 404])
      #expect(foreign.status == 400 && foreign.text.contains("404"), "\(foreign.text)")
      let all = try skip([101, 202, 303])
      #expect(all.status == 409 && all.code == "CONFLICT", "\(all.text)")
      #expect(try skip([101]).status == 200)
      #expect(try stage.status(id)["state"] == "printing")
      let again = try skip([101])
      #expect(again.status == 409 && again.text.contains("already"), "\(again.text)")
      #expect(try skip([202]).status == 200)
      let last = try skip([303])
      #expect(last.status == 409 && last.text.contains("last object"), "\(last.text)")
    }
  }
}
