import Glibc
import Model
import Simulator
import Store
import TestKit
import Wire

/// Two printers, a service that is killed and started again, and what it has said so far.
final class PrintTrial {
  private enum Fault: CaseIterable { case kill, links, broker }

  /// Slow enough that a print outlasts a fault, and so fast that it is over in a second.
  private static let slow = 30.0
  private static let fast = 3_000.0
  /// Seconds for whatever the service has to do. Generous: what hangs is found all the same, what is slow is no fault.
  private static let patience = 90.0

  let told = Told()
  private(set) var prints: [RanPrint] = []
  private(set) var counts: [String: Int] = [:]
  var chance: Chance
  private let simulation: Simulation
  private var service: ServiceProcess
  private let folder: TemporaryFolder
  private let client: HTTPClient
  private var numbers: [Int64] = []
  private var fault: Fault?

  var figures: String { counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ") }

  static func begin(seed: UInt64) async throws -> PrintTrial {
    let folder = try TemporaryFolder()
    let simulation = try await Simulation.start(
      folder: "\(folder.path)/simulator", printers: [.init(model: .p1s), .init(model: .x1c)], speed: slow)
    do {
      let service = try await ServiceProcess.start(in: folder)
      let trial = PrintTrial(
        seed: seed, folder: folder, simulation: simulation, service: service, client: try await service.client())
      for printer in simulation.printers { try trial.add(printer) }
      try await trial.listen()
      return trial
    } catch {
      await simulation.stop()
      throw error
    }
  }

  private init(
    seed: UInt64, folder: TemporaryFolder, simulation: Simulation, service: ServiceProcess, client: HTTPClient
  ) {
    chance = Chance(state: seed)
    self.folder = folder
    self.simulation = simulation
    self.service = service
    self.client = client
  }

  private func add(_ printer: SimulatedPrinter) throws {
    let answer = try client.send("POST", "/api/v1/printers", json: Stage.entry(printer))
    guard answer.status == 201, case .int(let id)? = answer.json?["id"] else {
      throw TestKitError("not added: \(answer.status) \(answer.text)")
    }
    numbers.append(id)
  }

  // MARK: A round

  func play(_ ordeal: Ordeal) async throws {
    counts["\(ordeal)", default: 0] += 1
    switch ordeal {
    case .undisturbed:
      try await connected()
      let before = told.all
      start(ordeal)
      try await standStill()
      try await shown()
      try await finish()
      try await endsTold(before: before)
    case .seenAtBothEnds:
      try await connected()
      start(ordeal)
      try await standStill()
      try await shown()
      simulation.setSpeed(Self.slow)
      try await goOut()
      try await standStill()
      try await comeBack()
      try await shown()
      try await finish()
    case .endsUnseen:
      try await connected()
      start(ordeal)
      try await standStill()
      try await shown()
      try await goOut()
      try await finish()
      try await comeBack()
    case .beginsUnseen:
      try await goOut()
      start(ordeal)
      try await standStill()
      try await comeBack()
      try await shown()
      try await finish()
    case .unseen:
      try await goOut()
      start(ordeal)
      try await finish()
      try await comeBack()
    case .anywhere, .anywhereTwice:
      if Bool.random(using: &chance) { try await connected() }
      simulation.setSpeed(Double.random(in: 100...Self.fast, using: &chance))
      start(ordeal)
      for _ in 0..<(ordeal == .anywhere ? 1 : 2) {
        await reports(Int.random(in: 0...6, using: &chance))
        try await goOut()
        await reports(Int.random(in: 0...4, using: &chance))
        try await comeBack()
      }
      try await finish()
    }
    simulation.setSpeed(Self.slow)
  }

  private var running: Range<Int> { max(0, prints.count - 2)..<prints.count }

  private func start(_ ordeal: Ordeal) {
    // The same file again in every third round.
    let again = prints.count >= 2 && Int.random(in: 0..<3, using: &chance) == 0
    let minutes = Double.random(in: 20...60, using: &chance)
    for (index, printer) in simulation.printers.enumerated() {
      let id = String(700_000 + prints.count)
      let name = again ? prints[prints.count - 2].name : "Print \(id)"
      let ending: RanPrint.Ending =
        Int.random(in: 0..<3, using: &chance) > 0 ? .success : .allCases.randomElement(using: &chance) ?? .success
      prints.append(RanPrint(id: id, printer: index, name: name, ordeal: ordeal, ending: ending))
      printer.startPrint(name: name, layers: 40, minutes: minutes, id: id)
    }
    if again { counts["same file again", default: 0] += 1 }
  }

  /// The machines stop where they are, in their preparation or past it, and go on reporting: how long the service takes
  /// to see them is this machine's affair, and must not decide whether it can.
  private func standStill() async throws {
    if Bool.random(using: &chance) {
      for index in running {
        guard await simulation.printers[prints[index].printer].wait(30, forState: "RUNNING") else {
          throw TestKitError("print \(prints[index].id) never ran")
        }
      }
    }
    simulation.setSpeed(0)
  }

  /// Both printers come to the end that was drawn for them.
  private func finish() async throws {
    for index in running {
      let printer = simulation.printers[prints[index].printer]
      switch prints[index].ending {
      case .success: break
      case .failed: printer.fail(code: 0x0300_4006)
      case .stopped: printer.cancel(order: .allCases.randomElement(using: &chance) ?? .together)
      }
    }
    // Only now: else a print could come to its end before the one that was drawn for it.
    simulation.setSpeed(Self.fast)
    for index in running {
      let printer = simulation.printers[prints[index].printer]
      try await eventually(within: Self.patience, "print \(prints[index].id) ends") {
        ["PREPARE", "RUNNING", "PAUSE"].contains(printer.gcodeState) ? nil : true
      }
    }
  }

  /// Some more reports of the first printer, or the end of its print.
  private func reports(_ count: Int) async {
    let target = simulation.printers[0].counters.reports + count
    _ = await simulation.printers[0].wait(3) { $0.reports >= target }
  }

  // MARK: The service's side

  private func goOut() async throws {
    let fault = Fault.allCases.randomElement(using: &chance) ?? .kill
    self.fault = fault
    counts["\(fault)", default: 0] += 1
    switch fault {
    case .kill:
      service.process.signal(SIGKILL)
      _ = try await service.process.wait()
    case .links:
      for printer in simulation.printers {
        printer.inject(.refuseConnections)
        printer.inject(.dropAll)
      }
    case .broker: simulation.stopBroker()
    }
  }

  private func comeBack() async throws {
    switch fault {
    case .kill:
      service = try await ServiceProcess.start(in: folder, port: service.port)
      try await listen()
      fault = nil
      return
    case .links: for printer in simulation.printers { printer.clearFaults() }
    case .broker: try simulation.startBroker()
    case nil: return
    }
    fault = nil
    // A person's way to try at once, whatever the back-off says.
    for number in numbers {
      for what in ["disconnect", "connect"] {
        let answer = try client.send("POST", "/api/v1/printers/\(number)/\(what)")
        guard answer.status == 200 else { throw TestKitError("\(what): \(answer.status) \(answer.text)") }
      }
    }
  }

  private func connected() async throws {
    for number in numbers {
      try await awaited("printer \(number) is connected", of: number) {
        try self.client.get("/api/v1/printers/\(number)").json?["connected"] == true ? true : nil
      }
    }
  }

  /// The service follows both prints, and has written that down.
  private func shown() async throws {
    for index in running {
      let print = prints[index]
      let number = numbers[print.printer]
      try await awaited("print \(print.id) is followed", of: number) {
        let status = try self.client.get("/api/v1/printers/\(number)/status").json
        guard status?["current_print"]?["task_name"]?.string == print.name else { return Bool?.none }
        return try self.isKept(print.id) ? true : nil
      }
      prints[index].wasShown = true
    }
  }

  /// Waits, and when it is in vain says how the printer stood and what the service wrote last.
  private func awaited(_ what: String, of number: Int64, _ look: () throws -> Bool?) async throws {
    do {
      try await eventually(within: Self.patience, what, look)
    } catch let error as TestKitError {
      let status = (try? client.get("/api/v1/printers/\(number)/status").text) ?? "none"
      let machines = simulation.printers.map(\.gcodeState).joined(separator: ", ")
      throw TestKitError(
        "\(error); machines \(machines); status \(status.prefix(400)); log \(service.process.text.suffix(2_000))")
    }
  }

  private func endsTold(before: [ToldPrint]) async throws {
    for index in running {
      let print = prints[index]
      let tale = ToldPrint(name: print.name, status: print.ending.rawValue)
      let most = before.count { $0 == tale }
      // By its number: one of the same name may have ended late.
      try await eventually(within: Self.patience, "print \(print.id) has its end on disk") {
        try self.isKept(print.id, ended: true) ? true : nil
      }
      try await eventually(
        within: Self.patience,
        "the end of print \(print.id) is told as \(print.ending.rawValue); it was told as \(told.tales(of: print.name))"
      ) {
        self.told.count(tale) > most ? true : nil
      }
    }
  }

  /// Nothing is being followed any more; then the service stops.
  func settle() async throws {
    try await connected()
    try await eventually(within: Self.patience, "every record has its end") {
      try self.records().allSatisfy { $0.endedAt != nil } ? true : nil
    }
    _ = try await service.stop()
  }

  func clearAway() async {
    service.process.signal(SIGKILL)
    await simulation.stop()
  }

  private func listen() async throws { try await told.listen(port: service.port, key: client.key ?? "") }

  // MARK: The database

  private func isKept(_ id: String, ended: Bool = false) throws -> Bool {
    let found = try connection().row("SELECT ended_ms FROM archives WHERE subtask_id = ?", [.text(id)]) {
      (row) throws(SQLiteError) in try row.optionalInteger("ended_ms") != nil
    }
    return found.map { $0 || !ended } ?? false
  }

  func records() throws -> [KeptPrint] {
    try connection().rows("SELECT * FROM archives ORDER BY id") { (row) throws(SQLiteError) in
      KeptPrint(
        id: try row.optionalText("subtask_id"), name: try row.optionalText("task_name"),
        startedAt: try row.optionalInteger("started_ms"), followedAt: try row.integer("created_ms"),
        endedAt: try row.optionalInteger("ended_ms"), outcome: try row.optionalText("status"))
    }
  }

  private func connection() throws -> Store.Connection {
    try Store.Connection(path: "\(folder.path)/data/layerberry.db", access: .reader)
  }
}
