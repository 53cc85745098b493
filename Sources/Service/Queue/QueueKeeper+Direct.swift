package import Model
import Rules
import Store

/// A file of the archive that somebody wants printed on a printer at once, past the queue (contract, section 5, `/print`).
/// It goes the way of an item all the same, so that it is never started twice and leaves a record.
extension QueueKeeper {
  /// Returns once the printer shows that the print begins; the print goes on when whoever asked has gone.
  /// - Returns: the number under which the printer shows the job; nil for plain G-code.
  package func printNow(_ request: QueueRequest, visible: Set<PrinterID>?) async throws -> Int? {
    guard let printer = request.printerID else { throw Fault(InvalidValue("printer_id", "is missing")) }
    let wish = try await QueueIntake(source: source, view: view).wish(for: request, seeing: visible)
    let id = try await inTurn { () async throws -> QueueItemID in
      guard let machine = machines().first(where: { $0.id == printer }), let snapshot = view[printer] else {
        throw Fault(.printerNotFound, "There is no printer \(printer).")
      }
      if let objection = CommandNeed.freeMachine.objection(state: snapshot.state, problem: snapshot.problem) {
        throw objection
      }
      if machine.control == .refused { throw ControlStanding.fault }
      guard !machine.isTaken else {
        throw Fault(.printerBusy, "An item of the queue is on its way to the printer. Wait for its end, or cancel it.")
      }
      let plan: TrayPlan
      do throws(TrayMisfit) {
        plan = try TrayMatching(PrintDemand(json: wish.demandJSON), on: machine.report ?? PrinterReport()).plan(
          mapping: wish.mapping, usesAMS: request.options.print.usesAMS)
      } catch {
        throw Fault(.conflict, error.sentence)
      }
      let item: QueueItemRecord
      do {
        item = try await repository.insert(wish, at: .end, now: clock.now)
      } catch QueueRepository.Refusal.full {
        throw Fault(.conflict, "\(QueueRepository.capacity) items wait already. Remove some first.")
      } catch QueueRepository.Refusal.missing {
        throw Fault(.archiveNotFound, "The archive was deleted meanwhile.")
      }
      take(item)
      try await depart(item.id, to: printer, plan, now: clock.now)
      return item.id
    }
    return try await attend(id)
  }

  private func attend(_ id: QueueItemID) async throws -> Int? {
    guard let item = items.first(where: { $0.id == id }) else {
      let ended = try await repository.get(id)
      throw Fault(.conflict, ended?.error ?? "The print did not begin.")
    }
    if item.status == .printing { return item.demand.isPlainGcode ? nil : item.dispatch?.taskID }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { attendants[id] = $0 }
    } onCancel: {
      // Owned by nobody: one hop. The print itself goes on.
      Task { await self.finishAttendance(id, .failure(CancellationError())) }
    }
  }
}
