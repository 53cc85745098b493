import Model
import Rules
import Store
import Wire

extension Occasion {
  /// A step of a print that was written down and of which nobody was told, from its record.
  init?(owed step: Telling.Step, of record: ArchiveRecord) {
    let at = (step == .begun ? record.startedAt : record.endedAt) ?? record.updatedAt
    let status: String
    switch (step, record.status) {
    case (.begun, _):
      self.init(.printStarted, .info, printer: record.printerID, named: record.printerName, at: at)
      status = "started"
    case (.ended, .success?):
      self.init(.printComplete, .success, printer: record.printerID, named: record.printerName, at: at)
      status = "success"
    case (.ended, .stopped?):
      self.init(.printFailed, .warning, printer: record.printerID, named: record.printerName, at: at)
      status = "stopped"
    case (.ended, .failed?):
      self.init(.printFailed, .error, printer: record.printerID, named: record.printerName, at: at)
      status = "failed"
    case (.ended, _): return nil
    }
    telling = .print(record.id, step)
    if step == .ended { photo = record.id }
    let duration = step == .ended ? record.duration : nil
    let error = step == .ended ? record.error : nil
    values[.filename] = record.filename ?? ""
    values[.taskName] = record.name
    values[.duration] = duration.map { Self.spoken(seconds: $0) } ?? "an unknown time"
    values[.status] = status
    values[.error] = error ?? ""
    data["archive_id"] = .int(record.id.rawValue)
    data["filename"] = record.filename.map { .string($0) } ?? .null
    data["task_name"] = .string(record.name)
    data["duration"] = duration.map { .int(Int64($0)) } ?? .null
    data["status"] = .string(status)
    data["error"] = error.map { .string($0) } ?? .null
  }

  /// An item of the queue that stands otherwise than before.
  static func queue(_ item: QueueItem, printer: PrinterIdentity?, at now: Timestamp) -> Occasion {
    let record = item.record
    let level: NotificationLevel
    switch record.status {
    case .completed: level = .success
    case .failed: level = .error
    case .skipped, .cancelled: level = .warning
    case .pending, .dispatching, .printing: level = .info
    }
    var made = Occasion(.queueUpdate, level, printer: record.printer, named: printer?.name, at: now)
    made.itemArchive = record.wish.archiveID
    made.values[.status] = record.status.rawValue
    made.data["item"] = [
      "id": .int(record.id.rawValue), "status": .string(record.status.rawValue),
      "archive_id": record.wish.archiveID.map { .int($0.rawValue) } ?? .null,
      "printer_id": record.printer.map { .int($0.rawValue) } ?? .null,
      "model": record.wish.model.map { .string($0.rawValue) } ?? .null,
      "position": item.position.map { .int(Int64($0)) } ?? .null, "plate": .int(Int64(record.wish.plate)),
      "copies": .int(Int64(record.wish.copies)), "error": record.error.map { .string($0) } ?? .null,
    ]
    return made
  }

  /// An item of the queue would start, were the plate free.
  static func plate(_ printer: PrinterIdentity, item: QueueItemID, at now: Timestamp) -> Occasion {
    var made = Occasion(.plateNotCleared, .warning, printer: printer, at: now)
    made.data["queue_item_id"] = .int(item.rawValue)
    return made
  }

  static func notice(_ notice: ServiceNotice, printer: PrinterIdentity?, at now: Timestamp) -> Occasion {
    let level: NotificationLevel
    switch notice.level {
    case .info: level = .info
    case .warning: level = .warning
    case .error: level = .error
    }
    var made = Occasion(.serviceNotice, level, printer: notice.printer, named: printer?.name, at: now)
    made.values[.item] = notice.title
    made.values[.reason] = notice.message
    made.data["event"] = .string(notice.event)
    made.data["title"] = .string(notice.title)
    made.data["message"] = .string(notice.message)
    made.data["level"] = .string(notice.level.rawValue)
    return made
  }
}
