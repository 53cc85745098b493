import Model
import Simulator
import TestKit
import Testing
import Wire

/// The button beside a printer that prints (contract, section 5), on the virtual board.
struct BoardPrintTests {
  @Test("The button pauses and resumes; its stop wants a short press; a fed printer keeps its power")
  func buttonAndPrint() async throws {
    let folder = try TemporaryFolder()
    try folder.makeFolder("appliance")
    for act in ["reboot", "factory-reset"] { try folder.write("#!/bin/sh\n", as: "appliance/\(act)", mode: 0o755) }
    let environment = ["LAYERBERRY_APPLIANCE": "\(folder.path)/appliance"]
    try await Stage.play([PrinterSpecification(model: .p1s)], environment: environment) { stage in
      let client = stage.client
      func press(_ gesture: String) throws -> JSONValue? {
        try client.send("POST", "/api/v1/board/buttons/main", json: ["gesture": .string(gesture)]).json
      }
      func light(_ state: String) async throws {
        try await eventually(within: 30, "the light tells \(state)") { () -> Bool? in
          try client.get("/api/v1/board/leds").json?.array?.first?["state"] == .string(state) ? true : nil
        }
      }
      let printer = try stage.add(stage.printers[0])
      try await stage.status(printer, is: "idle")
      #expect(try press("long")?["result"] == "nothing")
      let plug = try client.send(
        "POST", "/api/v1/smart-plugs",
        json: [
          "name": "Power", "type": "gpio", "relay": "relay1", "printer_id": .int(printer), "feeds_printer": true,
        ])
      #expect(plug.status == 201, "\(plug.text)")
      stage.printers[0].startPrint(name: "Bracket", layers: 200, minutes: 600)
      try await stage.status(printer, within: 60, is: "printing")
      try await light("printing")
      #expect(try press("triple")?["result"] == "done")
      try await stage.status(printer, within: 60, is: "paused")
      try await light("needs_attention")
      #expect(try press("triple")?["result"] == "done")
      try await stage.status(printer, within: 60, is: "printing")

      let reboot = "/api/v1/board/reboot"
      #expect(try client.send("POST", reboot).json?["code"] == "CONFLICT")
      #expect(try client.send("POST", "\(reboot)?force=true").status == 409)
      #expect(try client.send("POST", reboot, json: ["force": true]).status == 200)
      let reset = try press("very_long")
      #expect(reset?["result"] == "refused" && reset?["message"]?.string?.contains("printing") == true)

      #expect(try press("long")?["result"] == "confirm")
      // Another gesture is no confirmation, and takes the question back.
      #expect(try press("double")?["result"] == "nothing")
      #expect(try press("short")?["result"] == "nothing")
      #expect(try stage.status(printer)["state"] == "printing")
      #expect(try press("long")?["result"] == "confirm")
      let stopped = try press("short")
      #expect(stopped?["action"] == "stop" && stopped?["result"] == "done")
      try await eventually(within: 60, "it has stopped") { () -> Bool? in
        try stage.status(printer)["state"] == "printing" ? nil : true
      }
    }
  }
}
