package import Camera
package import Model
package import Rules
package import Store

/// What happens, as everybody who follows the service hears it: WebSocket, LEDs, archive, notifications.
package enum ServiceEvent: Sendable {
  /// How a printer stands now; newer ones replace older ones.
  case printerState(PrinterSnapshot)
  /// A step in the life of a print, with the printer as it stands after it and the print's record, which is on the disk.
  /// A printer's own runs have none in the archive, and a disk that failed kept none.
  case print(PrintEvent, PrinterSnapshot, ArchiveID?)
  /// A record of the archive as it is now: made, changed, closed, thrown into the bin or taken out of it.
  case archive(ArchiveRecord)
  case printerOffline(PrinterSnapshot, reason: String)
  /// New HMS entries or a print error.
  case printerError(PrinterSnapshot)
  /// A camera that somebody looks at gives pictures, or has ceased to.
  case camera(PrinterID, CameraChange)
  case printerAdded(PrinterSnapshot)
  case printerRemoved(PrinterID)
  /// Something has to be done to a printer.
  case maintenanceDue(PrinterSnapshot, MaintenanceRow)
  /// Something that people are notified of.
  case notification(NotificationNotice)
  /// Something that nobody asked for and people should know.
  case notice(ServiceNotice)
  /// An item of the queue, or its order, has changed.
  case queue(QueueChange)
  /// A request to pair, at every step.
  case pairing(PairingNotice)
  /// A smart plug stands otherwise than before.
  case plug(PlugStanding)
  /// A smart plug is no longer kept; it belonged to that printer.
  case plugRemoved(PlugID, PrinterID?)
  /// Something about the board's lights, relays or buttons is another than before.
  case board(BoardStanding)
}
