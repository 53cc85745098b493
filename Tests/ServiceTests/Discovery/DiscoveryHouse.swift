import Link
import Logging
import Model
import Simulator
import Store
import TLS
import TestKit
import Wire

@testable import Service
import Loop

/// The printers' part of the service, with a real database, in one process with the simulator.
struct DiscoveryHouse: Sendable {
  let folder: TemporaryFolder
  let loop: PollLoop
  let fleet: Fleet
  let view: FleetView
  let discovery: Discovery
  let printers: PrinterRepository
  private let database: Database

  /// - Parameter settings: ports of the kernel's choice when nothing else is said.
  static func run(
    trusting root: [UInt8]? = nil, settings: PrinterDiscovery.Settings? = nil,
    _ body: (DiscoveryHouse) async throws -> Void
  ) async throws {
    let house = try DiscoveryHouse(trusting: root, settings: settings)
    await house.fleet.start()
    await house.discovery.start()
    do {
      try await body(house)
    } catch {
      await house.stop()
      throw error
    }
    await house.stop()
  }

  private init(trusting root: [UInt8]?, settings: PrinterDiscovery.Settings?) throws {
    folder = try TemporaryFolder()
    let data = try DataFolder.prepare("\(folder.path)/data")
    if let root { try folder.write(String(decoding: root, as: UTF8.self), as: "root.pem") }
    let clock = SystemClock()
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    database = try Database.open(data, role: .service(try data.lock()), now: clock.now)
    loop = try PollLoop(name: "test")
    view = FleetView()
    printers = PrinterRepository(database)
    let feed = EventFeed()
    fleet = Fleet(
      surroundings: PrinterSurroundings(
        loop: loop, authorities: try TrustStore(folder: folder.path), view: view, feed: feed, printers: printers,
        prints: PrintRepository(database), printStarts: PrintStartRepository(database), transfers: TransferWorkers(),
        clock: clock, logger: logger))
    var standard = PrinterDiscovery.Settings()
    standard.ports = [0]
    standard.searchPorts = []
    discovery = Discovery(
      loop: loop, fleet: fleet, view: view, feed: feed, clock: clock, logger: logger, settings: settings ?? standard)
  }

  private func stop() async {
    await discovery.stop()
    await fleet.stop()
    try? await database.close()
    loop.shutdown()
  }

  /// Adds a printer at this address.
  func add(_ printer: SimulatedPrinter, at host: String = "127.0.0.1", isEnabled: Bool = true) async throws -> PrinterID
  {
    let entry = NewPrinter(
      name: printer.name, host: try HostName(host), serial: printer.serial, accessCode: printer.accessCode,
      mqttPort: printer.mqttPort, isEnabled: isEnabled)
    return try await fleet.add(entry).identity.id
  }

  /// Waits until the printer stands so.
  func waits(for id: PrinterID, _ what: String, _ fits: (PrinterSnapshot) -> Bool) async throws {
    _ = try await eventually(within: 15, what) { () -> Bool? in view[id].map(fits) == true ? true : nil }
  }

  /// Where announcements are to be sent.
  func announcements(every seconds: Double = 0.2) async -> DiscoverySettings {
    var settings = DiscoverySettings()
    settings.destination = "127.0.0.1"
    settings.port = await discovery.ports.first ?? 0
    settings.seconds = seconds
    return settings
  }

  /// What the book has of this printer, once it has something.
  func heard(of serial: SerialNumber) async throws -> DiscoveredPrinter {
    try await eventually(within: 10, "\(serial) is heard") {
      await discovery.printers.first { $0.announcement.serial == serial }
    }
  }
}

/// Runs a simulation for the length of a test.
func withSimulation(
  _ printers: [PrinterSpecification], _ body: (Simulation) async throws -> Void
) async throws {
  let folder = try TemporaryFolder()
  let simulation = try await Simulation.start(folder: "\(folder.path)/simulator", printers: printers)
  do {
    try await body(simulation)
  } catch {
    await simulation.stop()
    throw error
  }
  await simulation.stop()
}
