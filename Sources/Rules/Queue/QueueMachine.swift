package import Model

/// A printer as the scheduler sees it at one moment.
package struct QueueMachine: Hashable, Sendable {
  /// The plug that feeds the printer.
  package enum Feed: Hashable, Sendable {
    case none
    case on
    case off
    /// There is one, and it does not answer.
    case unknown
  }

  package var id: PrinterID
  package var model: PrinterModel?
  package var state: PrinterState
  package var isEnabled: Bool
  package var control: ControlStanding
  package var isPlateCleared: Bool
  /// What it reports now; nil while it is silent.
  package var report: PrinterReport?
  /// Its queue is paused.
  package var isPaused = false
  /// An item is on its way to it or being printed on it.
  package var isTaken = false
  package var feed = Feed.none
  /// When its plug was switched on for an item; nil when it was on anyway.
  package var poweredAt: Timestamp?
  package var powerFailure: PowerFailure?
  /// A start that was never seen may still be obeyed until then.
  package var openStartUntil: Timestamp?

  package struct PowerFailure: Hashable, Sendable {
    package var reason: String
    package var retryAt: Timestamp

    package init(reason: String, retryAt: Timestamp) {
      self.reason = reason
      self.retryAt = retryAt
    }
  }

  package init(
    id: PrinterID, model: PrinterModel?, state: PrinterState, isEnabled: Bool = true,
    control: ControlStanding = .unknown, isPlateCleared: Bool, report: PrinterReport? = nil
  ) {
    self.id = id
    self.model = model
    self.state = state
    self.isEnabled = isEnabled
    self.control = control
    self.isPlateCleared = isPlateCleared
    self.report = report
  }

  /// Reports come, and no job is on it.
  package var isAtRest: Bool { state == .idle || state == .finished || state == .failed }

  var nozzles: [Double] { report?.nozzles.compactMap(\.diameter) ?? [] }
}
