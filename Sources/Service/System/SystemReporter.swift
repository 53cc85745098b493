package import Logging
package import Model
package import Store
import Synchronization

/// Answers `/health` and `/system/info`.
package final class SystemReporter: Sendable {
  private let database: Database
  private let view: FleetView
  private let clock: SystemClock
  private let version: String
  private let libraries: [(name: String, version: String)]
  private let startedAt = KernelFigures.monotonicSeconds()
  private let stopping = Atomic(false)
  private let logger: Logger

  package init(
    database: Database, view: FleetView, clock: SystemClock, version: String,
    libraries: [(name: String, version: String)], logger: Logger
  ) {
    self.database = database
    self.view = view
    self.clock = clock
    self.version = version
    self.libraries = libraries
    self.logger = logger
  }

  /// From here on the service calls itself unwell, so that nobody sends it new work.
  package func stop() { stopping.store(true, ordering: .relaxed) }

  package func health() async -> Health {
    let enabled = view.all.filter(\.identity.isEnabled)
    let connected = enabled.count { $0.isConnected }
    let printers: Health.Printers =
      connected == enabled.count ? .connected : connected == 0 ? .disconnected : .degraded
    return Health(
      isDatabaseWell: await isDatabaseWell(), isStopping: stopping.load(ordering: .relaxed), printers: printers)
  }

  /// - Parameter sees: which printers there are for whoever asks.
  package func info(sees: (PrinterID) -> Bool) async -> SystemInfo {
    let printers = printers(sees: sees)
    return SystemInfo(
      version: version, uptime: Int(KernelFigures.monotonicSeconds() - startedAt), time: clock.now,
      isClockSet: clock.isSet, archives: await archives(of: printers.map(\.identity.id)),
      databaseBytes: database.folder.databaseBytes,
      memory: KernelFigures.memory(), disk: KernelFigures.disk(at: database.folder.path),
      processors: KernelFigures.processors(), load: KernelFigures.load(),
      processorSeconds: KernelFigures.processorSeconds(), libraries: libraries, printers: printers.count,
      connectedPrinters: printers.count { $0.isConnected })
  }

  func printers(sees: (PrinterID) -> Bool) -> [PrinterSnapshot] { view.all.filter { sees($0.identity.id) } }

  /// Those that exist for whoever sees these printers.
  private func archives(of printers: [PrinterID]) async -> Int {
    var filter = ArchiveFilter()
    if printers.count < view.all.count { filter.visible = printers.sorted() }
    return (try? await ArchiveRepository(database).count(filter)) ?? 0
  }

  private func isDatabaseWell() async -> Bool {
    do {
      try await database.probe()
      return true
    } catch {
      logger.error("the database does not answer", metadata: ["error": "\(error)"])
      return false
    }
  }
}
