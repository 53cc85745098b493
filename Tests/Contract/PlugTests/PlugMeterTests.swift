import Model
import Simulator
import Synchronization
import TestKit
import Testing
import Wire

/// What prints draw, by the whole service: a metering plug that feeds a simulated printer (contract, section 5, "Smart plugs").
@Suite("Metering plugs", .timeLimit(.minutes(2))) struct PlugMeterTests {
  /// A plug with a meter, as each maker lets it be read; kWh.
  private struct Meter: Sendable, CustomTestStringConvertible {
    var name: String
    var plug: @Sendable (String) -> JSONValue
    /// How a request for its figures ends, or how its path does.
    var reading: String
    var answer: @Sendable (StandInRequest, Double) -> StandInReply
    var testDescription: String { name }
  }

  private static let meters = [
    Meter(
      name: "Tasmota", plug: { ["type": "tasmota", "address": .string($0)] }, reading: "Status%208",
      answer: { request, energy in
        request.target.hasSuffix("Status%208")
          ? .json(200, #"{"StatusSNS":{"ENERGY":{"Total":\#(energy),"Today":0.1,"Power":150}}}"#)
          : .json(200, #"{"POWER":"ON"}"#)
      }),
    Meter(
      name: "Shelly 2", plug: { ["type": "shelly", "address": .string($0), "options": ["generation": 2]] },
      reading: "Switch.GetStatus?id=0",
      answer: { request, energy in
        request.path == "/rpc/Switch.GetStatus"
          ? .json(200, #"{"id":0,"output":true,"apower":150,"aenergy":{"total":\#(energy * 1000)}}"#)
          : .json(200, #"{"was_on":true}"#)
      }),
  ]

  @Test("A print's energy and its cost are in the archive, in the statistics and in the export", arguments: meters)
  private func metered(meter: Meter) async throws {
    let energy = Mutex(20.0)
    let server = try StandInServer { meter.answer($0, energy.withLock { $0 }) }
    func readings() -> Int { server.requests.count { $0.target.hasSuffix(meter.reading) } }
    try await Stage.play([PrinterSpecification(model: .p1s)], speed: 60) { stage in
      let client = stage.client
      let printer = try stage.add(stage.printers[0])
      #expect(try client.send("PATCH", "/api/v1/settings", json: ["energy.cost_per_kwh": 0.3]).status == 200)
      let common: [String: JSONValue] = ["name": "Power", "printer_id": .int(printer)]
      let plug = try client.send(
        "POST", "/api/v1/smart-plugs", json: .object((meter.plug(server.url).object ?? [:]).merging(common) { $1 }))
      try #require(plug.status == 201, "\(plug.text)")
      // One before the plug knows it is on, and so that nothing of what came before is counted.
      try await stage.status(printer, is: "idle")
      for (number, drawn) in [(1, 0.5), (2, 0.2)] as [(Int64, Double)] {
        let before = energy.withLock { $0 }
        let asked = readings()
        stage.printers[0].startPrint(name: "Tower", layers: 30, minutes: 30, id: String(820_000 + number))
        try await stage.status(printer, within: 30, is: "printing")
        try await eventually(within: 20, "the meter is read at the beginning") {
          readings() > asked ? true : nil
        }
        let begun = try await eventually(within: 20, "the print is in the archive") { () -> JSONValue? in
          let answer = try client.get("/api/v1/archives/\(number)")
          return answer.status == 200 ? answer.json : JSONValue?.none
        }
        #expect(begun["energy_kwh"] == .null && begun["energy_cost"] == .null)
        energy.withLock { $0 = before + drawn }
        stage.simulation.setSpeed(1200)
        let archive = try await eventually(within: 60, "its energy is in the archive") { () -> JSONValue? in
          let json = try client.get("/api/v1/archives/\(number)").json
          return json?["energy_kwh"]?.number == nil ? JSONValue?.none : json
        }
        #expect(abs((archive["energy_kwh"]?.number ?? 0) - drawn) < 1e-6, "\(archive["energy_kwh"] ?? .null)")
        #expect(abs((archive["energy_cost"]?.number ?? 0) - drawn * 0.3) < 1e-6)
        #expect(archive["status"] == "success")
        stage.simulation.setSpeed(60)
      }
      let sums = try client.get("/api/v1/statistics").json
      #expect(abs((sums?["total_energy_kwh"]?.number ?? 0) - 0.7) < 1e-6, "\(sums ?? .null)")
      #expect(abs((sums?["total_energy_cost"]?.number ?? 0) - 0.21) < 1e-6)
      let table = try client.get("/api/v1/archives/export").text.split(separator: "\r\n")
      #expect(table.first?.contains("energy_kwh") == true && table.contains { $0.contains(",0.2,") }, "\(table)")
      // A printer's power is in the metrics and at the plug.
      let status = try client.get("/api/v1/smart-plugs/1/status").json
      #expect(status?["power"] == 150 && status?["energy_total"]?.number == 20.7, "\(status ?? .null)")
    }
  }
}
