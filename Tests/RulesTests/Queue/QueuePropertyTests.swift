import Model
import Rules
import Testing

/// Random queues on printers that fail, disconnect and refuse, against a plain model of a workshop: the order is kept, a
/// printer has one item at a time, nothing starts onto a plate that is not clear, and no power goes off in a hot printer
/// or a print.
@Suite struct QueuePropertyTests {
  private struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
    mutating func chance(_ parts: Int) -> Bool { Int.random(in: 0..<parts, using: &self) == 0 }
  }

  /// A printer as it really is, and a person beside it.
  private struct Truth {
    var machine: QueueMachine
    var printing: QueueItemID?
    var partOnPlate = false
    var isLive: Bool { machine.report != nil }
  }

  private struct Workshop {
    var generator: Generator
    var now = Timestamp.at(0)
    var queue: [QueueEntry] = []
    var printers: [Truth]
    var nextID: Int64 = 1
    var started: [QueueItemID: Int] = [:]
    var copies: [QueueItemID: Int] = [:]
    var isPaused = false
    var watches: [CooldownWatch] = []
    var figures = (starts: 0, switchedOff: 0, switchedOn: 0)
    var complaints: [String] = []

    init(seed: UInt64) {
      generator = Generator(state: seed)
      printers = (1...4).map { number in
        Truth(machine: QueueMachine(number, number < 4 ? .p1s : .a1) { $0.feed = number % 2 == 0 ? .on : .none })
      }
    }

    mutating func step() {
      now = now.adding(seconds: Double(Int.random(in: 1...400, using: &generator)))
      disturb()
      var scheduler = QueueScheduler(entries: queue, machines: printers.map(\.machine), isPaused: isPaused)
      scheduler.isClockSet = true
      let verdict = scheduler.verdict(now: now)
      // One reason for each that waits, and none for one that starts.
      let starting = verdict.decisions.compactMap { if case .start(let id, _, _) = $0 { id } else { nil } }
      if Set(starting).count != starting.count { complaints.append("an item starts twice in one round") }
      for entry in queue where starting.contains(entry.id) == (verdict.gates[entry.id] != nil) {
        complaints.append("item \(entry.id) has no reason to wait, or starts with one")
      }
      for decision in verdict.decisions { carryOut(decision, scheduler) }
      cool(scheduler)
    }

    private mutating func carryOut(_ decision: QueueScheduler.Decision, _ scheduler: QueueScheduler) {
      switch decision {
      case .switchOn(let id, _):
        guard let index = printers.firstIndex(where: { $0.machine.id == id }) else { return }
        if printers[index].machine.feed != .off { complaints.append("switched on what is on") }
        if printers[index].partOnPlate { complaints.append("switched on with a part on the plate") }
        printers[index].machine.feed = .on
        printers[index].machine.poweredAt = now
        figures.switchedOn += 1
      case .start(let id, let printer, _):
        guard let index = printers.firstIndex(where: { $0.machine.id == printer }),
          let place = queue.firstIndex(where: { $0.id == id })
        else {
          complaints.append("started what is not there")
          return
        }
        check(queue[place], printers[index], place: place, scheduler)
        begin(index, id)
        queue[place].copies -= 1
        started[id, default: 0] += 1
        figures.starts += 1
        if queue[place].copies == 0 { queue.remove(at: place) }
      }
    }

    /// The plain rules, each in its own words.
    private mutating func check(_ entry: QueueEntry, _ truth: Truth, place: Int, _ scheduler: QueueScheduler) {
      if truth.printing != nil { complaints.append("started on a printer that prints") }
      if truth.partOnPlate { complaints.append("started onto a part") }
      if !truth.isLive || truth.machine.control == .refused || !truth.machine.isEnabled {
        complaints.append("started on a printer that takes nothing")
      }
      if truth.machine.feed == .off { complaints.append("started without power") }
      if isPaused || truth.machine.isPaused { complaints.append("started in a pause") }
      if let time = entry.scheduledTime, now < time { complaints.append("started too early") }
      let isOfModel = if case .model(let model, _) = entry.target { model == truth.machine.model } else { true }
      let isOfPrinter = if case .printer(let id) = entry.target { id == truth.machine.id } else { true }
      if !isOfModel || !isOfPrinter { complaints.append("started elsewhere") }
      // Whoever stood before it could not have had this printer, or got another in this round.
      for earlier in queue[..<place] where earlier.scheduledTime.map({ $0 <= now }) ?? true {
        guard case .printer(truth.machine.id) = earlier.target else { continue }
        complaints.append("item \(entry.id) went before item \(earlier.id)")
      }
    }

    private mutating func begin(_ index: Int, _ item: QueueItemID?) {
      printers[index].printing = item ?? QueueItemID(rawValue: -1)
      printers[index].machine.state = .printing
      printers[index].machine.isPlateCleared = false
      printers[index].partOnPlate = true
      printers[index].machine.report?.nozzles[0].heater.temperature = 220
      printers[index].machine.report?.job.subtaskID = "\(figures.starts)-\(nextID)"
    }

    private mutating func cool(_ scheduler: QueueScheduler) {
      for watch in watches {
        guard let index = printers.firstIndex(where: { $0.machine.id == watch.printer }) else { continue }
        let truth = printers[index]
        let isDue = queue.contains { scheduler.isDue($0, now: now) && $0.isMeant(for: truth.machine) }
        switch watch.verdict(truth.machine, plan: .init(temperature: 50, delay: 300), isItemDue: isDue, now: now) {
        case .wait: continue
        case .over: break
        case .switchOff:
          if truth.printing != nil { complaints.append("power off in a print") }
          let nozzle = truth.machine.report?.nozzles.first?.heater.temperature ?? 999
          if nozzle >= 50 { complaints.append("power off at \(nozzle) °C") }
          if now < watch.endedAt.adding(seconds: 300) { complaints.append("power off too early") }
          if isDue { complaints.append("power off before an item that is due") }
          printers[index].machine.feed = .off
          printers[index].machine.poweredAt = nil
          goSilent(index)
          figures.switchedOff += 1
        }
        watches.removeAll { $0 == watch }
      }
    }

    private mutating func goSilent(_ index: Int) {
      printers[index].machine.state = .offline
      printers[index].machine.report = nil
    }

    private mutating func comeBack(_ index: Int) {
      guard printers[index].machine.feed != .off else { return }
      printers[index].machine.report = .resting(nozzle: printers[index].printing == nil ? 30 : 220)
      printers[index].machine.state = printers[index].printing == nil ? .idle : .printing
    }

    /// What people, printers and links do by themselves.
    private mutating func disturb() {
      if generator.chance(3), queue.count < 12 { add() }
      if generator.chance(20) { isPaused.toggle() }
      if generator.chance(6), !queue.isEmpty {
        let moved = queue.remove(at: Int.random(in: 0..<queue.count, using: &generator))
        if generator.chance(2) { queue.insert(moved, at: 0) } else { copies[moved.id]? -= moved.copies }
      }
      for index in printers.indices {
        let temperature = printers[index].machine.report?.nozzles[0].heater.temperature
        if printers[index].printing == nil, let temperature {
          printers[index].machine.report?.nozzles[0].heater.temperature = max(25, temperature - 60)
        }
        if printers[index].printing != nil, printers[index].isLive, generator.chance(3) { endPrint(index) }
        if printers[index].partOnPlate, printers[index].printing == nil, generator.chance(3) {
          printers[index].partOnPlate = false
          printers[index].machine.isPlateCleared = true
        }
        if generator.chance(25) { goSilent(index) }
        if !printers[index].isLive, generator.chance(3) { comeBack(index) }
        if generator.chance(30) {
          printers[index].machine.control = printers[index].machine.control == .refused ? .allowed : .refused
        }
        if generator.chance(40) { printers[index].machine.isPaused.toggle() }
        if generator.chance(40) { printers[index].machine.isEnabled.toggle() }
        // Somebody starts a print at the machine itself.
        if generator.chance(30), printers[index].printing == nil, printers[index].isLive { begin(index, nil) }
      }
    }

    private mutating func endPrint(_ index: Int) {
      let item = printers[index].printing
      printers[index].printing = nil
      printers[index].machine.state = generator.chance(3) ? .failed : .finished
      let isOurs = item.map { $0.rawValue > 0 } ?? false
      guard isOurs, let item, printers[index].machine.feed == .on, generator.chance(2) else { return }
      watches.removeAll { $0.printer == printers[index].machine.id }
      watches.append(
        CooldownWatch(
          printer: printers[index].machine.id, item: item, taskID: printers[index].machine.report?.job.subtaskID,
          endedAt: now))
    }

    private mutating func add() {
      let id = QueueItemID(rawValue: nextID)
      nextID += 1
      let printer = PrinterID(rawValue: Int64.random(in: 1...4, using: &generator))
      let later = now.adding(seconds: Double(Int.random(in: 0...2000, using: &generator)))
      let entry = QueueEntry(
        id: id, target: generator.chance(3) ? .model(.p1s, among: nil) : .printer(printer),
        scheduledTime: generator.chance(4) ? later : nil, copies: generator.chance(5) ? 3 : 1,
        demand: PrintDemand(model: generator.chance(12) ? .h2s : nil, duration: 600))
      copies[id] = entry.copies
      queue.append(entry)
    }
  }

  @Test(arguments: 0..<200) func theRulesHoldWhateverHappens(seed: UInt64) {
    var workshop = Workshop(seed: seed &* 7919)
    for _ in 0..<300 { workshop.step() }
    #expect(workshop.complaints.isEmpty, "seed \(seed): \(Set(workshop.complaints))")
    #expect(workshop.started.allSatisfy { $0.value <= (workshop.copies[$0.key] ?? 0) })
  }

  /// The rules above would hold in a workshop that does nothing, too.
  @Test func theWorkshopPrintsAndSeesPowerGoOffAndOn() {
    var figures = (off: 0, on: 0)
    var starts = 0
    for seed in 0..<20 as Range<UInt64> {
      var workshop = Workshop(seed: seed)
      for _ in 0..<300 { workshop.step() }
      figures = (figures.off + workshop.figures.switchedOff, figures.on + workshop.figures.switchedOn)
      starts += workshop.figures.starts
    }
    #expect(starts > 200, "hardly anything was printed")
    #expect(figures.off > 10 && figures.on > 5, "\(figures)")
  }
}
