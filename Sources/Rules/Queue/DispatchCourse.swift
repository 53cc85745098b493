package import Model

/// What becomes of an item that has been sent to a printer, from what the printer shows (contract, section 5, "Queue").
///
/// It may end as not proven, and is then never sent again by itself: who prints it again must have looked at the printer.
package struct DispatchCourse: Hashable, Sendable {
  /// Seconds without any sign of a start.
  package static let patience = PrintStart.patience
  /// Seconds from a first sign to a job on the machine.
  package static let settling = 180.0

  /// The number that the start bears; plain G-code bears none.
  package var taskID: String?
  /// Where the file lies on the printer.
  package var path: StoragePath
  package var sentAt: Timestamp?
  /// When the printer first showed something of it.
  package var signAt: Timestamp?

  package init(taskID: String?, path: StoragePath, sentAt: Timestamp? = nil, signAt: Timestamp? = nil) {
    self.taskID = taskID
    self.path = path
    self.sentAt = sentAt
    self.signAt = signAt
  }

  package enum Verdict: Hashable, Sendable {
    case wait(until: Timestamp?)
    case printing
    case completed
    case failed(String)
    /// The start is not proven: the words say what is known.
    case unproven(String)
  }

  /// Whether a job is the one that was sent.
  package func isMeant(by print: TrackedPrint) -> Bool {
    isMeant(subtaskID: print.subtaskID, file: print.file, taskName: print.taskName)
  }

  private func isMeant(subtaskID: String?, file: String?, taskName: String?) -> Bool {
    if let taskID { return subtaskID == taskID }
    return FileInUse.isMeant(path, file: file, taskName: taskName)
  }

  /// After a restart: judged by the first full report of the printer.
  package func verdict(after report: PrinterReport) -> Verdict {
    guard report.isComplete, let state = report.gcodeState else { return .wait(until: nil) }
    let job = report.job
    if isMeant(subtaskID: TrackedPrint.known(id: job.subtaskID), file: job.file, taskName: job.taskName) {
      switch state {
      case .prepare, .slicing, .running, .pause: return .printing
      // Plain G-code bears no number: an end may be that of an earlier print of the same file.
      case .finish where taskID != nil: return .completed
      case .failed where taskID != nil:
        let code = report.job.failReason ?? report.printError
        return .failed(code.map { "The print failed with \($0.text)." } ?? "The print failed.")
      case .finish, .failed, .idle: break
      }
    }
    let reason =
      sentAt == nil
      ? "The service ended before the start went out" : "The service ended while the start was under way"
    return .unproven(
      "\(reason), and the printer shows nothing of it: the start is not proven. It is not sent again by itself.")
  }

  /// While the service runs: whether the time for a sign, or from the sign to the job, is over.
  package func verdict(at now: Timestamp) -> Verdict {
    if let signAt {
      let end = signAt.adding(seconds: Self.settling)
      return isOver(from: signAt, to: end, now: now)
        ? .unproven(
          "The printer took the start, and no job began within \(Int(Self.settling)) seconds: the start is not proven.")
        : .wait(until: end)
    }
    guard let sentAt else { return .wait(until: nil) }
    let end = sentAt.adding(seconds: Self.patience)
    return isOver(from: sentAt, to: end, now: now) ? .unproven(Self.silence) : .wait(until: end)
  }

  package static let silence = """
    The printer showed no sign of the start within \(Int(patience)) seconds: the start is not proven. Look at the printer \
    before it is printed again.
    """

  /// A clock that was set back proves nothing either way: the start is then as old as can be.
  private func isOver(from begin: Timestamp, to end: Timestamp, now: Timestamp) -> Bool { now >= end || now < begin }
}
