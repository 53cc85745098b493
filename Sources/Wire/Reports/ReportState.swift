package import Model

/// Everything that one printer reported, merged message by message (protocol sheet, section 3.2).
///
/// Only fields that the decoding reads are kept, as typed values with limits on every list and text, so that the size
/// of a state does not depend on what the printer sends.
package struct ReportState: Sendable {
  /// Bytes of the largest message that is read; recorded full reports have 20 kB.
  package static let largestMessage = 1 << 20

  package private(set) var report: PrinterReport

  /// - Parameter model: what a person configured; nil takes it from the serial number, then from `get_version`.
  package init(serial: SerialNumber, model: PrinterModel?) {
    report = PrinterReport()
    report.model = model ?? PrinterModel(serial: serial)
  }

  /// A new MQTT session: forgets completeness, keeps what is known until the first full report.
  package mutating func beginSession() {
    report.isComplete = false
  }

  /// One MQTT payload of `device/<serial>/report`.
  package mutating func apply(_ payload: UnsafeRawBufferPointer) -> ReportOutcome {
    guard payload.count <= Self.largestMessage else { return .rejected(.tooLarge(bytes: payload.count)) }
    do {
      _ = try JSONParser.parse(bytes: payload, limits: JSONParser.Limits(bytes: Self.largestMessage))
    } catch {
      return .rejected(.malformed(error))
    }
    return .other
  }
}
