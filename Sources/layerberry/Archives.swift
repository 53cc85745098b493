import Logging
import Model
import PrintFile
import Service
import Store

/// The parts that have to do with the archive: its files, what completes records by itself, and what keeps it in bounds.
struct Archives: Sendable {
  let vault: FileVault
  private let archiver: PrintArchiver
  private let upkeep: ArchiveUpkeep

  init(
    fleet: Fleet, view: FleetView, feed: EventFeed, database: Database, vault: FileVault, settings: Settings,
    clock: any WallClock, makeLogger: (String) -> Logger
  ) {
    self.vault = vault
    let logger = makeLogger("archive")
    archiver = PrintArchiver(
      fleet: fleet, view: view, feed: feed, database: database, vault: vault, clock: clock, logger: logger,
      limit: { settings.uploadLimit }, fetches: { settings.archivesByItself },
      read: { try PrintFile.read(path: $0) })
    upkeep = ArchiveUpkeep(database: database, vault: vault, feed: feed, clock: clock, logger: logger) {
      settings.archiveBounds
    }
  }

  func emptyBin() async { await upkeep.emptyBin() }

  func start() async {
    await archiver.start()
    await upkeep.start()
  }

  func stop() async {
    await archiver.stop()
    await upkeep.stop()
  }
}
