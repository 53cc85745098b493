/// How a printer stands, as `status` and `state` say it (contract, section 5).
package enum PrinterState: String, Sendable, CaseIterable {
  case idle, preparing, printing, paused, finished, failed
  /// No live session, or no report for 90 s.
  case offline
  /// The printer refuses us, or is not who it should be.
  case error
  /// Connected, and the first full report has not come yet.
  case unknown

  /// A job is on the machine.
  package var isBusy: Bool { self == .preparing || self == .printing || self == .paused }
}

/// Why a printer cannot be followed, as `error` says it.
package enum PrinterProblem: String, Sendable, CaseIterable {
  /// CONNACK 4 or 5.
  case wrongAccessCode = "wrong_access_code"
  /// Another key than the pinned one, and no chain to a known CA.
  case certificateChanged = "certificate_changed"
  /// The certificate is made out to another serial number.
  case wrongSerial = "wrong_serial"
  /// Nothing answers at the address, or the name has none.
  case unreachable
  /// The session stands and no report comes.
  case noData = "no_data"
  /// Something answers that is no printer: no TLS, or no MQTT.
  case notAPrinter = "not_a_printer"

  /// Refused or not who it should be: the state is `error`, else `offline`.
  package var isRefusal: Bool {
    self == .wrongAccessCode || self == .certificateChanged || self == .wrongSerial
  }
}
