package import Model

/// What a person wants printed: what can be changed for as long as the item waits.
package struct QueueWish: Hashable, Sendable {
  /// nil once the archive is gone; an item that waits always has one.
  package var archiveID: ArchiveID?
  package var printerID: PrinterID?
  /// Any printer of this model, where no printer is chosen.
  package var model: PrinterModel?
  /// The printers of the key that queued it for a model; nil is all of them.
  package var among: [PrinterID]?
  package var scheduledTime: Timestamp?
  /// 1-based.
  package var plate: Int
  /// Prints that are still to be made.
  package var copies: Int
  /// A tray for each filament; nil is by material and colour.
  package var mapping: [Int]?
  package var optionsJSON: String
  package var autoPowerOff: Bool
  /// What the plate asks of a printer, as it was read from the file.
  package var demandJSON: String

  package init(
    archiveID: ArchiveID, printerID: PrinterID? = nil, model: PrinterModel? = nil, among: [PrinterID]? = nil,
    scheduledTime: Timestamp? = nil, plate: Int = 1, copies: Int = 1, mapping: [Int]? = nil, optionsJSON: String = "{}",
    autoPowerOff: Bool = false, demandJSON: String = "{}"
  ) {
    self.archiveID = archiveID
    self.printerID = printerID
    self.model = model
    self.among = among
    self.scheduledTime = scheduledTime
    self.plate = plate
    self.copies = copies
    self.mapping = mapping
    self.optionsJSON = optionsJSON
    self.autoPowerOff = autoPowerOff
    self.demandJSON = demandJSON
  }
}

/// An item of the queue as it is kept.
package struct QueueItemRecord: Hashable, Sendable {
  package var id: QueueItemID
  package var wish: QueueWish
  package var status: QueueStatus
  /// Its place among those that wait: the smaller comes first, and of equal ones the smaller number.
  package var rank: Int64
  /// The item of which this is one of several copies.
  package var copyOf: QueueItemID?
  /// Attempts that broke off before the start was sent.
  package var attempts: Int
  package var retryAt: Timestamp?
  /// The way to the printer, once there is one.
  package var dispatch: Dispatch?
  package var startedAt: Timestamp?
  package var completedAt: Timestamp?
  /// It failed without anybody knowing whether the printer obeyed.
  package var isUnproven: Bool
  /// Its printer's plug is to be switched off when it has cooled down.
  package var isCooling: Bool
  /// The record of its print.
  package var printArchiveID: ArchiveID?
  package var error: String?
  package var createdAt: Timestamp
  package var updatedAt: Timestamp

  /// The printer that prints it, or printed it last.
  package var printer: PrinterID? { dispatch?.machine ?? wish.printerID }

  /// Written down before the first byte goes out.
  package struct Dispatch: Hashable, Sendable {
    /// nil once the printer is deleted.
    package var machine: PrinterID?
    /// The number of the start; nobody else uses it.
    package var taskID: Int
    /// Where the file lies on the printer.
    package var path: StoragePath
    /// The trays that were chosen.
    package var trays: [Int]
    package var dispatchedAt: Timestamp
    /// When the start was about to be sent.
    package var sentAt: Timestamp?
    /// When the printer first showed something of it.
    package var signAt: Timestamp?

    package init(machine: PrinterID, taskID: Int, path: StoragePath, trays: [Int], dispatchedAt: Timestamp) {
      self.machine = machine
      self.taskID = taskID
      self.path = path
      self.trays = trays
      self.dispatchedAt = dispatchedAt
    }
  }
}

/// How an item ended.
package struct QueueEnding: Hashable, Sendable {
  package var status: QueueStatus
  package var error: String?
  package var isUnproven: Bool
  package var isCooling: Bool

  package init(_ status: QueueStatus, error: String? = nil, isUnproven: Bool = false, isCooling: Bool = false) {
    self.status = status
    self.error = error
    self.isUnproven = isUnproven
    self.isCooling = isCooling
  }
}

/// Which queues are paused.
package struct QueuePauses: Hashable, Sendable {
  package var isWhole: Bool
  package var printers: Set<PrinterID>

  package init(isWhole: Bool = false, printers: Set<PrinterID> = []) {
    self.isWhole = isWhole
    self.printers = printers
  }
}
