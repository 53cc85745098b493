/// How far a transfer has come; told at most four times a second.
package struct TransferProgress: Hashable, Sendable {
  /// Bytes moved so far, with those that a resumed download had already.
  package var sent: Int64
  package var total: Int64

  package init(sent: Int64, total: Int64) {
    self.sent = sent
    self.total = total
  }

  /// Called on the transfer's own thread: it must be short and never block.
  package typealias Handler = @Sendable (TransferProgress) -> Void
}

/// Lets through what is new and at least a quarter of a second after the last.
struct ProgressPacing {
  private let handler: TransferProgress.Handler?
  private var told: (progress: TransferProgress, at: ContinuousClock.Instant)?

  init(_ handler: TransferProgress.Handler?) { self.handler = handler }

  mutating func tell(_ progress: TransferProgress, now: ContinuousClock.Instant) {
    guard let handler else { return }
    if let told, told.progress == progress || now - told.at < .milliseconds(250) { return }
    told = (progress, now)
    handler(progress)
  }
}
