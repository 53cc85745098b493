import Model
import Rules
import Service
import Store
import Wire
import Wire

extension QueueStatus: WireChoice {}

/// An item of the queue (contract, section 5).
package struct QueueItemView: WireObject {
  let item: QueueItem

  package static let name = "QueueItem"
  package static let fields: [ObjectField<QueueItemView>] = [
    ObjectField("id", "The item's number.", example: 17) { $0.item.record.id.rawValue },
    ObjectField("archive_id", "What is printed; null once the archive is gone.", example: 42) {
      $0.item.record.wish.archiveID?.rawValue
    },
    ObjectField("printer_id", "Its printer; null for one that waits for any of its model.", example: 1) {
      $0.item.record.printer?.rawValue
    },
    ObjectField("model", "The model, where any printer of it will do.", example: "X1 Carbon") {
      $0.item.record.wish.model?.displayName
    },
    ObjectField("status", "How it stands.", example: "pending") { $0.item.record.status },
    ObjectField("position", "From 0 among all that wait; null for those that do not.", example: 0) { $0.item.position },
    ObjectField("scheduled_time", "It does not start before; null is as soon as it can.") {
      $0.item.record.wish.scheduledTime
    },
    ObjectField("plate", "The plate of the file, from 1.", example: 1) { $0.item.record.wish.plate },
    ObjectField("copies", "How many prints are still to be made of it. Each becomes an item of its own.", example: 1) {
      $0.item.record.wish.copies
    },
    ObjectField("copy_of", "The item of which this is one of several copies, or null.", example: .null) {
      $0.item.record.copyOf?.rawValue
    },
    ObjectField(
      "ams_mapping", "The tray of each filament; null as long as it is chosen by material and colour.",
      example: [0, -1, 5]
    ) { $0.mapping },
    ObjectField("options", "What was chosen for the print.") { QueueOptionsView(options: $0.item.options) },
    ObjectField("auto_power_off", "Its printer is switched off when the print is over and it has cooled down.") {
      $0.item.record.wish.autoPowerOff
    },
    ObjectField(
      "gate", "Why it waits, in a word; null for what does not.",
      schema: .nullable(.choice(QueueGate.names)), example: "plate_not_cleared"
    ) { $0.item.gate?.name },
    ObjectField("gate_message", "Why it waits, in a sentence.", example: "Printer 1 has a job.") {
      $0.item.gate?.sentence
    },
    ObjectField("eta", "When it will probably be done; null where nobody knows.") { $0.item.eta },
    ObjectField("print_archive_id", "The record of its print, once there is one.", example: 57) {
      $0.item.record.printArchiveID?.rawValue
    },
    ObjectField("started_at", "When the print began.") { $0.item.record.startedAt },
    ObjectField("completed_at", "When it ended, however it did.") { $0.item.record.completedAt },
    ObjectField("error", "Why it failed or is tried again, or null.", example: .null) { $0.item.record.error },
    ObjectField("created_at", "When it was added.") { $0.item.record.createdAt },
    ObjectField("updated_at", "When it was changed last.") { $0.item.record.updatedAt },
  ]

  private var mapping: [Int]? {
    if let mapping = item.record.wish.mapping { return mapping }
    guard let trays = item.record.dispatch?.trays, !trays.isEmpty else { return nil }
    return trays.map { $0 < FilamentSource.firstExternal ? $0 : -1 }
  }
}

/// The choices of an item; null is what the printer does by itself.
package struct QueueOptionsView: WireObject {
  let options: QueueOptions

  package static let name = "QueueOptions"
  package static let fields: [ObjectField<QueueOptionsView>] = [
    ObjectField("bed_leveling", "Levels the bed first.", example: true) { $0.options.print.bedLeveling },
    ObjectField("flow_cali", "Calibrates the flow first.", example: .null) { $0.options.print.flowCalibration },
    ObjectField("vibration_cali", "Calibrates vibrations first.", example: .null) {
      $0.options.print.vibrationCalibration
    },
    ObjectField("layer_inspect", "Looks at the first layer.", example: .null) { $0.options.print.layerInspection },
    ObjectField("timelapse", "The printer films it.", example: false) { $0.options.print.timelapse },
    ObjectField("use_ams", "Filament comes from the AMS.", example: .null) { $0.options.print.usesAMS },
    ObjectField("bed_type", "The plate that lies on the bed.", example: "textured_plate") { $0.options.print.bedType },
    ObjectField("ignore_mismatch", "A nozzle of another diameter is no hindrance.", example: false) {
      $0.options.ignoresMismatch
    },
  ]
}

/// Which queues are paused.
package struct QueuePauseView: WireObject {
  let isWhole: Bool
  let printers: [PrinterID]

  package static let name = "QueuePause"
  package static let fields: [ObjectField<QueuePauseView>] = [
    ObjectField("paused", "The whole queue is paused.") { $0.isWhole },
    ObjectField("printer_ids", "Printers whose queues are paused.", example: [2]) { $0.printers.map(\.rawValue) },
  ]
}
