package import Model

/// Why an item does not start now.
package enum QueueGate: Hashable, Sendable {
  /// Its time has not come.
  case scheduled(Timestamp)
  /// It has a time, and the clock is not set.
  case clockUnset
  case queuePaused
  case printerPaused(PrinterID)
  /// No printer of its model is there, or none that it may go to.
  case noPrinter(PrinterModel?)
  /// An earlier item is to print there first.
  case behind(QueueItemID)
  /// The file was sliced for another machine.
  case incompatible(String)
  case printerBusy(PrinterID)
  case controlRefused(PrinterID)
  case plateNotCleared(PrinterID)
  /// A start went out and has not been seen: the printer may still obey.
  case startOpen(PrinterID, until: Timestamp)
  /// Its plug is being switched on.
  case poweringOn(PrinterID)
  /// Its plug cannot be switched on.
  case powerFailed(PrinterID, String, until: Timestamp)
  /// Its plug is on, and the printer has not come up yet.
  case bootingUp(PrinterID, until: Timestamp)
  /// Nobody follows it: disconnected by a person.
  case printerDisconnected(PrinterID)
  case printerOffline(PrinterID, PrinterState)
  case filamentMissing(PrinterID, String)
  /// The last attempt broke off before the start was sent.
  case retrying(Timestamp, String)

  /// What programs know it by.
  package var name: String {
    switch self {
    case .scheduled: "scheduled"
    case .clockUnset: "clock_unset"
    case .queuePaused: "queue_paused"
    case .printerPaused: "printer_paused"
    case .noPrinter: "no_printer"
    case .behind: "behind"
    case .incompatible: "incompatible"
    case .printerBusy: "printer_busy"
    case .controlRefused: "control_refused"
    case .plateNotCleared: "plate_not_cleared"
    case .startOpen: "start_open"
    case .poweringOn: "powering_on"
    case .powerFailed: "power_failed"
    case .bootingUp: "booting_up"
    case .printerDisconnected: "printer_disconnected"
    case .printerOffline: "printer_offline"
    case .filamentMissing: "filament_missing"
    case .retrying: "retrying"
    }
  }

  package static let names = [
    "scheduled", "clock_unset", "queue_paused", "printer_paused", "no_printer", "behind", "incompatible",
    "printer_busy",
    "control_refused", "plate_not_cleared", "start_open", "powering_on", "power_failed", "booting_up",
    "printer_disconnected", "printer_offline", "filament_missing", "retrying",
  ]

  /// What a person can do about it, or what it waits for.
  package var sentence: String {
    switch self {
    case .scheduled(let time): "It is due at \(time)."
    case .clockUnset: "It is due at a set time, and the clock of the service is not set yet."
    case .queuePaused: "The queue is paused. Resume it."
    case .printerPaused(let id): "The queue of printer \(id) is paused. Resume it."
    case .noPrinter(let model?): "There is no printer of the model \(model.displayName) that it may go to."
    case .noPrinter(nil): "Its printer is gone."
    case .behind(let item): "Item \(item) comes first."
    case .incompatible(let reason), .filamentMissing(_, let reason): reason
    case .printerBusy(let id): "Printer \(id) has a job."
    case .controlRefused(let id): "Printer \(id) takes no commands from this service. \(ControlStanding.hint)"
    case .plateNotCleared(let id): "The plate of printer \(id) is not known to be free. Say so when it is."
    case .startOpen(let id, _): "A start was sent to printer \(id), and it has not shown what became of it."
    case .poweringOn(let id): "The plug of printer \(id) is being switched on."
    case .powerFailed(let id, let reason, _): "The plug of printer \(id) could not be switched on: \(reason)"
    case .bootingUp(let id, _): "The plug of printer \(id) is on; the printer has not come up yet."
    case .printerDisconnected(let id): "Printer \(id) is disconnected here. Connect it."
    case .printerOffline(let id, .unknown): "Printer \(id) has not said yet how it stands."
    case .printerOffline(let id, .error): "Printer \(id) refuses the connection; its status says why."
    case .printerOffline(let id, _): "Printer \(id) is offline."
    case .retrying(let time, let reason): "\(reason) It is tried again at \(time)."
    }
  }

  /// When it may open by itself.
  package var opensAt: Timestamp? {
    switch self {
    case .scheduled(let time), .startOpen(_, let time), .powerFailed(_, _, let time), .bootingUp(_, let time),
      .retrying(let time, _):
      time
    default: nil
    }
  }

  /// The nearer to a start, the smaller: what is told of an item that any of several printers could take.
  var rank: Int {
    switch self {
    case .startOpen: 0
    case .bootingUp: 1
    case .poweringOn: 2
    case .behind: 3
    case .printerBusy: 4
    case .plateNotCleared: 5
    case .filamentMissing: 6
    case .powerFailed: 7
    case .printerOffline: 8
    case .controlRefused: 9
    case .printerPaused: 10
    case .printerDisconnected: 11
    case .incompatible: 12
    default: 13
    }
  }
}
