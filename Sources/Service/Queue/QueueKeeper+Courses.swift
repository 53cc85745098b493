import Logging
import Model
import Rules
import Store

/// What becomes of the items that are under way, from what their printers show and what the archive has of their prints.
extension QueueKeeper {
  /// - Returns: when a start that shows nothing is given up.
  func followCourses(now: Timestamp) async throws -> Timestamp? {
    var next: Timestamp?
    let underWay = items.filter(\.status.isUnderWay)
    if !underWay.isEmpty {
      let prints = try await repository.prints()
      for item in underWay {
        guard let moment = try await follow(item, print: prints[item.id], now: now) else { continue }
        next = min(next ?? moment, moment)
      }
    }
    try await followDoubtful(now: now)
    return next
  }

  private func follow(
    _ item: QueueItemRecord, print: QueueRepository.PrintStanding?, now: Timestamp
  ) async throws -> Timestamp? {
    guard let course = item.course, let id = item.dispatch?.machine, let printer = view[id] else { return nil }
    if let shown = printer.print, course.isMeant(by: shown) {
      resumed.remove(item.id)
      if item.status == .dispatching { try await begin(item, since: shown.startedAt ?? now, now: now) }
      // Its record is written just after it is seen.
      if print == nil, item.demand.isPlainGcode { try await repository.link(item.id) }
      return nil
    }
    if let print {
      // Its record is there: whoever follows the print writes its end.
      guard let outcome = print.outcome else { return nil }
      resumed.remove(item.id)
      try await finish(item, outcome, error: print.error, at: print.endedAt ?? now, now: now)
      return nil
    }
    // A print whose record could not be written is judged as after a restart.
    let hasNoRecord = item.status == .printing && !printer.state.isBusy
    if resumed.contains(item.id) || hasNoRecord { return try await judge(item, course, printer, now: now) }
    guard item.status == .dispatching else { return nil }
    switch course.verdict(at: now) {
    case .unproven(let sentence):
      // Its errand is over by then, but for a printer that answers in the last moment.
      guard errands[item.id] == nil || course.signAt != nil else { return nil }
      try await give(
        up: item, QueueEnding(.failed, error: sentence, isUnproven: true), now: now,
        fault: Fault(.mqttError, sentence, status: 504))
      return nil
    case .wait(let until): return until
    case .printing, .completed, .failed: return nil
    }
  }

  /// It was under way when the service ended.
  private func judge(
    _ item: QueueItemRecord, _ course: DispatchCourse, _ printer: PrinterSnapshot, now: Timestamp
  ) async throws -> Timestamp? {
    guard let report = printer.report else { return nil }
    switch course.verdict(after: report) {
    case .wait: return nil
    case .printing:
      if item.status == .dispatching { try await begin(item, since: now, now: now) }
    case .completed: try await finish(item, unseen: .finished, QueueEnding(.completed), on: printer, now: now)
    case .failed(let sentence):
      let code = report.job.failReason ?? report.printError
      try await finish(
        item, unseen: .failed(code: code, hms: []), QueueEnding(.failed, error: sentence), on: printer, now: now)
    case .unproven(let sentence):
      if item.status == .dispatching {
        try await give(up: item, QueueEnding(.failed, error: sentence, isUnproven: true), now: now)
      } else {
        let words = "Nobody saw the end of the print, and the printer shows nothing of it."
        try await finish(item, .failed, error: words, at: now, now: now)
      }
    }
    resumed.remove(item.id)
    return nil
  }

  private func begin(_ item: QueueItemRecord, since: Timestamp, now: Timestamp) async throws {
    let printing = try await repository.printing(item.id, since: since, now: now)
    doubtful.removeAll { $0.id == item.id }
    take(printing)
    finishAttendance(item.id, .success(item.demand.isPlainGcode ? nil : item.dispatch?.taskID))
    publish(printing)
  }

  private func finish(
    _ item: QueueItemRecord, _ outcome: PrintEnding.Outcome, error: String?, at end: Timestamp, now: Timestamp
  ) async throws {
    let status: QueueStatus =
      switch outcome {
      case .success: .completed
      case .stopped: .cancelled
      case .failed, .unknown: .failed
      }
    let ending = QueueEnding(status, error: error, isCooling: item.wish.autoPowerOff)
    takeEnded(try await repository.end(item.id, ending, from: [.dispatching, .printing], at: end, now: now))
  }

  /// The whole print went by while the service did not run, or could not write: the printer shows that it is over. Everybody
  /// is told now, and it has its record.
  private func finish(
    _ item: QueueItemRecord, unseen outcome: PrintEnd.Outcome, _ ending: QueueEnding, on printer: PrinterSnapshot,
    now: Timestamp
  ) async throws {
    var ending = ending
    ending.isCooling = item.wish.autoPowerOff
    var print = TrackedPrint(followedSince: item.dispatch?.sentAt ?? now)
    print.subtaskID = item.dispatch.map { String($0.taskID) }
    print.taskName = printer.report?.job.taskName
    print.file = printer.report?.job.file
    print.totalLayers = printer.report?.job.totalLayers
    print.isOurs = true
    let end = PrintEnd(print: print, outcome: outcome, endedAt: now, isTimeKnown: false)
    let record = TrackedPrintRecord(printer.identity.id, print, state: printer.state, now: now)
    let (ended, made) = try await repository.end(item.id, ending, unseen: record, PrintEnding(end))
    takeEnded(ended)
    if let made { feed.publish(.print(.ended(end), printer, made)) }
  }

  private func takeEnded(_ ended: QueueItemRecord) {
    if ended.isCooling {
      cooling.removeAll { $0.dispatch?.machine == ended.dispatch?.machine }
      cooling.append(ended)
    }
    take(ended)
    let taskID = ended.demand.isPlainGcode ? nil : ended.dispatch?.taskID
    finishAttendance(ended.id, .success(taskID))
    publish(ended)
  }

  /// A printer that obeys late: what was given up is on the machine after all, what was cancelled is stopped.
  private func followDoubtful(now: Timestamp) async throws {
    for item in doubtful {
      guard let id = item.dispatch?.machine, let printer = view[id], let course = item.course else { continue }
      guard let shown = printer.print, course.isMeant(by: shown), printer.state.isBusy else { continue }
      if item.status == .failed {
        logger.notice("A printer began an item that had been given up.", metadata: ["item": "\(item.id)"])
        try await begin(item, since: shown.startedAt ?? now, now: now)
      } else {
        doubtful.removeAll { $0.id == item.id }
        stopLate(item, on: id)
      }
    }
    let limit = now.adding(seconds: -3600)
    doubtful.removeAll { ($0.completedAt ?? now) < limit }
  }

  private func stopLate(_ item: QueueItemRecord, on printer: PrinterID) {
    let (fleet, logger) = (fleet, logger)
    // Owned by nobody: one command, which the printer's own queue bounds.
    Task {
      do {
        try await fleet.perform(.stop, on: printer)
      } catch {
        logger.error(
          "a cancelled item began all the same and could not be stopped",
          metadata: ["item": "\(item.id)", "error": "\(error)"])
      }
    }
  }
}
