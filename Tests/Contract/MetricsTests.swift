import Model
import Simulator
import TestKit
import Testing
import Wire

/// `/metrics` (contract, section 5), as Prometheus' own tool judges it.
struct MetricsTests {
  @Test("promtool finds nothing to object to, in either place, and a key for some printers sees only those")
  func promtool() async throws {
    try await Stage.play([PrinterSpecification(model: .x1c), PrinterSpecification(model: .a1Mini)], speed: 60) {
      stage in
      let first = try stage.add(stage.printers[0], changing: ["name": "A \"quoted\" \\ name"])
      let second = try stage.add(stage.printers[1])
      for id in [first, second] { try await stage.status(id, is: "idle") }
      stage.printers[0].startPrint(name: "Tower", layers: 40, minutes: 30)
      try await stage.status(first, is: "printing")
      for place in ["/metrics", "/api/v1/metrics"] {
        let answer = try stage.client.get(place)
        #expect(answer.status == 200)
        #expect(answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(try await Self.verdict(on: answer.text) == "")
        let name = #"{printer_id="1",printer="A \"quoted\" \\ name""#
        #expect(answer.text.contains("layerberry_printer_connected\(name)} 1\n"))
        #expect(answer.text.contains("layerberry_printer_state\(name),state=\"printing\"} 1\n"))
        #expect(answer.text.contains("layerberry_printer_temperature_celsius\(name),part=\"bed\"}"))
        #expect(answer.text.contains("layerberry_print_progress_ratio\(name)}"))
      }
      let some = try await stage.service.client("read", printers: "\(second)")
      let seen = try some.get("/metrics").text
      #expect(!seen.contains("printer_id=\"1\"") && seen.contains("printer_id=\"2\""))
      let writer = try await stage.service.client("manage")
      #expect(try writer.get("/metrics").status == 403)
      #expect(try HTTPClient(port: stage.service.port).get("/metrics").status == 401)
    }
  }

  /// What promtool says of it; nothing when all is well.
  private static func verdict(on text: String) async throws -> String {
    let folder = try TemporaryFolder()
    let file = try folder.write(text, as: "metrics")
    let child = try ChildProcess("/bin/sh", ["-c", "promtool check metrics < \(file) 2>&1"])
    let status = try await child.wait()
    return status == 0 ? child.text : "status \(status): \(child.text)"
  }
}
