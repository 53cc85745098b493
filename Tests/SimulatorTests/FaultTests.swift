import Model
import Testing
import Wire

@testable import Simulator

@Suite("Faults on demand", .enabled(if: Foreign.hasClients, "needs mosquitto and its clients"))
struct FaultTests {
  @Test("A report cut in its middle does not arrive, and the session is gone")
  func midMessage() async throws {
    try await withSimulation([.init(model: .x1c)]) { simulation, folder in
      let printer = simulation.printers[0]
      printer.inject(.stale)
      async let heard = Foreign.subscribe(printer, folder, count: 1, seconds: 2)
      #expect(await printer.wait { $0.subscriptionsEver == 1 })
      printer.inject(.dropMidMessage)
      printer.publish(#"{"print":{"command":"push_status"}}"#)
      #expect(await printer.wait { $0.sessionsOpen == 0 })
      let text = try await heard.text
      #expect(!text.contains("push_status"))
    }
  }

  @Test("Records split into pieces and records put together carry the same reports", arguments: [true, false])
  func records(split: Bool) async throws {
    try await withSimulation([.init(model: .h2d)]) { simulation, folder in
      let printer = simulation.printers[0]
      printer.inject(split ? .splitRecords : .coalesceRecords)
      let heard = try await Foreign.subscribe(printer, folder, count: 1)
      #expect(try JSONParser.parse(heard.output, limits: .init(bytes: 1 << 20))["print"]?["command"] == "push_status")
    }
  }

  @Test("A printer that went silent holds the connection and lets nothing pass")
  func silent() async throws {
    try await withSimulation([.init(model: .x1c)]) { simulation, folder in
      let printer = simulation.printers[0]
      // Stale as well, so that no report of its own comes between.
      printer.inject(.stale)
      async let heard = Foreign.subscribe(printer, folder, count: 100, seconds: 2)
      #expect(await printer.wait { $0.subscriptionsEver == 1 })
      printer.inject(.silent)
      printer.publish(#"{"print":{"command":"unheard"}}"#)
      #expect(await printer.wait { $0.swallowed >= 1 && $0.sessionsOpen == 1 })
      printer.clearFaults()
      let text = try await heard.text
      #expect(!text.contains("unheard"))
    }
  }

  @Test("The fifth session is refused; where the oldest goes it is let in")
  func limit() async throws {
    try await withSimulation([.init(model: .p1s)]) { simulation, folder in
      let printer = simulation.printers[0]
      printer.inject(.stale)
      printer.inject(.connectionLimit(1, evictsOldest: false))
      async let first = Foreign.subscribe(printer, folder, count: 1, seconds: 8)
      #expect(await printer.wait { $0.subscriptionsEver == 1 })
      let second = try await Foreign.subscribe(printer, folder, count: 1, seconds: 4)
      #expect(second.status != 0)
      #expect(printer.counters.refused >= 1)
      printer.inject(.connectionLimit(1, evictsOldest: true))
      async let third = Foreign.subscribe(printer, folder, count: 1, seconds: 4)
      #expect(await printer.wait { $0.sessionsEver >= 2 })
      _ = try await (first, third)
    }
  }

  @Test("A closed port, a reset and garbage let nobody in, and clearing lets all in again")
  func entrance() async throws {
    try await withSimulation([.init(model: .x1c)]) { simulation, folder in
      let printer = simulation.printers[0]
      for fault in [PrinterFault.refuseConnections, .resetBeforeHandshake, .garbage, .refuseAccessCode(4)] {
        printer.inject(fault)
        let result = try await Foreign.subscribe(printer, folder, count: 1, seconds: 1)
        #expect(result.status != 0)
        printer.clearFaults()
      }
      #expect(printer.counters.sessionsEver == 0)
      #expect(try await Foreign.subscribe(printer, folder, count: 1).status == 0)
    }
  }

  @Test("A changed access code ends sessions and refuses the old code")
  func accessCode() async throws {
    try await withSimulation([.init(model: .x1c)]) { simulation, folder in
      let printer = simulation.printers[0]
      printer.changeAccessCode(try AccessCode("87654321"))
      #expect(try await Foreign.subscribe(printer, folder, count: 1, seconds: 2).status == 5)
      #expect(try await Foreign.subscribe(printer, folder, count: 1, code: "87654321").status == 0)
    }
  }

  @Test("Without a broker sessions end; with it again they come back")
  func broker() async throws {
    try await withSimulation([.init(model: .x1c)]) { simulation, folder in
      let printer = simulation.printers[0]
      async let heard = Foreign.subscribe(printer, folder, count: 100, seconds: 3)
      #expect(await printer.wait { $0.subscriptionsEver == 1 })
      simulation.stopBroker()
      #expect(await printer.wait { $0.sessionsOpen == 0 })
      try simulation.startBroker()
      #expect(try await Foreign.subscribe(printer, folder, count: 1).status == 0)
      _ = try await heard
    }
  }

  @Test("Unsigned commands are refused aloud where signatures are required")
  func authorization() async throws {
    try await withSimulation([.init(model: .h2s)]) { simulation, folder in
      let printer = simulation.printers[0]
      printer.setAuthorization(.required)
      async let heard = Foreign.subscribe(printer, folder, count: 6, seconds: 4)
      #expect(await printer.wait { $0.subscriptionsEver == 1 })
      try await Foreign.publish(
        printer, folder,
        #"{"system":{"sequence_id":"9","command":"ledctrl","led_node":"chamber_light","led_mode":"off","led_on_time":500,"led_off_time":500,"loop_times":0,"interval_time":0}}"#
      )
      #expect(await printer.wait { $0.count(of: "system.ledctrl") == 1 })
      let text = try await heard.text
      #expect(text.contains("mqtt message verify failed"))
      #expect(text.contains("3EC1AFFF9CFF"))
    }
  }

  @Test("Each broken way of writing is what it says")
  func styles() throws {
    let message: JSONValue = ["print": ["command": "push_status", "mc_percent": 5]]
    func bytes(_ style: PrinterFault.ReportStyle) -> [UInt8] { ReportStyler.bytes(message, style: style) }
    #expect(!bytes(.compact).contains(0x0A))
    #expect(bytes(.trailingNUL).last == 0)
    #expect(bytes(.invalidUTF8).contains(0xFF))
    #expect(String(decoding: bytes(.numbersAsText), as: UTF8.self).contains(#""mc_percent": "5""#))
    #expect(bytes(.huge).count > 10 << 20)
    #expect(throws: JSONError.self) { try JSONParser.parse(bytes(.notJSON), limits: .init(bytes: 1 << 20)) }
    #expect(throws: JSONError.self) { try JSONParser.parse(bytes(.deepNesting), limits: .init(bytes: 1 << 20)) }
  }
}

extension SimulatedPrinter {
  fileprivate func publish(_ text: String) { publish(Array(text.utf8)) }
}
