import Glibc
import Link
import Logging
import Loop
import Model
import Rules
import Service
import Simulator
import Store
import TLS
import TestKit
import Wire

/// The queue with printers before it, put together as the service does; the archive is a file on the disk.
final class QueueRig {
  let folder: TemporaryFolder
  let simulation: Simulation
  private(set) var house: House
  private(set) var ids: [PrinterID] = []
  let archive = ArchiveID(rawValue: 1)

  /// What a restart makes anew.
  struct House {
    let database: Database
    let loop: PollLoop
    let fleet: Fleet
    let view: FleetView
    let feed: EventFeed
    let keeper: QueueKeeper
  }

  var keeper: QueueKeeper { house.keeper }
  var printers: [SimulatedPrinter] { simulation.printers }

  static func play(
    _ models: [PrinterModel] = [.p1s], power: any PowerSource = NoPower(), settings: QueueSettings = QueueSettings(),
    _ body: (QueueRig) async throws -> Void
  ) async throws {
    let rig = try await QueueRig(models, power: power, settings: settings)
    do {
      try await rig.addPrinters()
      try await body(rig)
    } catch {
      await rig.clearAway()
      throw error
    }
    await rig.clearAway()
  }

  private let power: any PowerSource
  private let settings: QueueSettings

  private init(_ models: [PrinterModel], power: any PowerSource, settings: QueueSettings) async throws {
    folder = try TemporaryFolder()
    self.power = power
    self.settings = settings
    _ = try folder.write("PK" + String(repeating: "-", count: 400_000), as: "1a2b3c4d.3mf")
    simulation = try await Simulation.start(
      folder: "\(folder.path)/simulator", printers: models.map { PrinterSpecification(model: $0) }, speed: 400)
    house = try await Self.open(folder, power, settings)
    try await house.database.write { connection in
      try connection.execute(
        "INSERT INTO archives (id, name, filename, created_ms, updated_ms) VALUES (1, 'Box', 'Box.gcode.3mf', 0, 0)")
    }
  }

  private static func open(
    _ folder: TemporaryFolder, _ power: any PowerSource, _ settings: QueueSettings
  ) async throws -> House {
    let prepared = try DataFolder.prepare("\(folder.path)/data")
    let database = try Database.open(prepared, role: .service(try prepared.lock()), now: SystemClock().now)
    let loop = try PollLoop(name: "test")
    let (view, feed) = (FleetView(), EventFeed())
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let fleet = Fleet(
      surroundings: PrinterSurroundings(
        loop: loop, authorities: TrustStore(), view: view, feed: feed, printers: PrinterRepository(database),
        prints: PrintRepository(database), printStarts: PrintStartRepository(database), transfers: TransferWorkers(),
        clock: SystemClock(), logger: logger))
    try await fleet.load()
    let keeper = QueueKeeper(
      database: database, fleet: fleet, view: view, feed: feed, power: power,
      source: BoxOnDisk(path: "\(folder.path)/1a2b3c4d.3mf"), loop: loop, clock: SystemClock(),
      logger: logger
    ) { settings }
    try await keeper.start()
    await fleet.start()
    return House(database: database, loop: loop, fleet: fleet, view: view, feed: feed, keeper: keeper)
  }

  private func addPrinters() async throws {
    for printer in printers {
      let added = try await house.fleet.add(
        NewPrinter(
          name: printer.name, host: try HostName("127.0.0.1"), serial: printer.serial, accessCode: printer.accessCode,
          mqttPort: printer.mqttPort, ftpsPort: printer.ftpsPort))
      ids.append(added.identity.id)
      try await state(ids.count - 1, .idle)
    }
  }

  private func close() async {
    await house.keeper.stop()
    await house.fleet.stop()
    try? await house.database.close()
    house.loop.shutdown()
  }

  /// The service ends where it stands, and begins again on the same folder.
  func restart(after meanwhile: () async throws -> Void = {}) async throws {
    await close()
    try await meanwhile()
    house = try await Self.open(folder, power, settings)
  }

  private func clearAway() async {
    await close()
    await simulation.stop()
  }

  // MARK: What people do

  func add(_ change: (inout QueueRequest) -> Void = { _ in }) async throws -> QueueItemID {
    var request = QueueRequest(archiveID: archive)
    request.printerID = ids.first
    change(&request)
    return try await keeper.add(request, visible: nil).record.id
  }

  func clearPlate(_ index: Int = 0) async throws { try await house.fleet.setPlateCleared(true, on: ids[index]) }

  // MARK: What is seen

  func item(_ id: QueueItemID) async throws -> QueueItem { try await keeper.item(id, visible: nil) }

  @discardableResult
  func waits(_ id: QueueItemID, for status: QueueStatus, within seconds: Double = 20) async throws -> QueueItem {
    var last: QueueItem?
    do {
      return try await eventually(within: seconds, "item \(id) is \(status.rawValue)") {
        last = try await item(id)
        return last?.record.status == status ? last : nil
      }
    } catch {
      let shown = last.map { "\($0.record.status) \($0.gate?.name ?? "-") \($0.record.error ?? "-")" } ?? "gone"
      throw TestKitError("\(error); it is \(shown)")
    }
  }

  func waits(_ id: QueueItemID, atGate gate: String) async throws {
    var last: QueueItem?
    do {
      _ = try await eventually(within: 20, "item \(id) waits at \(gate)") { () async throws -> Bool? in
        last = try await item(id)
        return last?.gate?.name == gate ? true : nil
      }
    } catch {
      throw TestKitError("\(error); it waits at \(last?.gate?.name ?? "-"), \(last?.record.status.rawValue ?? "-")")
    }
  }

  func state(_ index: Int, _ state: PrinterState) async throws {
    _ = try await eventually(within: 40, "printer \(index) is \(state)") {
      house.view[ids[index]]?.state == state ? true : nil
    }
  }

  /// The numbers of the starts that a printer got.
  func starts(_ index: Int = 0) throws -> [String] {
    try printers[index].counters.commands.filter { $0.name == "print.project_file" }.map {
      try JSONParser.parse($0.text.utf8, limits: .init(bytes: 1 << 16))["print"]?["subtask_id"]?.string ?? "?"
    }
  }

  func isOnCard(_ name: String, _ index: Int = 0) -> Bool { access("\(printers[index].storage)/\(name)", F_OK) == 0 }
}

/// A sliced box that takes ten minutes.
private struct BoxOnDisk: PrintSource {
  let path: String

  func facts(of archive: ArchiveID, visible: Set<PrinterID>?) async throws -> PrintFileFacts {
    guard archive.rawValue == 1 else { throw Fault(.archiveNotFound, "There is no archive \(archive).") }
    var facts = PrintFileFacts(kind: .project)
    var plate = PrintPlate(index: 1)
    plate.hasGcode = true
    plate.seconds = 600
    facts.plates = [plate, PrintPlate(index: 2)]
    facts.printerModel = .p1s
    facts.nozzleDiameters = [0.4]
    return facts
  }

  func file(of archive: ArchiveID) async throws -> PrintableFile {
    PrintableFile(name: "Box.gcode.3mf", path: path, holder: path)
  }
}
