/// What one message of `device/<serial>/report` was.
package enum ReportOutcome: Sendable {
  /// A status, or a part of one, was merged. A full report and a state, in it or apart, make `PrinterReport.isComplete`
  /// true.
  case status(isFull: Bool)
  /// The reply to `get_version`; incomplete without an `ota` entry, as right after boot: ask again.
  case version(isComplete: Bool)
  /// The reply to a command, or the echo of somebody else's.
  case acknowledgement(CommandAcknowledgement)
  /// Well-formed, with nothing for the status.
  case other
  /// Not taken; the state is as before.
  case rejected(ReportRejection)
}

/// Why a message was not taken.
package enum ReportRejection: Error, Hashable, Sendable, CustomStringConvertible {
  /// More than `ReportState.largestMessage` bytes.
  case tooLarge(bytes: Int)
  case malformed(JSONError)
  /// JSON, but no object.
  case notAnObject

  package var description: String {
    switch self {
    case .tooLarge(let bytes): "the message is too large (\(bytes) bytes)"
    case .malformed(let error): error.description
    case .notAnObject: "the message is no JSON object"
    }
  }
}

/// A printer's answer to a command (protocol sheet, sections 3.2, 3.8 and 3.9).
package struct CommandAcknowledgement: Hashable, Sendable {
  package enum Result: String, Sendable {
    case success, failed
    /// A bare echo: proves nothing (section 3.9).
    case absent
  }

  /// The top-level key: `print`, `system`, `camera`, …
  package var group: String
  package var command: String
  package var sequenceID: String?
  package var result: Result
  package var reason: String?
  package var errorCode: UInt32?
  /// The whole object, with the parameters that were sent.
  package var members: JSONValue

  package init(
    group: String, command: String, sequenceID: String? = nil, result: Result = .absent, reason: String? = nil,
    errorCode: UInt32? = nil, members: JSONValue = .object([:])
  ) {
    self.group = group
    self.command = command
    self.sequenceID = sequenceID
    self.result = result
    self.reason = reason
    self.errorCode = errorCode
    self.members = members
  }

  /// The printer wants commands signed by its maker's clients (section 3.9).
  package var isSignatureRefusal: Bool {
    // The code says enough where firmware leaves the result out.
    guard result != .success else { return false }
    if errorCode == 0x0502_4007 || errorCode == 0x0502_4009 { return true }
    return reason?.lowercased().contains("verify failed") ?? false
  }
}
