package import Model

/// When a `printer_state` goes to the WebSockets (contract, section 6): at once when the last one is a second or more
/// ago, else when that second is over, with the newest values; a change of `state` is never held back.
package struct StatePacing: Sendable {
  /// Milliseconds between two messages of one printer.
  package static let interval: Int64 = 1000

  private var lastSentAt: Timestamp?
  private var lastState: PrinterState?
  private var isWaiting = false

  package init() {}

  /// When `isDue` will say yes; nil while nothing waits.
  package var nextDeadline: Timestamp? {
    guard isWaiting, let lastSentAt else { return nil }
    return Timestamp(milliseconds: lastSentAt.milliseconds + Self.interval)
  }

  /// The printer has new values. True: send them now; false: they wait for `nextDeadline`.
  package mutating func changed(state: PrinterState, now: Timestamp) -> Bool {
    guard state == lastState, let lastSentAt, isWithin(lastSentAt, now) else {
      send(state: state, now: now)
      return true
    }
    isWaiting = true
    return false
  }

  /// True once when the second is over and something waits: the newest values go out.
  package mutating func isDue(now: Timestamp) -> Bool {
    guard isWaiting, let lastSentAt, let lastState, !isWithin(lastSentAt, now) else { return false }
    send(state: lastState, now: now)
    return true
  }

  /// A clock that was set back ends the wait.
  private func isWithin(_ last: Timestamp, _ now: Timestamp) -> Bool {
    (0..<Self.interval).contains(now.milliseconds - last.milliseconds)
  }

  private mutating func send(state: PrinterState, now: Timestamp) {
    lastSentAt = now
    lastState = state
    isWaiting = false
  }
}
