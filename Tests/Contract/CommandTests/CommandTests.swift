import Model
import Simulator
import Testing
import TestKit
import Wire

/// Every command on every model, seen by a subscriber of the broker that is not ours.
@Suite("Commands reach printers as the protocol sheet writes them", .enabled(if: CommandRig.isPossible))
struct CommandTests {
  static let families: [[PrinterModel]] = [.x1, .p1, .a1, [.p2s, .x2d], .h2]

  @Test("no model is left out")
  func everyModelIsInAFamily() {
    #expect(Set(Self.families.joined()) == Set(PrinterModel.allCases))
  }

  @Test("every command on every model", .timeLimit(.minutes(10)), arguments: families)
  func everyCommandOnEveryModel(family: [PrinterModel]) async throws {
    let rig = try await CommandRig.start(family)
    for index in rig.printers.indices {
      try await run(FilamentTable.rows + MachineTable.rows + JobTable.deviceRows, on: index, of: rig)
    }
    for (index, printer) in rig.printers.enumerated() {
      printer.startPrint(name: "Bracket", layers: 200, minutes: 6000)
      try await rig.wait(index, "it prints") { $0["state"]?.string == "printing" }
    }
    for (index, printer) in rig.printers.enumerated() {
      printer.runOut()
      try await rig.wait(index, "it is paused") { $0["state"]?.string == "paused" }
      try await run(JobTable.rowsAfterFault + JobTable.rows, on: index, of: rig)
      printer.startPrint(name: "Hinge", layers: 200, minutes: 6000)
      try await rig.wait(index, "it prints") { $0["state"]?.string == "printing" }
      printer.fail(code: 0x0300_8008)
      try await rig.wait(index, "it has failed") {
        $0["print_error"]?.string == "0300_8008" && $0["state"]?.string == "failed"
      }
      try await run(JobTable.rowsAfterFailure, on: index, of: rig)
      let counters = printer.counters
      #expect(counters.complaints.isEmpty, "\(printer.model.rawValue): \(counters.complaints)")
      #expect(counters.commandsAtMostOnce == 0, "commands go out with QoS 1")
    }
    try await rig.stop()
  }

  private func run(_ rows: [CommandRow], on index: Int, of rig: CommandRig) async throws {
    let model = rig.printers[index].model
    for row in rows {
      let name = "\(model.rawValue) \(row.path) \(row.body.map { "\($0)" } ?? "")"
      let before = rig.commands(index).count
      let answer = try await rig.post(index, row.path, row.body)
      guard let messages = row.messages(for: model) else {
        #expect(answer.status == 400, "\(name): \(answer.text)")
        let fields = answer.json?["errors"]?.array?.compactMap { $0["field"]?.string } ?? []
        #expect(fields == [row.missingField ?? ""], "\(name): \(answer.text)")
        #expect(rig.commands(index).count == before, "\(name): nothing may be sent")
        continue
      }
      #expect(answer.status == 200, "\(name): \(answer.text)")
      #expect(answer.json == ["result": "acknowledged"], "\(name)")
      guard answer.status == 200 else { continue }
      let sent = try await rig.commands(index, count: before + messages.count).dropFirst(before)
      let wanted = try messages.map { try JSONParser.parse($0.utf8, limits: .init(bytes: 1 << 16)) }
      #expect(sent.map(\.withoutNumber) == wanted, "\(name)")
      let numbers = sent.compactMap { $0.object?.values.first?["sequence_id"]?.string }.compactMap { Int($0) }
      #expect(Set(numbers).count == messages.count, "\(name): each message has a number of its own")
      if let then = row.then { try await rig.wait(index, "\(row.path) shows") { then.shows(in: $0) } }
    }
  }
}

extension CommandRow.Then {
  fileprivate func shows(in status: JSONValue) -> Bool {
    switch self {
    case .state(let word): return status["state"]?.string == word
    case .loaded(let isLoaded): return (status["active_tray"] ?? .null) != .null ? isLoaded : !isLoaded
    case .error(let isThere): return (status["print_error"] ?? .null) != .null ? isThere : !isThere
    case .drying(let unit, let isOn):
      // Only the units that dry have a time to show.
      guard let found = status["ams"]?.array?.first(where: { $0["id"] == .int(unit) }),
        case .int(let time)? = found["dry_minutes"]
      else { return true }
      return (time > 0) == isOn
    }
  }
}
