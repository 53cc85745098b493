import API
import Logging
import Model
import Service
import Store

/// The parts that have to do with the archive: records and their files, photos, projects, sums, filaments.
struct Archiving: Sendable {
  let keeper: ArchiveKeeper
  let operations: [Operation]

  init(
    database: Database, vault: FileVault, spool: Spool, feed: EventFeed, bounds: Archives,
    settings: Settings, clock: any WallClock, makeLogger: (String) -> Logger
  ) {
    let repository = ArchiveRepository(database)
    keeper = ArchiveKeeper(
      repository: repository, vault: vault, feed: feed, clock: clock, logger: makeLogger("archives")
    ) { await bounds.emptyBin() }
    let archives = ArchiveRoutes(
      keeper: keeper, files: ArchiveFiles(keeper: keeper, spool: spool), settings: settings)
    let album = ArchivePhotos(
      repository: PhotoRepository(database), vault: vault, spool: spool, clock: clock)
    let exchange = ArchiveExchange(repository: repository, spool: spool, clock: clock)
    operations =
      archives.operations + PhotoRoutes(archives: archives, photos: album).operations
      + ExchangeRoutes(exchange: exchange, settings: settings).operations
      + ProjectRoutes(projects: ProjectRepository(database), clock: clock).operations
      + StatisticsRoutes(
        statistics: Statistics(database: database, spool: spool, clock: clock), settings: settings
      ).operations
      + FilamentShelfRoutes(shelf: FilamentRepository(database), clock: clock).operations
  }

  func start() { keeper.start() }
  func stop() { keeper.stop() }
}
