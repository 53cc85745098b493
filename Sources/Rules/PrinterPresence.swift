package import Model

/// How the session with a printer stands, as far as its state needs it.
package enum LinkCondition: Hashable, Sendable {
  /// Nobody tries: disconnected by a person, or the service stops.
  case stopped
  case connecting
  /// A session stands since then.
  case up(since: Timestamp)
  /// The printer refuses us, or is not who it should be.
  case refused(PrinterProblem)
  /// No session, for this reason; it is tried again.
  case down(PrinterProblem)
}

/// What `status` and `error` show for a printer (contract, section 5).
package struct PrinterPresence: Hashable, Sendable {
  /// The silence that makes a printer offline, in seconds (contract, section 5).
  package static let silence = 90.0

  package var state: PrinterState
  package var problem: PrinterProblem?
  /// When this changes by itself if nothing is heard until then.
  package var changesAt: Timestamp?

  /// - Parameters:
  ///   - lastReportAt: of any session; reports from before this one do not count.
  ///   - isComplete: whether this session has had its first full report.
  ///   - silence: so many seconds without a report make a printer offline.
  package init(
    isEnabled: Bool, link: LinkCondition, lastReportAt: Timestamp?, isComplete: Bool, gcodeState: GcodeState?,
    now: Timestamp, silence: Double = Self.silence
  ) {
    guard isEnabled else {
      self.init(.offline)
      return
    }
    switch link {
    case .stopped, .connecting: self.init(.offline)
    case .refused(let problem): self.init(.error, problem)
    case .down(let problem): self.init(problem.isRefusal ? .error : .offline, problem)
    case .up(let since):
      let heard = max(since, lastReportAt ?? since)
      let limit = heard.adding(seconds: silence)
      guard now < limit else {
        self.init(.offline, .noData)
        return
      }
      let reported = isComplete ? gcodeState?.printerState : nil
      self.init(reported ?? .unknown, changesAt: limit)
    }
  }

  private init(_ state: PrinterState, _ problem: PrinterProblem? = nil, changesAt: Timestamp? = nil) {
    self.state = state
    self.problem = problem
    self.changesAt = changesAt
  }

  /// The reported fields are values of now; else they are null, and only `last_update` and `last_state` stay.
  package var showsReport: Bool { state != .offline && state != .error && state != .unknown }
}
