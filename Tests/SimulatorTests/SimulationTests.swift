import Foundation
import Model
import Testing
import Wire

@testable import Simulator

private let fixtures: String? = ProcessInfo.processInfo.environment["LAYERBERRY_FIXTURES"]

@Suite("A simulation", .enabled(if: Foreign.hasClients, "needs mosquitto and its clients"))
struct SimulationTests {
  @Test("Thirty-two printers start in one process, each with its own port and serial number")
  func many() async throws {
    let models = PrinterModel.allCases
    let printers = (0..<32).map { PrinterSpecification(model: models[$0 % models.count]) }
    try await withSimulation(printers) { simulation, folder in
      #expect(Set(simulation.printers.map(\.mqttPort)).count == 32)
      #expect(Set(simulation.printers.map(\.serial)).count == 32)
      let last = simulation.printers[31]
      async let heard = Foreign.subscribe(last, folder, count: 1)
      #expect(await last.wait { $0.subscriptionsEver == 1 })
      last.publish(["print": ["command": "push_status", "msg": 0]])
      let result = try await heard
      #expect(result.status == 0)
    }
  }

  @Test("Keys stay in the folder, so that fingerprints are the same after a restart")
  func stableKeys() async throws {
    let folder = try TemporaryFolder()
    var roots: [[UInt8]] = []
    var keys: [[UInt8]?] = []
    for _ in 0..<2 {
      let simulation = try await Simulation.start(folder: folder.path, printers: [.init(model: .p1s)])
      roots.append(simulation.rootCertificate)
      keys.append(Files.read("\(folder.path)/certificates/\(simulation.printers[0].serial).key"))
      await simulation.stop()
    }
    #expect(roots[0] == roots[1])
    #expect(keys[0] != nil && keys[0] == keys[1])
  }

  @Test("After its stop nothing answers any more, and calls return")
  func stopped() async throws {
    let folder = try TemporaryFolder()
    let simulation = try await Simulation.start(folder: folder.path, printers: [.init(model: .p1s)])
    await simulation.stop()
    simulation.printers[0].pause()
    #expect(simulation.printers[0].publish([0x7B]) == nil)
    #expect(simulation.command("list").hasPrefix("error"))
  }

  @Test("Control lines say what they did or what was wrong")
  func control() async throws {
    try await withSimulation([.init(model: .p1s), .init(model: .h2d)]) { simulation, _ in
      #expect(simulation.command("list").split(separator: "\n").count == 2)
      #expect(simulation.command("print 1 Bracket 10 5").contains("PREPARE 0% layer 0/10 Bracket"))
      #expect(simulation.command("fault 2 silent").hasPrefix("2 "))
      let wrong = ["fault 3 silent", "fault 1 nothing", "dance 1", "pause", "speed 0", "certificate 1 x", "fail 1 zz"]
      for line in wrong { #expect(simulation.command(line).hasPrefix("error: "), "\(line)") }
      #expect(simulation.command("help").contains("puback-delay"))
    }
  }

  @Test(
    "A recording answers as recorded, delta by delta",
    .enabled(if: fixtures != nil, "LAYERBERRY_FIXTURES names the folder of recorded reports"))
  func replay() async throws {
    let file = try #require(fixtures) + "/h2d-running-deltas.json"
    try await withSimulation([.replay(file)]) { simulation, folder in
      let printer = simulation.printers[0]
      #expect(printer.model == .h2d && printer.serial.text == "09400A3C0500909")
      async let heard = Foreign.subscribe(printer, folder, count: 3)
      #expect(await printer.wait { $0.subscriptionsEver == 1 })
      try await Foreign.publish(printer, folder, #"{"info":{"sequence_id":"77","command":"get_version"}}"#)
      try await Foreign.publish(printer, folder, #"{"pushing":{"sequence_id":"78","command":"pushall"}}"#)
      #expect(await printer.wait { $0.commandsEver == 2 })
      #expect(printer.nextDelta() == "push_old_door_closed")
      let text = try await heard.text
      #expect(text.contains(#""sequence_id": "77""#))
      #expect(text.contains("Desk Sign Letters_plate_1"))
      #expect(text.hasSuffix("}\n\n"))
    }
  }
}
