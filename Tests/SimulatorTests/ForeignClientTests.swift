import Model
import Testing
import Wire

@testable import Simulator

@Suite("Clients that nobody here wrote", .enabled(if: Foreign.hasClients, "needs mosquitto, its clients and openssl"))
struct ForeignClientTests {
  @Test(
    "A full report reaches mosquitto_sub, true to its family",
    arguments: [PrinterModel.x1c, .p1s, .a1Mini, .h2d, .p2s])
  func fullReport(model: PrinterModel) async throws {
    try await withSimulation([.init(model: model)]) { simulation, folder in
      let printer = simulation.printers[0]
      async let heard = Foreign.subscribe(printer, folder, count: 1)
      #expect(await printer.wait { $0.subscriptionsEver == 1 })
      try await Foreign.publish(printer, folder, #"{"pushing":{"sequence_id":"1","command":"pushall"}}"#)
      let report = try JSONParser.parse(try await heard.output, limits: .init(bytes: 1 << 20))["print"]
      #expect(report?["command"] == "push_status")
      #expect((report?["device"] != nil) == !model.reportsOnlyChanges)
      #expect((report?["msg"] == nil) == (model.series == .h2))
      #expect((report?["ams"]?["ams"]?.array?.count ?? 0) > 0)
    }
  }

  @Test("A wrong access code is refused with return code 5")
  func wrongCode() async throws {
    try await withSimulation([.init(model: .p1s)]) { simulation, folder in
      let printer = simulation.printers[0]
      let result = try await Foreign.subscribe(printer, folder, count: 1, seconds: 3, code: "00000000")
      #expect(result.status == 5)
      #expect(printer.counters.refused == 1)
      #expect(printer.counters.sessionsEver == 0)
    }
  }

  @Test("The certificate names the serial number, and the chain ends in the test root")
  func certificate() async throws {
    try await withSimulation([.init(model: .x1c), .init(model: .p1s, certificate: .otherSerial)]) {
      simulation, folder in
      let good = try await openssl(simulation.printers[0], folder)
      #expect(
        good.contains("CN = \(simulation.printers[0].serial)") || good.contains("CN=\(simulation.printers[0].serial)"))
      #expect(good.contains("Verify return code: 0 (ok)"))
      #expect(good.contains("TLSv1.2"))
      let other = try await openssl(simulation.printers[1], folder)
      #expect(!other.contains("CN = \(simulation.printers[1].serial)"))
    }
  }

  @Test("Watching requests ends the connection at a P1 and is allowed at an H2")
  func requestSubscription() async throws {
    try await withSimulation([.init(model: .p1s), .init(model: .h2d)]) { simulation, folder in
      let (p1s, h2d) = (simulation.printers[0], simulation.printers[1])
      async let heard = Foreign.subscribe(h2d, folder, count: 1, topic: "device/\(h2d.serial)/request")
      #expect(await h2d.wait { $0.subscriptionsEver == 1 })
      _ = try await Foreign.subscribe(p1s, folder, count: 1, seconds: 2, topic: "device/\(p1s.serial)/request")
      #expect(await p1s.wait { $0.sessionsOpen == 0 })
      #expect(p1s.counters.sessionsEver >= 1)
      try await Foreign.publish(h2d, folder, #"{"pushing":{"sequence_id":"1","command":"start"}}"#)
      let text = try await heard.text
      #expect(text.contains("start"))
    }
  }

  @Test("Commands are acknowledged with their sequence number and take effect in a later report")
  func commands() async throws {
    try await withSimulation([.init(model: .p1s)], speed: 60) { simulation, folder in
      let printer = simulation.printers[0]
      printer.startPrint(name: "Bracket", layers: 90, minutes: 42)
      #expect(await printer.wait(forState: "RUNNING"))
      async let heard = Foreign.subscribe(printer, folder, count: 60, seconds: 3)
      #expect(await printer.wait { $0.subscriptionsEver == 1 })
      try await Foreign.publish(printer, folder, #"{"print":{"sequence_id":"4711","command":"pause","param":""}}"#)
      #expect(await printer.wait(forState: "PAUSE"))
      let text = try await heard.text
      let acknowledgement = try #require(text.firstRange(of: "4711"))
      let effect = try #require(text.firstRange(of: #""gcode_state": "PAUSE""#))
      #expect(acknowledgement.lowerBound < effect.lowerBound)
      #expect(printer.counters.count(of: "print.pause") == 1)
      #expect(printer.counters.complaints.isEmpty)
    }
  }

  private func openssl(_ printer: SimulatedPrinter, _ folder: String) async throws -> String {
    try await Foreign.run(
      "openssl", ["s_client", "-connect", "127.0.0.1:\(printer.mqttPort)", "-CAfile", "\(folder)/root.pem"]
    ).text
  }
}
