package import Model

/// As much of a printer as its power depends on.
package struct PowerReading: Hashable, Sendable {
  package enum Contact: Hashable, Sendable {
    /// These are values of now.
    case live
    /// Connected, and nothing is known yet.
    case unknown
    /// Not heard, whatever the reason.
    case silent
    /// The first connection is being tried, and has not failed yet.
    case connecting
  }

  package var contact: Contact
  package var hazards: Set<PowerHazard>
  /// The hottest nozzle in °C; nil where the printer does not say.
  package var hottestNozzle: Double?
  /// Seconds that its job or its drying still takes; nil where a job's is not known.
  package var remaining: Double?

  package init(
    contact: Contact, hazards: Set<PowerHazard> = [], hottestNozzle: Double? = nil, remaining: Double? = 0
  ) {
    self.contact = contact
    self.hazards = hazards
    self.hottestNozzle = hottestNozzle
    self.remaining = remaining
  }

  /// - Parameters:
  ///   - report: nil while it would be stale.
  ///   - print: what is being followed, also through a silence.
  package init(
    state: PrinterState, problem: PrinterProblem?, isEnabled: Bool, report: PrinterReport?, print: TrackedPrint?
  ) {
    switch state {
    case .unknown: self.init(contact: .unknown)
    case .offline, .error:
      self.init(contact: isEnabled && state == .offline && problem == nil ? .connecting : .silent)
      if let print {
        hazards = [print.isSystemJob ? .calibrating : .printing]
        remaining = print.remainingMinutes.map { Double($0) * 60 }
      }
    case .idle, .preparing, .printing, .paused, .finished, .failed:
      self.init(contact: .live)
      switch state {
      case .preparing: hazards = [.preparing]
      case .printing: hazards = [print?.isSystemJob == true ? .calibrating : .printing]
      case .paused: hazards = [.paused]
      default: if let stage = report?.stage?.id, Self.calibrations.contains(stage) { hazards = [.calibrating] }
      }
      if state.isBusy { remaining = Self.remaining(state, report?.job, print) }
      let drying = (report?.ams ?? []).compactMap(\.dryMinutes).max() ?? 0
      if drying > 0 {
        hazards.insert(.drying)
        remaining = remaining.map { max($0, Double(drying) * 60) }
      }
      hottestNozzle = (report?.nozzles ?? []).compactMap(\.heater.temperature).max()
    }
  }

  /// Before a job has run for a while its printer reports 0, which says nothing.
  private static func remaining(_ state: PrinterState, _ job: ReportedJob?, _ print: TrackedPrint?) -> Double? {
    guard let minutes = job?.remainingMinutes ?? print?.remainingMinutes else { return nil }
    let isNearItsEnd = state != .preparing && job?.progress ?? 0 >= 95
    return minutes > 0 || isNearItsEnd ? Double(minutes) * 60 : nil
  }

  /// Stages of a calibration (protocol sheet, 3.4), for those that run outside of a job.
  private static let calibrations: Set<Int> = [
    1, 3, 8, 9, 12, 18, 19, 25, 36, 37, 38, 39, 40, 43, 46, 47, 48, 51, 53, 56, 57, 60, 61, 65, 67,
  ]
}
