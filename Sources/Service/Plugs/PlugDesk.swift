package import Logging
package import Model
import Rules
package import Store
import Synchronization

/// All smart plugs: switches them by the one rule for cutting a printer's power, follows how they stand, and switches them
/// off after the work (contract, section 5, "Smart plugs").
package actor PlugDesk {
  let fleet: Fleet
  let feed: EventFeed
  let repository: SmartPlugRepository
  let energies: PrintEnergyRepository
  let clock: any WallClock
  let steady: SteadyClock
  let logger: Logger
  let workshop: any PlugWorkshop
  let ledger: PowerLedger
  /// °C, the setting `plug.safe_temperature`.
  let safeTemperature: @Sendable () -> Double
  /// Of a kilowatt-hour; nil where nobody has said.
  let energyPrice: @Sendable () -> Double?
  var entries: [PlugID: PlugEntry] = [:]
  /// Somebody changes what is kept of plugs, and who waits for that.
  private var isInTurn = false
  private var line: [CheckedContinuation<Void, Never>] = []
  private var subscription: EventFeed.Subscription?
  private var pulse: Task<Void, Never>?
  private var sleeper: Task<Void?, Never>?
  private var isWoken = false
  private var isStopped = false
  /// How the plugs stand that feed printers, for those who must not wait.
  private nonisolated let feeds = Mutex<[PrinterID: PlugState]>([:])
  /// Printers of which temperatures matter just now.
  private nonisolated let armed = Mutex<Set<PrinterID>>([])

  package init(
    fleet: Fleet, feed: EventFeed, database: Database, clock: any WallClock, logger: Logger,
    workshop: any PlugWorkshop, steady: @escaping SteadyClock = BootClock.seconds,
    energyPrice: @escaping @Sendable () -> Double? = { nil },
    safeTemperature: @escaping @Sendable () -> Double
  ) {
    self.fleet = fleet
    self.feed = feed
    repository = SmartPlugRepository(database)
    energies = PrintEnergyRepository(database)
    self.energyPrice = energyPrice
    self.clock = clock
    self.steady = steady
    self.logger = logger
    self.workshop = workshop
    self.safeTemperature = safeTemperature
    ledger = PowerLedger(
      view: fleet.view, repository: PowerMemoryRepository(database), clock: clock, steady: steady, logger: logger)
  }

  // MARK: Begin and end

  /// Reads what is kept, and follows the printers from then on. Nothing is switched by this.
  package func start() async throws {
    try await ledger.load()
    let now = steady()
    for record in try await repository.all() {
      let age = record.workEndedAt.map(ledger.age)
      try open(record, timer: AutoOff(since: age.map { now - $0 }))
    }
    subscription = feed.follow { [weak self] event in self?.heard(event) }
    await fleet.beforeRemoval { [weak self] (printer) throws(Fault) in try await self?.checkRemoval(of: printer) }
    for snapshot in fleet.view.all { _ = ledger.observe(snapshot) }
    rearm()
    beat()
  }

  package func stop() async {
    isStopped = true
    subscription = nil
    let pulse = pulse
    pulse?.cancel()
    sleeper?.cancel()
    await pulse?.value
    for id in entries.keys {
      do { try await keepCount(of: id) } catch {
        logger.error("what a plug adds up to could not be kept", metadata: ["plug": "\(id)", "error": "\(error)"])
      }
    }
    for entry in entries.values { await entry.driver.close() }
  }

  /// Changes of what is kept go one after the other, so that each begins with what the one before has left.
  func inTurn<Value: Sendable>(_ body: () async throws -> Value) async rethrows -> Value {
    if isInTurn {
      await withCheckedContinuation { line.append($0) }
    } else {
      isInTurn = true
    }
    defer {
      if line.isEmpty { isInTurn = false } else { line.removeFirst().resume() }
    }
    return try await body()
  }

  func open(_ record: SmartPlugRecord, timer: AutoOff = AutoOff()) throws {
    entries[record.id] = PlugEntry(record, driver: try workshop.driver(for: record.plug), timer: timer)
    showOwners()
  }

  /// For `plug_id` and `plug_ids` of printers.
  func showOwners() {
    var owners: [PrinterID: PrinterPlugs] = [:]
    for (id, entry) in entries.sorted(by: { $0.key < $1.key }) {
      guard let printer = entry.plug.printerID else { continue }
      owners[printer, default: PrinterPlugs()].all.append(id)
      if entry.plug.feedsPrinter { owners[printer]?.feeding = id }
    }
    fleet.view.store(owners)
    showFeeds()
  }

  private func showFeeds() {
    let now = steady()
    let fed = entries.values.compactMap { entry in
      entry.plug.isEnabled ? entry.plug.fedPrinter.map { ($0, entry.standing(at: now).state) } : nil
    }
    feeds.withLock { $0 = Dictionary(fed) { $1 } }
  }

  /// How the plug stands that feeds a printer, as last known; nil where there is none.
  package nonisolated func feed(of printer: PrinterID) -> PlugState? { feeds.withLock { $0[printer] } }

  // MARK: What becomes of the printers

  /// Called on whatever thread tells it: it must be quick.
  private nonisolated func heard(_ event: ServiceEvent) {
    switch event {
    case .printerState(let snapshot), .printerAdded(let snapshot), .printerOffline(let snapshot, _):
      let id = snapshot.identity.id
      guard let change = ledger.observe(snapshot) else { return }
      guard change != .other || armed.withLock({ $0.contains(id) }) else { return }
      // Owned by nobody: a hop to the desk for each change that matters to a plug.
      Task { await self.took(change, of: id) }
    case .print(.started(let print), let snapshot, _), .print(.observed(let print), let snapshot, _):
      guard !print.isSystemJob else { return }
      Task { await self.readMeter(of: snapshot.identity.id, hasEnded: false) }
    case .print(.ended(let end), let snapshot, _):
      guard !end.print.isSystemJob else { return }
      Task { await self.readMeter(of: snapshot.identity.id, hasEnded: true) }
    case .printerRemoved(let id):
      ledger.forget(id)
      Task { await self.free(id) }
    default: break
    }
  }

  private func took(_ change: PowerLedger.Change, of printer: PrinterID) async {
    let now = steady()
    for id in entries.keys.sorted() where entries[id]?.plug.printerID == printer {
      guard let entry = entries[id], entry.plug.isEnabled else { continue }
      switch change {
      case .workBegan:
        await setTimer(id, nil)
        if entry.plug.autoOn, !entry.plug.feedsPrinter { await turn(id, on: true, because: "a print has begun") }
      case .workEnded where entry.plug.autoOff: await setTimer(id, now)
      case .workEnded, .other: break
      }
    }
    rearm()
    beat()
  }

  /// Its plugs stay, and belong to nobody (contract, section 5, "Printers").
  private func free(_ printer: PrinterID) {
    for id in entries.keys where entries[id]?.plug.printerID == printer {
      entries[id]?.record.plug.printerID = nil
      entries[id]?.record.workEndedAt = nil
      entries[id]?.timer.cancel()
    }
    showOwners()
    rearm()
  }

  /// Begins or ends the wait for switching off, on the disk first.
  func setTimer(_ id: PlugID, _ since: Double?) async {
    guard let entry = entries[id], since != nil || entry.timer.since != nil else { return }
    let time = since == nil ? nil : clock.now
    do {
      try await repository.setWorkEnded(id, at: time)
    } catch {
      logger.error("when a plug goes off could not be kept", metadata: ["plug": "\(id)", "error": "\(error)"])
    }
    entries[id]?.record.workEndedAt = time
    if let since { entries[id]?.timer.workEnded(at: since) } else { entries[id]?.timer.cancel() }
    entries[id]?.plan = nil
  }

  private func rearm() {
    let printers = entries.values.compactMap { $0.timer.since == nil ? nil : $0.plug.printerID }
    armed.withLock { $0 = Set(printers) }
  }

  // MARK: Time

  /// Looks after whatever is due, now and from then on. What is on its way is never broken off by this.
  func beat() {
    guard !isStopped, !entries.isEmpty else { return }
    isWoken = true
    sleeper?.cancel()
    guard pulse == nil else { return }
    // Owned by the desk: it ends when nothing is left to do, or with `stop`.
    pulse = Task { [weak self] in await self?.goOn() }
  }

  private func goOn() async {
    while !isStopped {
      isWoken = false
      let pause = await lookAfter()
      guard !isWoken else { continue }
      guard let pause else { break }
      let sleeper = Task { try? await Task.sleep(for: pause, tolerance: .milliseconds(200)) }
      self.sleeper = sleeper
      _ = await sleeper.value
      self.sleeper = nil
    }
    pulse = nil
  }

  /// Switches off what is due and asks whom it is time to ask.
  /// - Returns: how long nothing will be due; nil for ever.
  @discardableResult
  func lookAfter() async -> Duration? {
    for id in entries.keys.sorted() where !isStopped { await judge(id) }
    let now = steady()
    let due = entries.keys.filter { id in
      question(of: id, at: now).map { $0 <= now } ?? false && entries[id]?.isAsking == false
    }
    await withTaskGroup(of: Void.self) { group in
      for id in due { group.addTask { await self.ask(id) } }
    }
    let later = steady()
    let next = entries.keys.flatMap { [question(of: $0, at: later), entries[$0]?.judgedAgainAt] }.compactMap(\.self)
      .min()
    guard let next, !isStopped else { return nil }
    return .milliseconds(Int64(max(0.05, next - later) * 1000))
  }

  private func question(of id: PlugID, at now: Double) -> Double? {
    guard let entry = entries[id] else { return nil }
    return entry.nextQuestion(isWorking: entry.plug.printerID.map(ledger.isWorking) ?? false, at: now)
  }

  /// Whether it is to go off by now.
  private func judge(_ id: PlugID) async {
    guard let entry = entries[id], entry.plug.isEnabled, let printer = entry.plug.printerID else { return }
    let now = steady()
    let plan = AutoOff.Plan(
      delay: Double(entry.plug.autoOffDelay), temperature: Double(entry.plug.autoOffTemperature))
    let verdict = entry.timer.verdict(
      plan, watch: ledger.watch(of: printer), cutsPower: entry.plug.feedsPrinter, safeTemperature: safeTemperature(),
      at: now)
    switch verdict {
    case .nothing:
      entries[id]?.plan = nil
      entries[id]?.judgedAgainAt = nil
    case .wait(let until, let reason):
      entries[id]?.plan = reason
      // What is shown in minutes is right to the minute.
      entries[id]?.judgedAgainAt = until.map { min($0, now + 20) }
    case .switchOff:
      if await turn(id, on: false, because: "its printer has been done for \(entry.plug.autoOffDelay) s and is cool") {
        await setTimer(id, nil)
        rearm()
      }
      // One that does not answer is tried again, not hammered.
      let isOpen = entries[id]?.timer.since != nil
      entries[id]?.judgedAgainAt = isOpen ? now + PlugEntry.often : nil
    }
    tell(id)
  }

  // MARK: Telling

  /// Tells everybody who follows, where something is different.
  func tell(_ id: PlugID) {
    guard let entry = entries[id] else { return }
    let standing = entry.standing(at: steady())
    guard entry.told?.isAlike(standing) != true else { return }
    entries[id]?.told = standing
    showFeeds()
    feed.publish(.plug(standing))
  }
}
