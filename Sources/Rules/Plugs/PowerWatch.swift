/// The one rule for every way to cut a printer's power (contract, section 5, "Smart plugs"): refused while the printer
/// works or is hot, and while it is silent after that until its remaining time plus an hour is over.
///
/// Times are seconds of a clock that never jumps: a board without a battery sets its clock in mid-print.
package struct PowerWatch: Hashable, Sendable {
  /// Seconds that a silent printer has beyond its remaining time.
  package static let grace = 3600.0
  /// Seconds after the service began in which a printer that has not been reached may still turn out to print.
  package static let firstContact = 15.0

  /// The last that was heard, also over a restart.
  package struct Memory: Hashable, Sendable {
    package var hazards: Set<PowerHazard>
    package var hottestNozzle: Double?
    package var remaining: Double?
    package var heardAt: Double

    package init(hazards: Set<PowerHazard>, hottestNozzle: Double?, remaining: Double?, heardAt: Double) {
      self.hazards = hazards
      self.hottestNozzle = hottestNozzle
      self.remaining = remaining
      self.heardAt = heardAt
    }

    /// What is told of several.
    fileprivate var foremost: PowerHazard? { PowerHazard.allCases.first(where: hazards.contains) }

    /// When the silence has lasted long enough for what it did; nil is never.
    fileprivate var workIsOver: Double? {
      guard let remaining else { return hazards.contains(where: \.isJob) ? nil : heardAt + PowerWatch.grace }
      return heardAt + remaining + PowerWatch.grace
    }
  }

  package private(set) var memory: Memory?
  private var contact = PowerReading.Contact.connecting
  private let began: Double

  package init(remembering memory: Memory? = nil, at now: Double) {
    self.memory = memory
    began = now
  }

  package mutating func observe(_ reading: PowerReading, at now: Double) {
    // Whoever was reached once is silent afterwards, not new.
    contact = reading.contact == .connecting && contact != .connecting ? .silent : reading.contact
    switch reading.contact {
    case .live:
      memory = Memory(
        hazards: reading.hazards, hottestNozzle: reading.hottestNozzle ?? memory?.hottestNozzle,
        remaining: reading.remaining, heardAt: now)
    case .silent, .connecting:
      // Followed from before the start of the service, and nothing else is remembered.
      guard !reading.hazards.isEmpty, memory?.hazards.isEmpty ?? true else { return }
      memory = Memory(
        hazards: reading.hazards, hottestNozzle: memory?.hottestNozzle, remaining: reading.remaining, heardAt: now)
    case .unknown: break
    }
  }

  /// Why the power must not be cut now; nil when it may.
  /// - Parameter safeTemperature: of every nozzle, °C.
  package func objection(safeTemperature: Double, at now: Double) -> PowerObjection? {
    switch contact {
    case .live: break
    case .unknown: return .unheard
    case .connecting where now < began + Self.firstContact: return .unheard
    case .silent, .connecting: return silentObjection(safeTemperature: safeTemperature, at: now)
    }
    guard let memory else { return nil }
    if let hazard = memory.foremost { return .works(hazard) }
    guard let hottest = memory.hottestNozzle, hottest > safeTemperature else { return nil }
    return .hot(hottest, safe: safeTemperature)
  }

  private func silentObjection(safeTemperature: Double, at now: Double) -> PowerObjection? {
    guard let memory else { return nil }
    if let hazard = memory.foremost {
      guard let end = memory.workIsOver else { return .silent(hazard, seconds: nil) }
      if now < end { return .silent(hazard, seconds: end - now) }
    }
    let cooled = memory.heardAt + Self.grace
    guard let hottest = memory.hottestNozzle, hottest > safeTemperature, now < cooled else { return nil }
    return .silentHot(hottest, seconds: cooled - now)
  }

  /// Whether its nozzles are at most so hot: by their own word, or after an hour of silence.
  func isCool(_ temperature: Double, at now: Double) -> Bool {
    guard let memory, let hottest = memory.hottestNozzle, hottest > temperature else { return true }
    return contact != .live && now >= memory.heardAt + Self.grace
  }

  /// When an objection or a temperature may be past though nothing is heard.
  func nextSilentChange(at now: Double) -> Double? {
    guard contact != .live, let memory else { return contact == .connecting ? began + Self.firstContact : nil }
    let ends = [began + Self.firstContact, memory.heardAt + Self.grace, memory.workIsOver ?? now]
    return ends.filter { $0 > now }.min()
  }
}
