import API
import Logging
import Model
import Service
import Store

/// The parts that make backups and restore them.
struct Backups: Sendable {
  private let desk: BackupDesk
  private let restoring: RestoreDesk
  let operations: [Operation]

  /// - Parameter isRestored: this start has put a restored state in its place.
  init(
    folder: DataFolder, isRestored: Bool, vault: FileVault, spool: Spool, settings: Settings,
    interruption: Interruption, clock: any WallClock, logger: Logger
  ) {
    desk = BackupDesk(
      maker: BackupMaker(
        folder: folder, vault: vault, version: Version.text, secretSettings: SettingName.secrets),
      shelf: BackupShelf(folder), clock: clock,
      logger: logger
    ) { (settings.number(.backupDays), settings.number(.backupKept)) }
    restoring = RestoreDesk(
      folder: folder, isRestored: isRestored, clock: clock, logger: logger,
      objection: { try await interruption.check("Restoring") }, restart: { Restart.request() })
    operations = BackupRoutes(backups: desk, restoring: restoring, spool: spool, settings: settings).operations
  }

  func start() async { await desk.start() }

  /// The service runs with what is there: what a restoring replaced goes.
  func prove() async { await restoring.prove() }

  func stop() async {
    await restoring.stop()
    await desk.stop()
  }
}
