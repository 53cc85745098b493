package import Logging
package import Loop
import Model
import Rules
package import Store
import Synchronization

/// The foreman: keeps the queue, starts what can start, and follows what is under way (contract, section 5, "Queue").
///
/// It sleeps until a printer, a plug or a person changes something, the system's clock is set, or the next moment that a
/// rule named has come. Every step
/// is on the disk before it is taken, so that whatever ends the service leaves an item of which the next start can tell
/// what became. Steps go one after the other; files and starts go beside them.
package actor QueueKeeper {
  let repository: QueueRepository
  let fleet: Fleet
  let view: FleetView
  let feed: EventFeed
  let power: any PowerSource
  let source: any PrintSource
  let clock: any WallClock
  let logger: Logger
  let settings: @Sendable () -> QueueSettings

  /// All that wait in their order, and all that are under way.
  private(set) var items: [QueueItemRecord] = []
  /// Given up as not proven, or cancelled after their start went out: their printers may still obey.
  var doubtful: [QueueItemRecord] = []
  /// Ended, with a printer to be switched off.
  var cooling: [QueueItemRecord] = []
  package var pauses = QueuePauses()
  private(set) var gates: [QueueItemID: QueueGate] = [:]
  /// Under way when the service began, and not judged yet.
  var resumed: Set<QueueItemID> = []
  /// What takes files and starts to printers.
  var errands: [QueueItemID: Task<Void, Never>] = [:]
  /// Who waits for a start of his own.
  var attendants: [QueueItemID: CheckedContinuation<Int?, any Error>] = [:]
  /// Printers whose plugs are being switched.
  var switching: [PrinterID: Task<Void, Never>] = [:]
  var poweredAt: [PrinterID: Timestamp] = [:]
  var powerFailures: [PrinterID: QueueMachine.PowerFailure] = [:]
  var isStopping = false

  private var isInTurn = false
  private var line: [CheckedContinuation<Void, Never>] = []
  private let loop: PollLoop
  private var alarm: ClockAlarm?
  private let calls = Mutex(Calls())
  private let marks = PrinterMarks<QueueMachine>()

  /// What has been heard since the last round.
  private struct Calls {
    var isWanted = false
    var isRunning = false
    var mustReload = false
    var subscription: EventFeed.Subscription?
  }

  package init(
    database: Database, fleet: Fleet, view: FleetView, feed: EventFeed, power: any PowerSource, source: any PrintSource,
    loop: PollLoop, clock: any WallClock, logger: Logger, settings: @escaping @Sendable () -> QueueSettings
  ) {
    repository = QueueRepository(database)
    self.fleet = fleet
    self.view = view
    self.feed = feed
    self.power = power
    self.source = source
    self.loop = loop
    self.clock = clock
    self.logger = logger
    self.settings = settings
  }

  // MARK: Begin and end

  /// Reads the queue, and follows it from now on. What was under way is judged by its printer's first full report.
  package func start() async throws {
    try await inTurn {
      try await reload()
      pauses = try await repository.pauses()
      cooling = try await repository.cooling()
      doubtful = try await repository.doubtful(since: clock.now.adding(seconds: -3600))
      resumed = Set(items.filter(\.status.isUnderWay).map(\.id))
    }
    alarm = try ClockAlarm(on: loop) { [weak self] in self?.wake() }
    let subscription = feed.follow { [weak self] event in self?.heard(event) }
    calls.withLock { $0.subscription = subscription }
    wake()
  }

  /// Breaks files off and leaves every item as it stands on the disk.
  package func stop() async {
    isStopping = true
    calls.withLock { $0.subscription = nil }
    alarm?.close()
    alarm = nil
    let open = Array(errands.values) + Array(switching.values)
    for errand in open { errand.cancel() }
    for errand in open { await errand.value }
    for attendant in attendants.values { attendant.resume(throwing: CancellationError()) }
    attendants = [:]
  }

  // MARK: One after the other

  /// Steps take turns: each sees what the one before has left, also where it waits for the disk.
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

  /// Somebody or something has changed; many calls are one round.
  package nonisolated func wake() {
    let mustStart = calls.withLock { calls in
      calls.isWanted = true
      defer { calls.isRunning = true }
      return !calls.isRunning
    }
    guard mustStart else { return }
    // Owned by `calls`: one at a time, and it ends when nothing is wanted.
    Task { await self.work() }
  }

  private nonisolated func heard(_ event: ServiceEvent) {
    switch event {
    case .printerState(let printer), .printerAdded(let printer), .printerOffline(let printer, _):
      let mark = QueueMachine(printer).mark(coolBelow: settings().powerOff.temperature)
      if marks.isNews(mark, of: mark.id) { wake() }
    case .print(.progress, _, _), .print(.stageChanged, _, _): return
    case .print, .plug: wake()
    case .printerRemoved(let id):
      marks.forget(id)
      calls.withLock { $0.mustReload = true }
      wake()
    default: return
    }
  }

  private func work() async {
    while true {
      let wanted = calls.withLock { calls -> (isWanted: Bool, mustReload: Bool) in
        defer { (calls.isWanted, calls.mustReload) = (false, false) }
        if !calls.isWanted { calls.isRunning = false }
        return (calls.isWanted, calls.mustReload)
      }
      guard wanted.isWanted, !isStopping else { return }
      await inTurn {
        do {
          if wanted.mustReload { try await takeUpRemovals() }
          try await round()
        } catch {
          logger.error("the queue could not be kept", metadata: ["error": "\(error)"])
        }
      }
    }
  }

  /// One look at everything, and what follows from it.
  private func round() async throws {
    let now = clock.now
    var moments: [Timestamp?] = [try await followCourses(now: now)]
    moments.append(try await followCooling(now: now))
    let verdict = scheduler().verdict(now: now)
    for decision in verdict.decisions {
      switch decision {
      case .start(let id, let printer, let plan): try await depart(id, to: printer, plan, now: now)
      case .switchOn(let printer, _): switchOn(printer)
      }
    }
    show(verdict.gates)
    moments.append(verdict.nextMoment)
    if !isStopping { arm(moments.compactMap(\.self).min(), now: now) }
  }

  /// Wakes at the next moment at which a rule may say something else, and when somebody sets the clock, by which items with
  /// a time of day wait.
  private func arm(_ moment: Timestamp?, now: Timestamp) {
    let waitsForTime = items.contains { $0.status == .pending && $0.wish.scheduledTime != nil }
    // What is due already has just been looked at: not at once again.
    let soonest = moment.map { max($0, now.adding(seconds: 0.05)) }
    alarm?.set(to: soonest, heedsSetting: waitsForTime)
  }

  // MARK: What is known

  func reload() async throws { items = try await repository.live() }

  /// Takes over an item after a step; one that has ended goes from the list.
  func take(_ record: QueueItemRecord) {
    items.removeAll { $0.id == record.id }
    guard record.status.isLive else { return }
    let place = items.firstIndex { ($0.rank, $0.id) > (record.rank, record.id) } ?? items.endIndex
    items.insert(record, at: place)
  }

  func replace(_ waiting: [QueueItemRecord]) { items = items.filter(\.status.isUnderWay) + waiting }

  func forget(_ id: QueueItemID) {
    items.removeAll { $0.id == id }
    gates[id] = nil
  }

  /// The printer was deleted with what waited for it.
  private func takeUpRemovals() async throws {
    let before = items
    try await reload()
    let left = Set(items.map(\.id))
    for item in before where !left.contains(item.id) {
      errands[item.id]?.cancel()
      gates[item.id] = nil
      if let record = try await repository.get(item.id) {
        finishAttendance(record.id, .failure(PrinterKeeper.deleted))
        publish(record)
      }
    }
  }

  func machines() -> [QueueMachine] {
    let taken = Set(items.filter(\.status.isUnderWay).compactMap(\.printer))
    return view.all.map { printer in
      var machine = QueueMachine(printer)
      machine.isPaused = pauses.printers.contains(machine.id)
      machine.isTaken = taken.contains(machine.id) || switching[machine.id] != nil
      machine.feed = power.feedStanding(of: machine.id)
      if machine.isAtRest || machine.state.isBusy { poweredAt[machine.id] = nil }
      machine.poweredAt = poweredAt[machine.id]
      machine.powerFailure = powerFailures[machine.id]
      machine.openStartUntil = doubtful.filter { $0.dispatch?.machine == machine.id }
        .compactMap { $0.dispatch?.sentAt?.adding(seconds: DispatchCourse.patience) }.max()
      return machine
    }
  }

  func scheduler() -> QueueScheduler {
    QueueScheduler(
      entries: items.filter { $0.status == .pending }.compactMap(\.entry), machines: machines(),
      isPaused: pauses.isWhole, requiresClearPlate: settings().requiresClearPlate, isClockSet: clock.isSet)
  }

  // MARK: Telling

  private func show(_ verdict: [QueueItemID: QueueGate]) {
    let before = gates
    gates = verdict
    for item in items where item.status == .pending && before[item.id]?.name != verdict[item.id]?.name {
      publish(item)
    }
  }

  func publish(_ record: QueueItemRecord) { feed.publish(.queue(.item(shown(record)))) }

  /// - Parameter etas: worked out once for many.
  func shown(_ record: QueueItemRecord, etas: [QueueItemID: Timestamp]? = nil) -> QueueItem {
    var item = QueueItem(record: record)
    guard record.status.isLive else { return item }
    item.eta = (etas ?? self.etas())[record.id]
    guard record.status == .pending else { return item }
    item.position = items.filter { $0.status == .pending }.firstIndex { $0.id == record.id }
    item.gate = gates[record.id]
    return item
  }

  /// When everything that is not done will probably be.
  func etas() -> [QueueItemID: Timestamp] {
    let now = clock.now
    var remaining: [PrinterID: Double] = [:]
    var etas: [QueueItemID: Timestamp] = [:]
    for printer in view.all where printer.state.isBusy {
      let minutes = printer.report?.job.remainingMinutes ?? printer.print?.remainingMinutes
      remaining[printer.identity.id] = minutes.map { Double($0) * 60 }
    }
    for item in items where item.status.isUnderWay {
      guard let printer = item.printer else { continue }
      if item.status == .dispatching || (remaining[printer] ?? 0) == 0 {
        remaining[printer] = item.demand.duration.map { Double($0) }
      }
      etas[item.id] = remaining[printer].map { now.adding(seconds: $0) }
    }
    let scheduler = scheduler()
    var forecast = QueueForecast(machines: scheduler.machines, remaining: remaining, now: now)
    return etas.merging(forecast.etas(scheduler, now: now)) { first, _ in first }
  }
}
