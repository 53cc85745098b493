package import Model
package import Store

/// What somebody wants printed, before anybody has looked at the file or the printer.
package struct QueueRequest: Hashable, Sendable {
  package var archiveID: ArchiveID
  package var printerID: PrinterID?
  package var model: PrinterModel?
  package var scheduledTime: Timestamp?
  /// 1-based; nil is the first that can be printed.
  package var plate: Int?
  package var copies = 1
  package var mapping: [Int]?
  package var options = QueueOptions()
  package var autoPowerOff = false

  package init(archiveID: ArchiveID) { self.archiveID = archiveID }

  /// What an item wants, to be changed.
  package init?(_ wish: QueueWish) {
    guard let archiveID = wish.archiveID else { return nil }
    self.archiveID = archiveID
    printerID = wish.printerID
    model = wish.model
    scheduledTime = wish.scheduledTime
    plate = wish.plate
    copies = wish.copies
    mapping = wish.mapping
    options = QueueOptions(json: wish.optionsJSON)
    autoPowerOff = wish.autoPowerOff
  }
}
