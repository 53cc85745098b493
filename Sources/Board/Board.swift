package import Loop
package import Model
package import Rules

/// The board: what a pin map names, opened and kept going. An optional part: what fails of it is told, and tried again;
/// nothing else waits for it.
package actor Board: RelayBank {
  /// What happens at it. Told on the board's own thread: be quick.
  package enum Event: Sendable {
    /// Something stands in another way than before.
    case changed
    case gesture(button: String, ButtonGesture)
    /// Something does not work, as a sentence; nil where all is well again.
    case problem(String?)
  }

  /// Where what was failing is tried again: soon at first, then once a minute.
  package static let retries: [Duration] = [.seconds(2), .seconds(5), .seconds(15), .seconds(30), .seconds(60)]

  package nonisolated let map: BoardMap
  package nonisolated let isVirtual: Bool
  package nonisolated let names: [String]
  private nonisolated let loop: PollLoop
  package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private let chips: any GPIOChips
  private let pwmRoot: String
  private let retries: [Duration]
  private let tell: @Sendable (Event) -> Void
  private let isSeen: Bool
  private var opened: [String: any GPIOChip] = [:]
  private var relayRack: RelayRack
  private var driver: LightDriver?
  private var readers: [ButtonReader] = []
  private var gestures: Set<ButtonGesture>
  private var retry: LoopTimer?
  private var attempts = 0
  private var isRunning = false

  /// - Parameters:
  ///   - isSeen: lights blink in earnest; nobody wakes up for virtual ones without it.
  ///   - pwmRoot: where the kernel shows its PWM chips.
  package init(
    map: BoardMap, chips: any GPIOChips, loop: PollLoop, keeper: any LineKeeper, memory: RelayMemory,
    gestures: Set<ButtonGesture> = ButtonTable.standard.gestures, isSeen: Bool? = nil,
    pwmRoot: String = "/sys/class/pwm", retries: [Duration] = Board.retries, tell: @escaping @Sendable (Event) -> Void
  ) {
    self.map = map
    self.chips = chips
    self.loop = loop
    self.pwmRoot = pwmRoot
    self.retries = retries
    self.tell = tell
    self.gestures = gestures
    isVirtual = chips.isVirtual
    self.isSeen = isSeen ?? !chips.isVirtual
    names = map.relays.map(\.name)
    relayRack = RelayRack(pins: map.relays, keeper: keeper, memory: memory)
  }

  // MARK: Start and stop

  /// Opens everything. What is missing or busy is told and tried again.
  ///
  /// - Throws: where the map names a chip that is not there, or a line twice.
  package func start() throws(GPIOFailure) {
    guard !isRunning else { return }
    for chip in Set(map.lines.map(\.line.chip)).sorted() { opened[chip] = try chips.open(chip) }
    try refuseDoubles()
    isRunning = true
    driver = LightDriver(pins: map.lights, loop: loop, isSeen: isSeen) { [weak self] failure in
      self?.assumeIsolated { $0.failed(failure) }
    }
    readers = map.buttons.map { pin in
      ButtonReader(
        pin: pin, gestures: gestures, loop: loop,
        ears: ButtonReader.Ears(
          gesture: { [tell] name, gesture in tell(.gesture(button: name, gesture)) },
          phase: { [weak self] name, phase in self?.assumeIsolated { $0.pressed(name, phase) } },
          failed: { [weak self] failure in self?.assumeIsolated { $0.failed(failure) } }))
    }
    connect()
    relayRack.forgetRest()
  }

  /// Lights go out; relays stay as they are where a keeper holds them.
  package func stop() {
    isRunning = false
    retry?.cancel()
    retry = nil
    for reader in readers { reader.disconnect(problem: nil) }
    driver?.disconnect(problem: nil)
    relayRack.letGo()
    opened = [:]
  }

  /// The same line by its name and by its number.
  private func refuseDoubles() throws(GPIOFailure) {
    var uses: [String: String] = [:]
    for (use, line) in map.lines {
      guard let chip = opened[line.chip], let offset = try? offset(of: line, on: chip) else { continue }
      let key = "\(offset) of \(chip.identity.name)"
      if let other = uses.updateValue(use, forKey: key) {
        throw .refused("The pin map cannot be used", reason: "line \(key) is both \(other) and \(use)")
      }
    }
  }

  private func offset(of line: LineReference, on chip: any GPIOChip) throws(GPIOFailure) -> Int {
    switch line.line {
    case .offset(let offset):
      guard offset < chip.identity.lineCount else { throw .unknownLine("\(offset)", chip: chip.identity) }
      return offset
    case .name(let name):
      guard let offset = chip.offset(named: name) else { throw .unknownLine(name, chip: chip.identity) }
      return offset
    }
  }

  // MARK: Opening, and what fails

  /// Opens whatever is not open. Called again for what failed.
  private func connect() {
    for pin in map.relays where relayRack.needsLine(pin.name) {
      relayRack.connect(
        pin.name,
        with(pin.line) { (chip, offset) throws(GPIOFailure) in
          try relayRack.open(pin, chip: chip, offset: offset)
        })
    }
    for pin in map.lights where driver?.needsOutput(pin.name) == true { driver?.connect(pin.name, light(pin)) }
    for reader in readers where !reader.isConnected {
      let pin = reader.pin
      let line: Result<any InputLine, GPIOFailure> = with(pin.line) { (chip, offset) throws(GPIOFailure) in
        let request = LineRequest(
          offset: offset, consumer: "layerberry \(pin.name)", isActiveLow: pin.isActiveLow)
        return try chip.input(request, bias: pin.bias) { [weak self, loop, name = pin.name] in
          loop.execute { [weak self] in self?.assumeIsolated { $0.edge(at: name) } }
        }
      }
      switch line {
      case .success(let line): reader.connect(line)
      case .failure(let failure): reader.refuse(failure)
      }
    }
    if attempts == 0, let problem { tell(.problem(problem)) }
    scheduleRetry()
    tell(.changed)
  }

  private func light(_ pin: LightPin) -> Result<any LightOutput, GPIOFailure> {
    switch pin.output {
    case .line(let line, let isActiveLow):
      return with(line) { (chip, offset) throws(GPIOFailure) in
        let request = LineRequest(offset: offset, consumer: "layerberry \(pin.name)", isActiveLow: isActiveLow)
        return LineLight(try chip.output(request, isOn: false))
      }
    case .pwm(let chip, let channel, let isActiveLow):
      return Result { () throws(GPIOFailure) in
        try PWMLight(chip: chip, channel: channel, isActiveLow: isActiveLow, root: pwmRoot)
      }
    }
  }

  private func with<Line>(
    _ line: LineReference, _ take: (any GPIOChip, Int) throws(GPIOFailure) -> Line
  ) -> Result<Line, GPIOFailure> {
    do throws(GPIOFailure) {
      let chip = try chip(line.chip)
      return .success(try take(chip, try offset(of: line, on: chip)))
    } catch {
      return .failure(error)
    }
  }

  private func chip(_ reference: String) throws(GPIOFailure) -> any GPIOChip {
    if let chip = opened[reference] { return chip }
    let chip = try chips.open(reference)
    opened[reference] = chip
    return chip
  }

  private func failed(_ failure: GPIOFailure) {
    if failure.kind == .vanished {
      opened = [:]
      relayRack.lose(because: failure)
      driver?.disconnect(problem: failure)
      for reader in readers where reader.isConnected { reader.disconnect(problem: failure) }
    }
    tell(.problem(failure.description))
    scheduleRetry()
    tell(.changed)
  }

  private func scheduleRetry() {
    retry?.cancel()
    retry = nil
    guard isRunning, problem != nil else {
      if attempts > 0 { tell(.problem(nil)) }
      attempts = 0
      return
    }
    let wait = retries[min(attempts, retries.count - 1)]
    attempts += 1
    retry = loop.schedule(after: wait) { [weak self] in self?.assumeIsolated { $0.connect() } }
  }

  // MARK: Buttons

  private func edge(at name: String) { readers.first { $0.pin.name == name }?.look(isEdge: true) }

  private func pressed(_ name: String, _ phase: ButtonMachine.Phase) {
    driver?.overlay(phase.light)
    if phase == .stuck || phase == .up { tell(.changed) }
  }

  /// Which gestures mean something, by the table that holds now.
  package func recognize(_ gestures: Set<ButtonGesture>) {
    self.gestures = gestures
    for reader in readers { reader.recognize(gestures) }
  }

  // MARK: Lights

  /// A light that is not there is none to be shown on.
  package func show(_ light: String, _ pattern: LEDPattern) {
    if driver?.show(light, pattern) == true { tell(.changed) }
  }

  // MARK: Relays

  package func relays() -> [RelayStanding] { relayRack.standings }

  package func relay(_ name: String) -> RelayStanding? { relayRack.standings.first { $0.name == name } }

  package func `switch`(_ name: String, on: Bool) throws(Fault) {
    do throws(RelayRack.Refusal) {
      if try relayRack.switch(name, on: on, now: loop.now) { tell(.changed) }
    } catch {
      switch error {
      case .fault(let fault): throw fault
      case .failure(let failure):
        failed(failure)
        throw failure.fault
      }
    }
  }

  // MARK: How it stands

  package var lights: [LightStanding] { driver?.standings ?? [] }

  package var buttons: [ButtonStanding] {
    readers.map { ButtonStanding(name: $0.pin.name, isStuck: $0.isStuck, problem: $0.problem) }
  }

  package var chipIdentities: [ChipIdentity] { opened.values.map(\.identity).sorted { $0.name < $1.name } }

  /// The first thing that does not work, as a sentence.
  package var problem: String? {
    relayRack.standings.lazy.compactMap(\.problem).first ?? lights.lazy.compactMap(\.problem).first
      ?? buttons.lazy.compactMap(\.problem).first
  }
}
