package import Model

/// What happened to a print. Between one beginning and the next there is exactly one `ended`.
package enum PrintEvent: Hashable, Sendable {
  /// A job began before our eyes.
  case started(TrackedPrint)
  /// A job was on the machine when we came; nobody announces it as started.
  case observed(TrackedPrint)
  /// Name, file or numbers of the job became known or better known after its beginning.
  case identified(TrackedPrint)
  /// Another whole per cent or layer.
  case progress(PrintProgress)
  case stageChanged(PrintStage)
  case paused(PauseReason)
  case resumed
  case ended(PrintEnd)
}

package struct PrintProgress: Hashable, Sendable {
  package var percent: Int
  package var remainingMinutes: Int?
  package var layer: Int?
  package var totalLayers: Int?

  package init(percent: Int, remainingMinutes: Int?, layer: Int?, totalLayers: Int?) {
    self.percent = percent
    self.remainingMinutes = remainingMinutes
    self.layer = layer
    self.totalLayers = totalLayers
  }
}

/// How a print ended; the print as it was last seen comes with it.
package struct PrintEnd: Hashable, Sendable {
  package enum Outcome: Hashable, Sendable {
    case finished
    case failed(code: PrintErrorCode?, hms: [HMSCode])
    /// By a person: at the printer's screen, in the maker's programs or through us.
    case stopped
    /// Nobody saw the end, and nothing tells of it.
    case unknown
  }

  package var print: TrackedPrint
  package var outcome: Outcome
  package var endedAt: Timestamp
  /// False when the end fell in a time without connection; `endedAt` is then when we heard of it.
  package var isTimeKnown: Bool

  package init(print: TrackedPrint, outcome: Outcome, endedAt: Timestamp, isTimeKnown: Bool) {
    self.print = print
    self.outcome = outcome
    self.endedAt = endedAt
    self.isTimeKnown = isTimeKnown
  }
}
