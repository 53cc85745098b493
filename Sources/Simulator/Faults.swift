/// What may go wrong with a printer, on demand.
package enum PrinterFault: Hashable, Sendable {
  // Once.
  /// All TCP connections end without a DISCONNECT.
  case dropAll
  /// The next report to each client is cut in the middle, and the connection with it.
  case dropMidMessage

  // Until cleared: the way in.
  /// The port is closed.
  case refuseConnections
  /// TCP is accepted and reset before the handshake.
  case resetBeforeHandshake
  /// Something that is not TLS answers.
  case garbage
  /// Every access code is wrong, answered with this CONNACK code (5, or 4).
  case refuseAccessCode(UInt8)
  /// This many clients at once; the next is refused, or the oldest goes.
  case connectionLimit(Int, evictsOldest: Bool)

  // Until cleared: the session.
  /// TCP stays up and nothing passes any more, not even a ping's answer.
  case silent
  /// The session lives, but the printer publishes nothing by itself and answers nothing.
  case stale
  /// Reports flow, commands are accepted and ignored.
  case zombie
  case delayAcknowledgement(seconds: Double)
  /// Two acknowledgements change places.
  case swapAcknowledgements
  case noAcknowledgement
  /// Every few bytes a TLS record of their own.
  case splitRecords
  /// Several packets in one TLS record.
  case coalesceRecords

  // Until cleared: the reports.
  case reportStyle(ReportStyle)

  /// How reports are written.
  package enum ReportStyle: String, Sendable, Hashable, CaseIterable {
    /// Indented by four spaces, as printers do.
    case normal
    case compact
    case invalidUTF8 = "invalid-utf8"
    case trailingNUL = "trailing-nul"
    case numbersAsText = "numbers-as-text"
    /// 10 MB.
    case huge
    case notJSON = "not-json"
    /// 5,000 arrays in each other.
    case deepNesting = "deep-nesting"
  }
}

/// The faults of a printer's MQTT port that are on now.
struct FrontFaults {
  enum Entrance { case open, refused, reset, garbage }
  enum Acknowledgements { case prompt, delayed(Double), swapped, none }
  enum Records { case whole, split, coalesced }

  var entrance = Entrance.open
  /// CONNACK code for every client; nil checks the access code.
  var refusal: UInt8?
  var limit = 4
  var evictsOldest = false
  var isSilent = false
  var acknowledgements = Acknowledgements.prompt
  var records = Records.whole
}
