package import Model
package import Rules
package import Store

/// An item as it is shown: what is kept of it, and how it stands just now.
package struct QueueItem: Sendable {
  package var record: QueueItemRecord
  /// From 0 among all that wait; nil for those that do not.
  package var position: Int?
  /// Why it waits; nil for what does not, and for what starts at once.
  package var gate: QueueGate?
  /// When it will probably be done.
  package var eta: Timestamp?

  package var options: QueueOptions { QueueOptions(json: record.wish.optionsJSON) }

  /// Whether it exists for somebody who may see these printers only; what has no printer is shared (contract, section 3).
  package func isSeen(by printers: Set<PrinterID>?) -> Bool {
    guard let printers, let printer = record.printer else { return true }
    return printers.contains(printer)
  }
}

/// What happens to the queue.
package enum QueueChange: Sendable {
  case item(QueueItem)
  case deleted(QueueItemID, PrinterID?)
  /// All that wait, in their new order, with the printer of each.
  case order([(id: QueueItemID, printer: PrinterID?)])
}

extension QueueItemRecord {
  var demand: PrintDemand { PrintDemand(json: wish.demandJSON) }

  /// The item as the scheduler weighs it; nil for one that is for no printer and no model any more.
  var entry: QueueEntry? {
    let target: QueueEntry.Target
    if let printer = wish.printerID {
      target = .printer(printer)
    } else if let model = wish.model {
      target = .model(model, among: wish.among.map(Set.init))
    } else {
      return nil
    }
    let options = QueueOptions(json: wish.optionsJSON)
    return QueueEntry(
      id: id, target: target, scheduledTime: wish.scheduledTime, copies: wish.copies, mapping: wish.mapping,
      usesAMS: options.print.usesAMS, ignoresMismatch: options.ignoresMismatch, demand: demand,
      retry: retryAt.map { QueueEntry.Retry(at: $0, reason: error ?? "The last attempt broke off.") })
  }

  /// What is waited for once the start has gone out.
  var course: DispatchCourse? {
    dispatch.map { dispatch in
      DispatchCourse(
        taskID: demand.isPlainGcode ? nil : String(dispatch.taskID), path: dispatch.path, sentAt: dispatch.sentAt,
        signAt: dispatch.signAt)
    }
  }
}
