import Link
import Logging
import Model
import Rules
import Service
import Simulator
import Store
import TLS
import TestKit
import Loop

/// The part of the service that follows printers, put together as the service does, with times that a test can wait for.
struct Following {
  let fleet: Fleet
  let view: FleetView
  private let database: Database
  private let loop: PollLoop

  static func play(
    _ printer: PrinterSpecification, silence: Double = 90, timings: SessionTimings = .short,
    startPatience: Double = PrintStart.patience,
    _ body: (Following, SimulatedPrinter, PrinterID) async throws -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    let simulation = try await Simulation.start(folder: "\(folder.path)/simulator", printers: [printer])
    let following = try Following(
      folder: "\(folder.path)/data", silence: silence, timings: timings, startPatience: startPatience)
    do {
      let simulated = simulation.printers[0]
      let added = try await following.fleet.add(
        NewPrinter(
          name: simulated.name, host: try HostName("127.0.0.1"), serial: simulated.serial,
          accessCode: simulated.accessCode, mqttPort: simulated.mqttPort, ftpsPort: simulated.ftpsPort))
      try await body(following, simulated, added.identity.id)
      await following.stop()
      await simulation.stop()
    } catch {
      await following.stop()
      await simulation.stop()
      throw error
    }
  }

  private init(folder: String, silence: Double, timings: SessionTimings, startPatience: Double) throws {
    let prepared = try DataFolder.prepare(folder)
    database = try Database.open(prepared, role: .service(try prepared.lock()), now: SystemClock().now)
    loop = try PollLoop(name: "test")
    view = FleetView()
    var surroundings = PrinterSurroundings(
      loop: loop, authorities: TrustStore(), view: view, feed: EventFeed(), printers: PrinterRepository(database),
      prints: PrintRepository(database), printStarts: PrintStartRepository(database), transfers: TransferWorkers(),
      clock: SystemClock(),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    surroundings.timings = timings
    surroundings.silence = silence
    surroundings.startPatience = startPatience
    fleet = Fleet(surroundings: surroundings)
  }

  private func stop() async {
    await fleet.stop()
    try? await database.close()
    loop.shutdown()
  }

  /// The snapshot once the printer stands so.
  @discardableResult
  func waits(
    _ id: PrinterID, for state: PrinterState, _ problem: PrinterProblem? = nil
  ) async throws -> PrinterSnapshot {
    var last: PrinterSnapshot?
    do {
      return try await eventually(within: 15, "\(state) \(problem?.rawValue ?? "")") {
        last = view[id]
        return last?.state == state && last?.problem == problem ? last : nil
      }
    } catch {
      throw TestKitError("\(error); it is \(last?.state.rawValue ?? "gone") \(last?.problem?.rawValue ?? "")")
    }
  }
}

extension SessionTimings {
  /// Everything that takes seconds or minutes in the service takes tenths of them.
  static var short: SessionTimings {
    var timings = SessionTimings()
    timings.connect = .milliseconds(800)
    timings.housekeeping = .milliseconds(50)
    timings.backoff = .init(first: .milliseconds(50), most: .milliseconds(300), stableAfter: .seconds(1))
    timings.watchdog = .init(
      silence: .milliseconds(1500), coolDown: .milliseconds(500), firstData: .milliseconds(400),
      answer: .milliseconds(800))
    return timings
  }
}
