import API
import Board
import Logging
import Loop
import Model
import Reach
import Service
import Store

/// The smart plugs: relays of the board, and what is reached over the network.
struct Plugs: Sendable {
  let desk: PlugDesk
  private let threads: ReachThreads

  /// Requests to plugs at once: one that hangs must not hold up the others.
  private static let requests = 4

  init(
    fleet: Fleet, feed: EventFeed, database: Database, settings: Settings, clock: any WallClock, bank: any RelayBank,
    rule: @escaping @Sendable () -> AddressRule, logger: Logger
  ) {
    threads = ReachThreads(name: "plugs", limit: Self.requests)
    let client = WebClient(threads: threads, rule: rule)
    desk = PlugDesk(
      fleet: fleet, feed: feed, database: database, clock: clock, logger: logger,
      workshop: PlugDrivers(bank: bank, client: client, rule: rule), energyPrice: { settings.energyPrice }
    ) { settings.safeTemperature }
  }

  var operations: [Operation] { PlugRoutes(desk: desk).operations }

  func start() async throws { try await desk.start() }

  func stop() async {
    await desk.stop()
    threads.shutdown()
  }
}
