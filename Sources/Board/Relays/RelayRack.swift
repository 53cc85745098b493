import Model

/// The relays' lines and how they stand. Confined to the board.
struct RelayRack {
  enum Refusal: Error {
    case fault(Fault)
    case failure(GPIOFailure)
  }

  private struct Relay {
    let pin: RelayPin
    var line: (any OutputLine)?
    var standing: RelayStanding
    /// Under this name a keeper has it.
    var keptName: String?
  }

  private let keeper: any LineKeeper
  private let memory: RelayMemory
  private var remembered: [String: Bool]
  private var relays: [Relay]

  init(pins: [RelayPin], keeper: any LineKeeper, memory: RelayMemory) {
    self.keeper = keeper
    self.memory = memory
    remembered = memory.read()
    relays = pins.map { pin in
      Relay(pin: pin, standing: RelayStanding(name: pin.name, isOn: nil, minimumInterval: pin.minimumInterval))
    }
  }

  var standings: [RelayStanding] { relays.map(\.standing) }

  func needsLine(_ name: String) -> Bool { relays.contains { $0.pin.name == name && $0.line == nil } }

  /// Takes the line of a relay: as it is where a keeper has it, else as it was in this boot, else in its safe state.
  func open(
    _ pin: RelayPin, chip: any GPIOChip, offset: Int
  ) throws(GPIOFailure) -> (line: any OutputLine, isOn: Bool, keptName: String) {
    let request = LineRequest(offset: offset, consumer: "layerberry \(pin.name)", isActiveLow: pin.isActiveLow)
    let keptName = Self.keptName(pin, chip: chip.identity, offset: offset)
    if let descriptor = keeper.takeKept(keptName), let line = chip.relay(keptAs: descriptor, request) {
      return (line, try line.isOn(), keptName)
    }
    let isOn = remembered[pin.name] ?? pin.isSafeOn
    let line = try chip.relay(request, isOn: isOn)
    if let descriptor = line.descriptor { keeper.keep(descriptor, as: keptName) }
    return (line, isOn, keptName)
  }

  mutating func connect(
    _ name: String, _ opened: Result<(line: any OutputLine, isOn: Bool, keptName: String), GPIOFailure>
  ) {
    guard let index = relays.firstIndex(where: { $0.pin.name == name }) else { return }
    switch opened {
    case .success(let (line, isOn, keptName)):
      relays[index].line = line
      relays[index].keptName = keptName
      relays[index].standing.isOn = isOn
      relays[index].standing.problem = nil
      if remembered[name] != isOn { _ = remember(name, isOn) }
    case .failure(let failure):
      relays[index].standing.problem = failure.description
    }
  }

  /// Whether it changed.
  mutating func `switch`(_ name: String, on: Bool, now: ContinuousClock.Instant) throws(Refusal) -> Bool {
    guard let index = relays.firstIndex(where: { $0.pin.name == name }) else {
      throw .fault(Fault(.notFound, "The board has no relay “\(name)”."))
    }
    guard let line = relays[index].line else {
      throw .fault(Fault(.boardError, relays[index].standing.problem ?? "The relay “\(name)” is not open yet."))
    }
    guard relays[index].standing.isOn != on else { return false }
    let rest = relays[index].standing.changedAt.map { $0.advanced(by: relays[index].pin.minimumInterval) - now }
    if let rest, rest > .zero {
      let seconds = max(1, Int(rest.components.seconds) + (rest.components.attoseconds > 0 ? 1 : 0))
      throw .fault(
        Fault(
          .conflict, "The relay “\(name)” was switched a moment ago. Try again in \(seconds) s.", retryAfter: seconds))
    }
    // Written down before it happens: a service that dies in between switches when it is there again.
    let before = remembered[name]
    let isRemembered = remember(name, on)
    do throws(GPIOFailure) {
      try line.set(on)
    } catch {
      if isRemembered { _ = remember(name, before) }
      throw .failure(error)
    }
    relays[index].standing.isOn = on
    relays[index].standing.changedAt = now
    return true
  }

  /// The chip is gone and its outputs with it. What comes back begins in its safe state.
  mutating func lose(because failure: GPIOFailure) {
    for index in relays.indices where relays[index].line != nil {
      relays[index].line = nil
      relays[index].standing.isOn = nil
      relays[index].standing.problem = failure.description
      if let name = relays[index].keptName { keeper.forget(name) }
      _ = remember(relays[index].pin.name, nil)
    }
  }

  /// The end of the service: keepers hold what they have.
  mutating func letGo() {
    for index in relays.indices { relays[index].line = nil }
  }

  func forgetRest() { keeper.forgetRest() }

  private mutating func remember(_ name: String, _ isOn: Bool?) -> Bool {
    remembered[name] = isOn
    return memory.write(remembered)
  }

  /// A line that is another, or counts the other way round, is not the same relay any more.
  private static func keptName(_ pin: RelayPin, chip: ChipIdentity, offset: Int) -> String {
    let label = String(chip.label.map { $0.isLetter || $0.isNumber ? $0 : "-" })
    return "relay-\(pin.name)-\(label)-\(offset)-\(pin.isActiveLow ? "low" : "high")"
  }
}
