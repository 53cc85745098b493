import Link
import Logging
import Model
import Rules
import Store

/// The way of an item to its printer: the file, then the start.
extension QueueKeeper {
  /// Attempts that may break off before the start goes out.
  private static let attempts = 3
  /// Seconds before the next one, doubled each time.
  private static let pause = 30.0

  /// Writes down where the item goes, and sends it on its way.
  func depart(_ id: QueueItemID, to printer: PrinterID, _ plan: TrayPlan, now: Timestamp) async throws {
    guard let item = items.first(where: { $0.id == id }), let archive = item.wish.archiveID else { return }
    let file: PrintableFile
    do {
      file = try await source.file(of: archive)
    } catch {
      try await give(up: item, QueueEnding(.failed, error: Self.words(error)), now: now)
      return
    }
    let dispatch = QueueItemRecord.Dispatch(
      machine: printer, taskID: Int.random(in: 1...Int(Int32.max)), path: try UploadName.path(for: file),
      trays: plan.mapping, dispatchedAt: now)
    let departure: QueueRepository.Departure
    do {
      departure = try await repository.depart(id, dispatch, now: now)
    } catch QueueRepository.Refusal.notSo {
      return try await reload()
    }
    if let rest = departure.rest {
      take(rest)
      publish(rest)
    }
    take(departure.item)
    publish(departure.item)
    send(departure.item, file, usesAMS: plan.usesAMS)
  }

  /// Beside the steps, as it takes minutes.
  func send(_ item: QueueItemRecord, _ file: PrintableFile, usesAMS: Bool?) {
    // Owned by `errands`: `stop` and a cancelled item break it off.
    errands[item.id] = Task { [weak self] in
      await self?.run(item, file, usesAMS: usesAMS)
      await self?.errandOver(item.id)
    }
  }

  private func errandOver(_ id: QueueItemID) {
    errands[id] = nil
    wake()
  }

  private func run(_ item: QueueItemRecord, _ file: PrintableFile, usesAMS: Bool?) async {
    guard let dispatch = item.dispatch, let printer = dispatch.machine else { return }
    do {
      try await upload(file, dispatch.path, on: printer)
    } catch {
      // A stop leaves the item for the next start to judge; a person's word has been written down already.
      if !Task.isCancelled {
        await brokeOff(item.id, error)
      } else if !isStopping {
        await removeFile(dispatch.path, on: printer)
      }
      return
    }
    do {
      try await inTurn {
        try Task.checkCancellation()
        take(try await repository.sending(item.id, now: clock.now))
      }
    } catch {
      if !isStopping { await removeFile(dispatch.path, on: printer) }
      if !Task.isCancelled { await brokeOff(item.id, error) }
      return
    }
    var order = PrintOrder(path: dispatch.path, plate: item.wish.plate, mapping: dispatch.trays)
    order.options = QueueOptions(json: item.wish.optionsJSON).print
    order.options.usesAMS = usesAMS
    do {
      _ = try await fleet.startPrint(order, on: printer, taskID: dispatch.taskID)
      await signSeen(item.id)
    } catch {
      await refused(item.id, error)
    }
  }

  private func upload(_ file: PrintableFile, _ path: StoragePath, on printer: PrinterID) async throws {
    let storage = try await fleet.storage(of: printer)
    do throws(StorageError) { try await storage.upload(.file(file.path), to: path) } catch { throw error.fault }
    try Task.checkCancellation()
  }

  /// In a task of its own, since the one that asks may be cancelled.
  private func removeFile(_ path: StoragePath, on printer: PrinterID) async {
    let fleet = fleet
    await Task {
      // What cannot be removed is overwritten by the next item with this file.
      guard let storage = try? await fleet.storage(of: printer) else { return }
      try? await storage.delete(path)
    }.value
  }

  // MARK: How it went

  private func signSeen(_ id: QueueItemID) async {
    await step(id) { item in
      guard item.status == .dispatching else { return }
      take(try await repository.signSeen(id, now: clock.now))
    }
  }

  /// Nothing was sent: it is tried again, a few times.
  private func brokeOff(_ id: QueueItemID, _ error: any Error) async {
    await step(id) { item in
      guard item.status == .dispatching else { return }
      let words = Self.words(error)
      guard attendants[id] == nil, item.attempts + 1 < Self.attempts else {
        return try await give(up: item, QueueEnding(.failed, error: words), now: clock.now, fault: error)
      }
      let pause = Self.pause * Double(1 << item.attempts)
      let back = try await repository.back(
        id, retryAt: clock.now.adding(seconds: pause), error: words, countsAttempt: true, now: clock.now)
      take(back)
      publish(back)
    }
  }

  /// The start was refused, or nobody knows what became of it.
  private func refused(_ id: QueueItemID, _ error: any Error) async {
    guard !(error is CancellationError) else { return }
    let fault = error as? Fault
    // The printer may have got it: what it shows decides, or the time that it has.
    if fault?.code == .mqttError { return }
    await step(id) { item in
      guard item.status == .dispatching else { return }
      switch fault?.code {
      case .commandRefused where fault?.controlHint != nil, .printerOffline, .printerBusy, .conflict,
        .serviceUnavailable, .notFound, .ftpError:
        // Before anything went out.
        guard attendants[id] == nil else { break }
        let back = try await repository.back(
          id, retryAt: clock.now.adding(seconds: Self.pause), error: Self.words(error), countsAttempt: false,
          now: clock.now)
        take(back)
        publish(back)
        return
      default: break
      }
      try await give(up: item, QueueEnding(.failed, error: Self.words(error)), now: clock.now, fault: error)
    }
  }

  /// One step of an item that is still there; a disk that does not take it is told.
  private func step(_ id: QueueItemID, _ body: (QueueItemRecord) async throws -> Void) async {
    await inTurn {
      guard let item = items.first(where: { $0.id == id }) else { return }
      do { try await body(item) } catch {
        logger.error("a step of the queue could not be kept", metadata: ["item": "\(id)", "error": "\(error)"])
      }
    }
    wake()
  }

  /// Ends an item that has not been printed.
  func give(up item: QueueItemRecord, _ ending: QueueEnding, now: Timestamp, fault: (any Error)? = nil) async throws {
    let ended = try await repository.end(
      item.id, ending, from: [.pending, .dispatching], at: now, now: now)
    if ended.isUnproven { doubtful.append(ended) }
    take(ended)
    finishAttendance(
      item.id, .failure(fault ?? Fault(.conflict, ending.error ?? "The item was \(ending.status.rawValue).")))
    publish(ended)
    logger.notice(
      "An item of the queue did not start.",
      metadata: ["item": "\(item.id)", "status": "\(ending.status.rawValue)", "reason": "\(ending.error ?? "")"])
  }

  func finishAttendance(_ id: QueueItemID, _ outcome: Result<Int?, any Error>) {
    attendants.removeValue(forKey: id)?.resume(with: outcome)
  }

  static func words(_ error: any Error) -> String {
    switch error {
    case let fault as Fault: fault.message
    case let value as InvalidValue: "\(value.description)."
    default: "The service could not send it: \(error)"
    }
  }
}
