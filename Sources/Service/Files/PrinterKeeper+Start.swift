import Link
import Logging
import Model
import Rules
import Store
import Wire

/// Starting a print, once.
extension PrinterKeeper {
  /// Returns once the printer shows that the print begins.
  ///
  /// The start is on the disk before it is sent. While one is open, that is for `startPatience` unless the printer has
  /// refused it or a job has been seen, another is a 409: so neither a lost answer nor a restart starts it twice.
  /// - Parameter number: the task number, where somebody has written it down already; nil makes one.
  /// - Returns: the number under which the printer shows the job; nil for plain G-code.
  func startPrint(_ order: PrintOrder, number: Int? = nil) async throws -> Int? {
    try admitStart()
    guard !isStarting else { throw secondStart }
    isStarting = true
    defer { isStarting = false }
    let taskID = number ?? Int.random(in: 1...Int(Int32.max))
    let request: ControlRequest =
      order.isPlainGcode
      ? .startGcode(path: order.bareName)
      : .start(try order.projectFile(taskID: taskID, model: try situation().model))
    // What the model does not have is said before anything is asked of the printer.
    _ = try ControlPlan(request, for: try situation()).messages(for: try situation().target)
    try await requireFile(order.path)
    try admitStart()
    let start = PrintStart(
      taskID: taskID, file: order.path.text, sentAt: surroundings.clock.now, archive: order.archive,
      plate: order.isPlainGcode ? nil : order.plate)
    openStart = start
    do {
      try await surroundings.printStarts.upsert(
        PrintStartRecord(
          printerID: id, taskID: taskID, file: start.file, sentAt: start.sentAt, archive: start.archive,
          plate: start.plate))
      try await perform(request)
    } catch {
      if !Self.leavesDoubt(error) {
        forget(start)
        session?.spare(for: nil)
      }
      throw error
    }
    return order.isPlainGcode ? nil : taskID
  }

  private func admitStart() throws {
    if cuts > 0 { throw Self.isBeingCut }
    try situation().admit(.freeMachine)
    let patience = surroundings.startPatience
    guard let openStart, openStart.isOpen(now: surroundings.clock.now, patience: patience) else { return }
    throw secondStart
  }

  private var secondStart: Fault {
    Fault(
      .conflict,
      """
      A start is under way already: it was sent, and the printer has not shown yet what became of it. Wait until it \
      begins, or \(Int(surroundings.startPatience)) seconds.
      """)
  }

  private func requireFile(_ path: StoragePath) async throws {
    do throws(StorageError) { _ = try await currentStorage().size(of: path) } catch { throw error.fault }
  }

  /// Whether the printer may have got the start although this was thrown.
  private static func leavesDoubt(_ error: any Error) -> Bool {
    guard let fault = error as? Fault else { return error is CancellationError }
    return fault.code == .mqttError
  }

  // MARK: What becomes of it

  /// What had been sent when the service ended.
  func takeUp(_ record: PrintStartRecord) {
    let start = PrintStart(
      taskID: record.taskID, file: record.file, sentAt: record.sentAt, archive: record.archive,
      plate: record.plate)
    openStart = start
    lifecycle.submitted(start)
  }

  /// A report has been merged.
  func settleStart(_ report: PrinterReport) {
    if let openStart, openStart.isSettled(by: report) { forget(openStart) }
  }

  private func forget(_ start: PrintStart) {
    guard openStart == start else { return }
    openStart = nil
    let starts = surroundings.printStarts
    let id = id
    let logger = surroundings.logger(for: record)
    // Owned by nobody: one write, which the database's own queue bounds.
    Task {
      do {
        try await starts.remove(id, taskID: start.taskID)
      } catch {
        logger.error("that a start is settled could not be written down", metadata: ["error": "\(error)"])
      }
    }
  }
}
