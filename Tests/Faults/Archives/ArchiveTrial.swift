import Glibc
import Model
import Simulator
import Store
import TestKit
import Wire

/// A service with archive and queue and three printers, which is killed and started again, and what must hold each time.
final class ArchiveTrial {
  /// Where a round is killed.
  private enum Moment: CaseIterable {
    /// After some answers, in the midst of whatever comes then.
    case answers
    /// When a printer gets a start.
    case dispatch
    /// When a printer has ended its print.
    case printEnd
  }

  /// Simulated seconds a second: a print takes a second.
  private static let speed = 3_000.0

  let ledger: ArchiveLedger
  let folder: TemporaryFolder
  private let simulation: Simulation
  private let port: Int
  private let configuration: String
  private let client: HTTPClient
  private let printers: [Int64]
  private var service: ServiceProcess
  /// The starts that printers got, by the names of their files.
  private var starts: [String: Set<String>] = [:]
  private var swept = 0
  /// Files of archive and of what was on its way, as the last kill has left them.
  private var left = 0
  private var ends: [String: Int] = [:]

  var figures: String {
    let ends = ends.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    return "\(ledger.figures); \(starts.count) items started, items: \(ends); \(swept) files swept after kills"
  }

  // MARK: Begin and end

  static func begin(seed: UInt64) async throws -> ArchiveTrial {
    let folder = try TemporaryFolder()
    let simulation = try await Simulation.start(
      folder: "\(folder.path)/simulator", printers: Array(repeating: .init(model: .p1s), count: 3), speed: speed)
    do {
      let lines = ["read", "write", "control"].map { "rate_limit.\($0) = 0\n" }
      let configuration = try folder.write(
        "[settings]\n\(lines.joined())queue.require_plate_clear = false\narchive.bin_days = 0\n", as: "trial.ini")
      let port = try ServiceProcess.freePort()
      let service = try await ServiceProcess.start(in: folder, port: port, arguments: ["--config", configuration])
      let client = try await service.client()
      var printers: [Int64] = []
      for printer in simulation.printers {
        let answer = try client.send("POST", "/api/v1/printers", json: Stage.entry(printer))
        guard case .int(let id)? = answer.json?["id"] else { throw TestKitError("not added: \(answer.text)") }
        printers.append(id)
      }
      return ArchiveTrial(
        ledger: ArchiveLedger(seed: seed), folder: folder, simulation: simulation, port: port,
        configuration: configuration, client: client, printers: printers, service: service)
    } catch {
      await simulation.stop()
      throw error
    }
  }

  private init(
    ledger: ArchiveLedger, folder: TemporaryFolder, simulation: Simulation, port: Int, configuration: String,
    client: HTTPClient, printers: [Int64], service: ServiceProcess
  ) {
    self.ledger = ledger
    self.folder = folder
    self.simulation = simulation
    self.port = port
    self.configuration = configuration
    self.client = client
    self.printers = printers
    self.service = service
  }

  func clearAway() async {
    service.process.signal(SIGKILL)
    _ = try? await service.process.wait()
    await simulation.stop()
  }

  // MARK: A round

  func play() async throws {
    try await expectNoOrphans()
    let (ledger, client, printers) = (ledger, client, printers)
    let writer = Task { await apart { while ledger.step(client, printers: printers) {} } }
    let target = ledger.answered + ledger.draw(2...12)
    let moment = Moment.allCases[ledger.draw(0...2)]
    try await eventually(within: 60, "the service answers; \(service.process.text.suffix(500))") {
      ledger.answered >= target ? true : nil
    }
    await come(moment)
    service.process.signal(SIGKILL)
    guard try await service.process.wait() == 128 + SIGKILL else { throw TestKitError("it ended by itself") }
    await writer.value
    noteStarts()
    left = things
    try ArchiveAudit(folder: folder, ledger: ledger).expectAcknowledged()
    service = try await ServiceProcess.start(in: folder, port: port, arguments: ["--config", configuration])
  }

  /// Waits for what the round is about; what does not come in time is left out.
  private func come(_ moment: Moment) async {
    ledger.count("kills at \(moment)")
    let before = simulation.printers.map { ($0.counters.count(of: "print.project_file"), $0.gcodeState) }
    switch moment {
    case .answers: return
    case .dispatch:
      _ = try? await eventually(within: 2, "a start") {
        zip(self.simulation.printers, before).contains { $0.counters.count(of: "print.project_file") != $1.0 }
          ? true : nil
      }
    case .printEnd:
      _ = try? await eventually(within: 2, "an end") {
        zip(self.simulation.printers, before).contains { $0.gcodeState == "FINISH" && $1.1 != "FINISH" } ? true : nil
      }
    }
  }

  private var things: Int {
    Archive.files(in: folder).count
      + ["transfers", "fetches"].reduce(0) { $0 + Archive.names(in: "\(folder.path)/data/\($1)").count }
  }

  private func noteStarts() {
    for (index, printer) in simulation.printers.enumerated() {
      for command in printer.counters.commands where command.name == "print.project_file" {
        let name = command.text.split { $0 == "/" || $0 == "\"" || $0 == "\\" }.first {
          $0.hasPrefix("Item") && $0.hasSuffix(".3mf")
        }
        guard let name else { continue }
        starts[String(name.prefix { $0 != "." && $0 != "-" }), default: []].insert("\(index) \(command.text)")
      }
    }
  }

  // MARK: The end

  /// What is under way comes to its end, and everything is where it belongs. What waits is left: after a start that
  /// nobody saw its printer gets no other for a while.
  func settle() async throws {
    _ = try client.send("POST", "/api/v1/queue/pause")
    let audit = ArchiveAudit(folder: folder, ledger: ledger)
    do {
      try await eventually(within: 120, "what is under way has its end") { try audit.openWork() == 0 ? true : nil }
    } catch {
      let queue = (try? client.get("/api/v1/queue").text.prefix(1_000)) ?? ""
      throw TestKitError("\(error); queue \(queue); log \(service.process.text.suffix(2_000))")
    }
    noteStarts()
    try await expectNoOrphans()
    guard try await service.stop() == 0 else { throw TestKitError("it did not stop well") }
    try audit.expectAcknowledged()
    ends = try audit.expectEnds(starts: starts)
  }

  /// After a start: every file has a row, every row a record, and nothing half done lies about.
  private func expectNoOrphans() async throws {
    let audit = ArchiveAudit(folder: folder, ledger: ledger)
    do {
      try await eventually(within: 30, "nothing is an orphan") { try audit.orphans().isEmpty ? true : nil }
    } catch {
      ledger.complain("orphans: \(try audit.orphans().prefix(3).joined(separator: ", "))")
    }
    swept += max(0, left - things)
    left = things
  }
}
