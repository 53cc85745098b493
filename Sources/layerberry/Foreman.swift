import API
import Logging
import Loop
import Model
import Service
import Store

/// The queue, with what it prints from and what feeds its printers.
struct Foreman: Sendable {
  let keeper: QueueKeeper
  private let view: FleetView

  init(
    fleet: Fleet, view: FleetView, feed: EventFeed, database: Database, vault: FileVault, power: any PowerSource,
    loop: PollLoop,
    settings: Settings, clock: any WallClock, logger: Logger
  ) {
    self.view = view
    keeper = QueueKeeper(
      database: database, fleet: fleet, view: view, feed: feed, power: power,
      source: ArchivedPrints(database: database, vault: vault), loop: loop, clock: clock,
      logger: logger
    ) { settings.queue }
    settings.follow { [keeper] _ in keeper.wake() }
  }

  var operations: [Operation] { QueueRoutes(queue: keeper, view: view).operations }

  func start() async throws { try await keeper.start() }

  func stop() async { await keeper.stop() }
}
