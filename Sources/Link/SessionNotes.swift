import Logging
import Model
import Rules
import Wire

/// What a session logs: once when a printer goes away, once when it returns, and what is odd once for each kind, never
/// for each message. Never a secret.
struct SessionNotes {
  private enum Oddity: Hashable {
    case rejected
    case foreignTopic
    case rebuilt(SessionWatchdog.Reason)
    case ended(String)
  }

  private var logger: Logger
  private var told: Set<Oddity> = []

  init(logger: Logger, serial: SerialNumber) {
    self.logger = logger
    self.logger[metadataKey: "serial"] = "\(serial)"
  }

  /// A new target: everything may be told again.
  mutating func begin(serial: SerialNumber) {
    logger[metadataKey: "serial"] = "\(serial)"
    told = []
  }

  func changed(from before: SessionPhase, to phase: SessionPhase) {
    switch phase {
    case .live: logger.info("The printer reports.")
    case .down(let problem):
      logger.notice("The printer cannot be followed.", metadata: ["problem": "\(problem.rawValue)"])
    case .connecting where before == .live: logger.info("The session was lost; connecting again.")
    case .stopped, .connecting, .subscribed: break
    }
  }

  mutating func rejected(_ reason: ReportRejection) {
    once(.rejected) { $0.notice("A message was not taken.", metadata: ["reason": "\(reason)"]) }
  }

  mutating func foreignTopic() {
    once(.foreignTopic) { $0.notice("A message on another topic was ignored.") }
  }

  mutating func rebuilt(_ reason: SessionWatchdog.Reason) {
    once(.rebuilt(reason)) { $0.notice("The session is rebuilt.", metadata: ["reason": "\(reason)"]) }
  }

  mutating func ended(_ end: ConnectionEnd) {
    once(.ended(end.summary)) { $0.info("A connection ended.", metadata: ["end": "\(end.summary)"]) }
  }

  private mutating func once(_ oddity: Oddity, _ log: (Logger) -> Void) {
    // A peer that ends in ever new ways is not worth more lines.
    guard told.count < 32, told.insert(oddity).inserted else { return }
    log(logger)
  }
}
