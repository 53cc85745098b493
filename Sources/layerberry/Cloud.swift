import API
import Logging
import Loop
import Model
import Reach
import Service
import Store

/// The maker's cloud: its client, and the desk that keeps the account.
struct Cloud: Sendable {
  let desk: CloudDesk
  private let line: CloudLine
  private let threads: ReachThreads

  /// Requests to the cloud at once: a file on its way, and a question beside it.
  private static let requests = 3

  init(
    fleet: Fleet, database: Database, vault: FileVault, view: FleetView, feed: EventFeed, settings: Settings,
    clock: any WallClock,
    logger: Logger, rule: @escaping @Sendable () -> AddressRule
  ) {
    threads = ReachThreads(name: "cloud", limit: Self.requests)
    let client = CloudClient(web: WebClient(threads: threads, rule: rule)) { clock.now }
    let desk = CloudDesk(
      surroundings: CloudSurroundings(
        client: client, database: database, vault: vault, view: view, feed: feed, clock: clock, logger: logger
      ) { settings.cloudPlace })
    self.desk = desk
    line = CloudLine(desk: desk, fleet: fleet, logger: logger, rule: rule)
    // Owned by nobody: it ends as soon as the desk has looked whether the cloud is still the same.
    settings.follow { _ in Task { await desk.heedSettings() } }
  }

  var operations: [Operation] { CloudRoutes(desk: desk).operations }

  func start() async throws {
    try await desk.start()
    await line.start()
  }

  func stop() async {
    threads.shutdown()
    await line.stop()
    await desk.stop()
  }
}
