/// Switches a plug off after the work of its printer: when the delay is over and the nozzles are cool, whichever comes
/// last (contract, section 5, "Smart plugs").
///
/// What is set by the end of one print dies with the beginning of the next.
package struct AutoOff: Hashable, Sendable {
  /// As a person set it for the plug.
  package struct Plan: Hashable, Sendable {
    /// Seconds after the end.
    package var delay: Double
    /// No nozzle above it, °C.
    package var temperature: Double

    package init(delay: Double, temperature: Double) {
      self.delay = delay
      self.temperature = temperature
    }
  }

  package enum Verdict: Hashable, Sendable {
    case nothing
    /// Until this moment at the latest, or until the printer says something new.
    case wait(until: Double?, reason: String)
    case switchOff
  }

  /// When the work ended; nil while nothing is to be switched off.
  package private(set) var since: Double?

  package init(since: Double? = nil) { self.since = since }

  /// A print, a calibration or a drying has ended.
  package mutating func workEnded(at now: Double) { since = now }

  /// The next one has begun, somebody has switched the plug, or it is not to go off any more.
  package mutating func cancel() { since = nil }

  /// - Parameter cutsPower: whether the plug feeds the printer, so that the rule for cutting its power holds.
  package func verdict(
    _ plan: Plan, watch: PowerWatch, cutsPower: Bool, safeTemperature: Double, at now: Double
  ) -> Verdict {
    guard let since else { return .nothing }
    let end = since + plan.delay
    let isCool = watch.isCool(plan.temperature, at: now)
    let heat = isCool ? nil : watch.memory?.hottestNozzle.map { "nozzle \(PowerObjection.degrees($0))" }
    if now < end {
      let reason = ["off in \(PowerObjection.time(end - now))", heat].compactMap(\.self).joined(separator: ": ")
      return .wait(until: end, reason: reason)
    }
    if let heat {
      let limit = PowerObjection.degrees(plan.temperature)
      return .wait(until: watch.nextSilentChange(at: now), reason: "off at \(limit): \(heat)")
    }
    if cutsPower, let objection = watch.objection(safeTemperature: safeTemperature, at: now) {
      return .wait(until: watch.nextSilentChange(at: now), reason: "stays on: \(objection.sentence)")
    }
    return .switchOff
  }
}
