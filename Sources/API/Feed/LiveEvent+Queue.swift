import HTTPServer
import Model
import Service
import Store
import Wire

/// `queue_update`: an item, one that is gone, or the order of those that wait (contract, section 6).
extension LiveEvent {
  init(_ change: QueueChange) {
    switch change {
    case .item(let item):
      self.init(.queueUpdate, item.record.printer) { json in
        json.beginObject()
        json.key("item")
        QueueItemView(item: item).write(to: &json)
        json.endObject()
      }
    case .deleted(let id, let printer):
      self.init(.queueUpdate, printer) { json in
        json.beginObject()
        json.key("deleted")
        json.write(id.rawValue)
        json.endObject()
      }
    case .order(let order):
      self.init(order: order.map(\.id))
      // The items of other printers do not exist for a key of some.
      narrowed = { printers in
        let seen = order.filter { $0.printer.map(printers.contains) ?? true }
        return LiveEvent(order: seen.map(\.id)).payload
      }
    }
  }

  private init(order: [QueueItemID]) {
    self.init(.queueUpdate, nil) { json in
      json.beginObject()
      json.key("order")
      order.map(\.rawValue).write(to: &json)
      json.endObject()
    }
  }
}
