import Link
import Model
import Rules
import Store
import Wire

/// What comes from a printer by the maker's cloud, while there is no session with it in the network.
struct CloudReports {
  /// Puts a message on the printer's request topic; false where it did not go out.
  typealias Sender = @Sendable ([UInt8]) -> Bool

  var state: ReportState
  let since: Timestamp
  let send: Sender
  private var sequence: UInt32

  init(serial: SerialNumber, model: PrinterModel?, since: Timestamp, send: @escaping Sender) {
    state = ReportState(serial: serial, model: model)
    state.beginSession()
    self.since = since
    self.send = send
    // In the range that sessions use, so that our answers are told from those of slicers.
    sequence = UInt32.random(in: 1_000_000_000...1_500_000_000)
  }

  mutating func nextNumber() -> UInt32 {
    sequence += 1
    return sequence
  }
}

/// Following a printer by the cloud (protocol sheet, 8.4). A session in the network comes before it, always.
extension PrinterKeeper {
  /// What the printer reported last, by whichever way there is.
  var currentReport: PrinterReport? { isUp ? session?.report : cloud?.state.report ?? session?.report }

  /// There is a way to the printer.
  var isReached: Bool { isUp || cloud != nil }

  /// Whom the cloud could reach instead.
  var absentSerial: SerialNumber? { record.isEnabled && !isUp ? record.serial : nil }

  func cloudBegan(_ send: @escaping CloudReports.Sender) {
    guard absentSerial != nil else { return }
    let now = surroundings.clock.now
    cloud = CloudReports(serial: record.serial, model: record.model, since: now, send: send)
    lifecycle.linkRestored(now: now)
    control.sessionBegan()
    show(now: now)
  }

  func cloudHeard(_ payload: [UInt8]) {
    guard !isUp, var reports = cloud else { return }
    let outcome = payload.withUnsafeBytes { reports.state.apply($0) }
    cloud = reports
    received(outcome)
  }

  func cloudEnded() {
    guard cloud != nil else { return }
    cloud = nil
    guard !isUp else { return }
    let now = surroundings.clock.now
    lifecycle.linkLost(now: now)
    show(now: now)
  }

  /// Sends a message by the cloud; its number.
  func publishByCloud(_ message: CommandMessage) throws(Fault) -> UInt32 {
    guard var reports = cloud else { throw Self.offline }
    let number = reports.nextNumber()
    cloud = reports
    guard reports.send(message.payload(sequence: Int(number)).bytes) else {
      throw Fault(
        .serviceUnavailable, "The cloud takes no more messages for this printer just now. Try again shortly.",
        retryAfter: 30)
    }
    return number
  }
}
