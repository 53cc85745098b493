package import Model

/// Whether a printer's plug may be switched off after the print of an item with `auto_power_off` (contract, section 5,
/// "Queue"): when every nozzle is below a temperature **and** a delay is over.
///
/// It belongs to the print that set it: the next one that begins on the printer ends it, whoever starts that.
package struct CooldownWatch: Hashable, Sendable {
  package var printer: PrinterID
  package var item: QueueItemID
  /// The job's number, to see after a restart whether another has run meanwhile.
  package var taskID: String?
  package var endedAt: Timestamp

  package init(printer: PrinterID, item: QueueItemID, taskID: String?, endedAt: Timestamp) {
    self.printer = printer
    self.item = item
    self.taskID = taskID
    self.endedAt = endedAt
  }

  /// `queue.power_off_temperature` in °C and `queue.power_off_delay` in seconds.
  package struct Plan: Hashable, Sendable {
    package var temperature: Double
    package var delay: Double

    package init(temperature: Double, delay: Double) {
      self.temperature = temperature
      self.delay = delay
    }
  }

  package enum Verdict: Hashable, Sendable {
    /// Until this moment, or until the printer or the queue says something new.
    case wait(until: Timestamp?)
    case switchOff
    /// Nothing is to be switched off any more.
    case over
  }

  /// - Parameter isItemDue: another item waits for this printer, and its time has come.
  package func verdict(_ machine: QueueMachine, plan: Plan, isItemDue: Bool, now: Timestamp) -> Verdict {
    if machine.state.isBusy || machine.isTaken || hasPrintedAnother(machine.report) { return .over }
    if machine.feed == .none || machine.feed == .off { return .over }
    let end = endedAt.adding(seconds: plan.delay)
    // A clock that was set back must not keep the printer on for years.
    if now < end { return .wait(until: min(end, now.adding(seconds: plan.delay))) }
    // Silence proves nothing of the nozzles.
    guard !isItemDue, machine.isAtRest, let report = machine.report, isCool(report, plan) else {
      return .wait(until: nil)
    }
    return .switchOff
  }

  private func isCool(_ report: PrinterReport, _ plan: Plan) -> Bool {
    !report.nozzles.isEmpty
      && report.nozzles.allSatisfy { nozzle in nozzle.heater.temperature.map { $0 < plan.temperature } ?? false }
  }

  private func hasPrintedAnother(_ report: PrinterReport?) -> Bool {
    guard let taskID, let shown = TrackedPrint.known(id: report?.job.subtaskID) else { return false }
    return shown != taskID
  }
}
