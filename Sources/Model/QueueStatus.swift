/// How an item of the queue stands, as the API says it (contract, section 5, "Queue").
package enum QueueStatus: String, Sendable, CaseIterable {
  case pending
  /// On its way to a printer: its file is being sent, or its start.
  case dispatching
  case printing
  case completed, failed, cancelled
  /// Its printer was deleted before it could start.
  case skipped

  package var isLive: Bool { self == .pending || self == .dispatching || self == .printing }

  /// On a printer, or on its way there.
  package var isUnderWay: Bool { self == .dispatching || self == .printing }
}
