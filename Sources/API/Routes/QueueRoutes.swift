import Model
import Rules
package import Service
import Store
import Wire

/// `/queue` and all below, and printing an archive again (contract, section 5, "Queue").
package struct QueueRoutes: Sendable {
  private let queue: QueueKeeper
  private let view: FleetView

  package init(queue: QueueKeeper, view: FleetView) {
    self.queue = queue
    self.view = view
  }

  /// Ended items that a list shows by itself.
  private static let shownEnded = 50

  private static let number = Parameter<QueueItemID>.id(
    "id", "The item's number, as the queue gives it.", missing: .queueItemNotFound, noun: "queue item"
  ) { QueueItemID(rawValue: $0) }
  private static let archive = Parameter<ArchiveID>.id(
    "id", "The archive's number.", missing: .archiveNotFound, noun: "archive"
  ) { ArchiveID(rawValue: $0) }
  private static let printer = Parameter<Int>.integer(
    "printer_id", 1...Int64.max, "Only the items of this printer.", example: 1)
  private static let status = Parameter<QueueStatus>(
    name: "status", place: .query, schema: .choice(QueueStatus.allCases.map(\.rawValue)),
    note: "Only the items that stand so.", example: "pending"
  ) { (text) throws(Fault) in
    guard let status = QueueStatus(rawValue: text) else {
      let words = QueueStatus.allCases.map(\.rawValue).joined(separator: ", ")
      throw Fault(InvalidValue("status", "must be one of \(words)"))
    }
    return status
  }

  package var operations: [Operation] { reading + [add] + changing + ordering + running + [reprint] }

  private static let intake: [ErrorCode] = [.archiveNotFound, .printerNotFound, .conflict]

  private var reading: [Operation] {
    [
      Operation(
        .get, "/queue", id: "list_queue_items", topic: .queue, summary: "List the queue",
        details: """
          What is under way, what waits in its order, then what has ended, the last first: the last \(Self.shownEnded) of \
          these unless a limit is given.
          """, access: .permission(.read), rate: .read,
        parameters: [Self.printer.declared, Self.status.declared] + Page.parameters,
        answer: .list(of: QueueItemView.self)
      ) { call in
        let found = try await queue.list(
          .init(
            printer: try call.query(Self.printer).map { PrinterID(rawValue: Int64($0)) },
            status: try call.query(Self.status), visible: call.caller.printers))
        let page = try call.page()
        // Of what has ended, there are more to those who say how many they want.
        let items = call.namesItsLimit ? found.items[...] : found.items.prefix(found.live + Self.shownEnded)
        let part = items.dropFirst(page.offset).prefix(page.limit)
        return .list(part.map(QueueItemView.init), page: page, total: items.count)
      },
      .get(
        "/queue/{id}", id: "get_queue_item", topic: .queue, summary: "Get a queue item", access: .permission(.read),
        parameters: [Self.number.declared], errors: [.queueItemNotFound]
      ) { call in
        QueueItemView(item: try await queue.item(try call.path(Self.number), visible: call.caller.printers))
      },
    ]
  }

  private var add: Operation {
    .create(
      "/queue", id: "add_queue_item", topic: .queue, summary: "Add to the queue",
      details: """
        For a printer, or for any idle one of a model. Trays are chosen by material and colour when it starts, unless \
        ams_mapping names them.
        """, access: .permission(.queue), takes: AddToQueue.self, errors: Self.intake
    ) { call, input in
      let item = try await queue.add(input.request, visible: call.caller.printers)
      return (QueueItemView(item: item), item.record.id.rawValue)
    }
  }

  private var changing: [Operation] {
    [
      change(.patch, id: "update_queue_item"),
      change(.put, id: "replace_queue_item_fields"),
      .action(
        .delete, "/queue/{id}", id: "delete_queue_item", topic: .queue, summary: "Remove from the queue",
        details: "Refused while it is on its way to its printer or being printed: cancel it first.",
        access: .permission(.queue), rate: .write, parameters: [Self.number.declared],
        errors: [.queueItemNotFound, .conflict]
      ) { call in
        let id = try call.path(Self.number)
        try await queue.delete(id, visible: call.caller.printers)
        return DeletedView(id: id.rawValue)
      },
    ]
  }

  private func change(_ verb: Verb, id: String) -> Operation {
    .change(
      verb, "/queue/{id}", id: id, topic: .queue, summary: "Change an item that waits",
      details: "The fields that are sent change. A printer takes the place of a model, and the other way round.",
      access: .permission(.queue), rate: .write, parameters: [Self.number.declared], takes: ChangeQueueItem.self,
      errors: [.queueItemNotFound] + Self.intake
    ) { call, input in
      QueueItemView(
        item: try await queue.change(try call.path(Self.number), visible: call.caller.printers, input.change))
    }
  }

  private var ordering: [Operation] {
    [
      .change(
        .put, "/queue/{id}/reorder", id: "move_queue_item", topic: .queue, summary: "Move an item",
        access: .permission(.queue), rate: .write, parameters: [Self.number.declared], takes: MoveQueueItem.self,
        errors: [.queueItemNotFound, .conflict]
      ) { call, input in
        QueueItemView(
          item: try await queue.move(
            try call.path(Self.number), to: input.position, visible: call.caller.printers))
      },
      Operation(
        .post, "/queue/reorder", id: "reorder_queue", topic: .queue, summary: "Order several items",
        details: "Answers all that wait, in their new order.", access: .permission(.queue), rate: .write,
        body: BodyDeclaration(ReorderQueue.self), answer: .list(of: QueueItemView.self), errors: [.queueItemNotFound]
      ) { call in
        let input = try await call.body(as: ReorderQueue.self)
        let items = try await queue.order(input.order, visible: call.caller.printers)
        let page = Page()
        return .list(items.prefix(page.limit).map(QueueItemView.init), page: page, total: items.count)
      },
    ]
  }

  private var running: [Operation] {
    [
      .action(
        .post, "/queue/{id}/start", id: "start_queue_item", topic: .queue, summary: "Start an item before its time",
        details: "Lifts its time and nothing else: whatever else keeps it waiting is a 409 that names it.",
        access: .permission(.queue), rate: .write, parameters: [Self.number.declared],
        errors: [.queueItemNotFound, .conflict]
      ) { call in
        QueueItemView(item: try await queue.start(try call.path(Self.number), visible: call.caller.printers))
      },
      .change(
        .post, "/queue/{id}/cancel", id: "cancel_queue_item", topic: .queue, summary: "Cancel an item",
        details: """
          A file that is on its way is broken off and removed from the printer. What is being printed is stopped only with \
          stop_print.
          """, access: .permission(.queue), rate: .write, parameters: [Self.number.declared],
        mayTake: CancelQueueItem.self,
        errors: [.queueItemNotFound, .conflict, .printerOffline, .commandRefused, .mqttError]
      ) { call, input in
        QueueItemView(
          item: try await queue.cancel(
            try call.path(Self.number), stopsPrint: input?.stopsPrint ?? false, visible: call.caller.printers))
      },
      pause("pause", id: "pause_queue", "Pause the queue", isPaused: true),
      pause("resume", id: "resume_queue", "Resume the queue", isPaused: false),
    ]
  }

  private func pause(_ word: String, id: String, _ summary: String, isPaused: Bool) -> Operation {
    .change(
      .post, "/queue/\(word)", id: id, topic: .queue, summary: summary,
      details: """
        Of one printer, or without printer_id of all: then of all printers of a key that has only some. What is under way \
        goes on.
        """, access: .permission(.queue), rate: .write, mayTake: PauseQueue.self, errors: [.printerNotFound]
    ) { call, input in
      let visible = call.caller.printers
      if let id = input?.printer, !call.caller.sees(id) || view[id] == nil {
        throw Fault(.printerNotFound, "There is no printer \(id).")
      }
      var pauses = QueuePauses()
      let meant = input?.printer.map { [$0] } ?? visible?.filter { view[$0] != nil }.sorted()
      if let meant {
        for id in meant { pauses = try await queue.pause(id, isPaused) }
        if meant.isEmpty { pauses = await queue.pauses }
      } else {
        pauses = try await queue.pause(nil, isPaused)
      }
      return QueuePauseView(
        isWhole: pauses.isWhole, printers: pauses.printers.filter { call.caller.sees($0) }.sorted())
    }
  }

  private var reprint: Operation {
    Operation(
      .post, "/archives/{id}/reprint", id: "reprint_archive", topic: .queue, summary: "Print an archive again",
      details: "At the head of that printer's queue.", access: .permission(.queue), rate: .write,
      parameters: [Self.archive.declared], body: BodyDeclaration(ReprintArchive.self),
      answer: .value(QueueItemView.self, status: 201), errors: Self.intake
    ) { call in
      let input = try await call.body(as: ReprintArchive.self)
      var request = QueueRequest(archiveID: try call.path(Self.archive))
      input.change(&request)
      let item = try await queue.add(request, isFirst: true, visible: call.caller.printers)
      return .value(
        QueueItemView(item: item), status: 201, location: "\(apiBase)/queue/\(item.record.id)")
    }
  }
}
