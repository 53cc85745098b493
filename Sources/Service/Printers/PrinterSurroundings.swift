package import Link
package import Logging
package import Model
import Rules
package import Store
package import TLS
package import Loop

/// What every printer's keeper needs of the rest of the house.
package struct PrinterSurroundings: Sendable {
  package var loop: PollLoop
  package var authorities: TrustStore
  package var view: FleetView
  package var feed: EventFeed
  package var printers: PrinterRepository
  package var prints: PrintRepository
  package var printStarts: PrintStartRepository
  package var transfers: TransferWorkers
  package var clock: any WallClock
  package var logger: Logger
  /// The times of every session; the defaults are what the service runs with, tests shorten them.
  package var timings = SessionTimings()
  /// Seconds without a report that make a printer offline.
  package var silence = PrinterPresence.silence
  /// Seconds that a start has until it must show.
  package var startPatience = PrintStart.patience
  /// The objects (`identify_id`) of the job on a printer; nil where its file has not been read.
  package var jobObjects: @Sendable (PrinterID) async -> Set<Int>? = { _ in nil }

  /// Refuses what may not be an external camera: the service's own address, and the like.
  package var checkCamera: @Sendable (ExternalCameraAddress) throws(InvalidValue) -> Void = {
    (_) throws(InvalidValue) in
  }

  package init(
    loop: PollLoop, authorities: TrustStore, view: FleetView, feed: EventFeed, printers: PrinterRepository,
    prints: PrintRepository, printStarts: PrintStartRepository, transfers: TransferWorkers, clock: any WallClock,
    logger: Logger
  ) {
    self.loop = loop
    self.authorities = authorities
    self.view = view
    self.feed = feed
    self.printers = printers
    self.prints = prints
    self.printStarts = printStarts
    self.transfers = transfers
    self.clock = clock
    self.logger = logger
  }

  func logger(for printer: PrinterRecord) -> Logger {
    var logger = logger
    logger[metadataKey: "printer"] = "\(printer.id)"
    logger[metadataKey: "serial"] = "\(printer.serial)"
    return logger
  }
}
