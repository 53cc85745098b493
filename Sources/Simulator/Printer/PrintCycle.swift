import Model

/// Moves a machine through a print by simulated time: IDLE, PREPARE, RUNNING with its stages, FINISH; and through
/// what can go wrong on the way (protocol sheet, section 7).
struct PrintCycle: Sendable {
  /// Steps of a running job before printing itself: the stage and its least seconds.
  private static let preparation: [(stage: Int, seconds: Double)] = [(2, 30), (1, 40), (14, 25)]
  /// Seconds of download and unpacking.
  private static let prepareTime = 20.0

  private struct Due {
    var at: Double
    /// Said of the job that ended; the next one puts an end to it.
    var isOfJob: Bool
    var change: @Sendable (inout MachineState) -> Void
  }

  /// Seconds in the present step.
  private var inStep = 0.0
  private var step = 0
  /// Seconds of printing done, at standard speed.
  private var printed = 0.0
  /// Changes that are due at some simulated second.
  private var scheduled: [Due] = []

  /// Simulated seconds since the machine was switched on.
  private(set) var clock = 0.0

  mutating func start(_ job: SimulatedJob, on machine: inout MachineState) {
    scheduled.removeAll { $0.isOfJob }
    machine.job = job
    machine.phase = .prepare
    machine.stage = MachineState.idleStage(machine.model)
    machine.plannedStages = Self.preparation.map(\.stage)
    machine.percent = 0
    machine.layer = 0
    machine.preparePercent = 0
    machine.remainingMinutes = Int(job.minutes.rounded(.up))
    machine.printError = 0
    machine.failReason = 0
    machine.hms = []
    machine.skippedObjects = []
    inStep = 0
    step = 0
    printed = 0
  }

  /// Advances by simulated seconds, a second at most at a time, and calls `changed` after each change of phase,
  /// stage or error, so that short phases are seen at any speed.
  mutating func advance(_ machine: inout MachineState, by seconds: Double, changed: (MachineState) -> Void) {
    var left = seconds
    while left > 0 {
      let slice = min(left, 1)
      left -= slice
      let before = Landmark(machine)
      clock += slice
      advanceOnce(&machine, by: slice)
      if Landmark(machine) != before { changed(machine) }
    }
  }

  private struct Landmark: Equatable {
    let phase: MachineState.Phase
    let stage: Int
    let error: Int
    let hms: [HMSEntry]

    init(_ machine: MachineState) {
      (phase, stage, error, hms) = (machine.phase, machine.stage, machine.printError, machine.hms)
    }
  }

  private mutating func advanceOnce(_ machine: inout MachineState, by seconds: Double) {
    let due = scheduled.filter { $0.at <= clock }
    scheduled.removeAll { $0.at <= clock }
    for entry in due { entry.change(&machine) }
    switch machine.phase {
    case .prepare:
      inStep += seconds
      machine.preparePercent = min(100, Int(inStep / Self.prepareTime * 100))
      if inStep >= Self.prepareTime { run(&machine) }
    case .running: advanceRunning(&machine, by: seconds)
    default: break
    }
    for index in machine.nozzles.indices { machine.nozzles[index].advance(by: seconds) }
    machine.bed.advance(by: seconds)
    let warmth = ThermalModel.ambient + max(0, machine.bed.current - 30) * 0.3
    machine.chamber.advance(by: seconds, surroundings: warmth)
    for index in machine.ams.indices where machine.ams[index].dryMinutes > 0 {
      machine.ams[index].dryMinutes = max(0, machine.ams[index].dryMinutes - seconds / 60)
    }
  }

  private mutating func run(_ machine: inout MachineState) {
    guard let job = machine.job else { return }
    machine.phase = .running
    machine.preparePercent = 100
    machine.bed.target = job.bedTarget
    if let tray = job.tray { machine.activeNozzle = machine.extruder(fedBy: tray.unit) }
    machine.nozzles[machine.activeNozzle].target = 140
    machine.trayNow = job.tray
    inStep = 0
    step = 0
    machine.stage = Self.preparation[0].stage
  }

  private mutating func advanceRunning(_ machine: inout MachineState, by seconds: Double) {
    guard let job = machine.job else { return }
    if step < Self.preparation.count {
      inStep += seconds
      let current = Self.preparation[step]
      guard inStep >= current.seconds, current.stage != 2 || machine.bed.isAtTarget else { return }
      step += 1
      inStep = 0
      machine.stage = step < Self.preparation.count ? Self.preparation[step].stage : 0
      if machine.stage == 14 || machine.stage == 0 { machine.nozzles[machine.activeNozzle].target = job.nozzleTarget }
      if machine.stage == 0 {
        machine.partFan = 10
        machine.auxFan = machine.model.hasChamberFans ? 5 : 0
      }
      return
    }
    let total = job.minutes * 60
    printed = min(total, printed + seconds * machine.speedFactor)
    let done = total > 0 ? printed / total : 1
    machine.percent = Int(done * 100)
    machine.layer = min(job.layers, 1 + Int(done * Double(job.layers)))
    machine.remainingMinutes = Int(((total - printed) / 60 / machine.speedFactor).rounded(.up))
    if done >= 1 { end(&machine, as: .finish) }
  }

  private mutating func end(_ machine: inout MachineState, as phase: MachineState.Phase) {
    machine.phase = phase
    machine.stage = MachineState.idleStage(machine.model)
    machine.remainingMinutes = 0
    if phase == .finish { machine.percent = 100 }
    for index in machine.nozzles.indices { machine.nozzles[index].target = 0 }
    machine.bed.target = 0
    machine.chamber.target = 0
    machine.partFan = 0
    machine.auxFan = 0
    machine.chamberFan = 0
    machine.speedLevel = 2
  }

  // MARK: What happens to a print

  mutating func pause(_ machine: inout MachineState, stage: Int = 16, error: Int = 0, hms: [HMSEntry] = []) {
    guard machine.phase == .running || machine.phase == .prepare else { return }
    machine.phase = .pause
    machine.stage = stage
    if error != 0 { machine.printError = error }
    machine.hms = hms
  }

  mutating func resume(_ machine: inout MachineState) {
    guard machine.phase == .pause else { return }
    machine.phase = .running
    machine.stage = step < Self.preparation.count ? Self.preparation[step].stage : 0
    machine.printError = 0
    machine.hms = []
    if inStep == 0, step == 0 { run(&machine) }
  }

  /// The job ends with this error, which stays until it is dismissed.
  mutating func fail(_ machine: inout MachineState, error: Int, hms: [HMSEntry] = []) {
    guard machine.phase.isBusy else { return }
    end(&machine, as: .failed)
    machine.printError = error
    machine.failReason = error
    machine.hms = hms
  }

  /// Stopped by a person, at the screen or by command: 0300_400C, which clears after 2.5 s (section 7).
  mutating func cancel(_ machine: inout MachineState, order: CancelOrder) {
    guard machine.phase.isBusy else { return }
    let code = 0x0300_400C
    let clear = { @Sendable (machine: inout MachineState) in
      if machine.printError == 0x0300_400C { machine.printError = 0 }
    }
    switch order {
    case .codeFirst:
      machine.printError = code
      scheduled.append(Due(at: clock + 1, isOfJob: true, change: ending(.failed)))
    case .together:
      machine.printError = code
      ending(.failed)(&machine)
    case .codeLast:
      ending(.failed)(&machine)
      scheduled.append(Due(at: clock + 1, isOfJob: true) { $0.printError = 0x0300_400C })
    case .idle:
      ending(.idle)(&machine)
      return
    }
    machine.failReason = code
    scheduled.append(Due(at: clock + 3.5, isOfJob: true, change: clear))
  }

  /// Changes the machine later, by simulated seconds.
  mutating func schedule(after seconds: Double, _ change: @escaping @Sendable (inout MachineState) -> Void) {
    scheduled.append(Due(at: clock + seconds, isOfJob: false, change: change))
  }

  private func ending(_ phase: MachineState.Phase) -> @Sendable (inout MachineState) -> Void {
    { machine in
      var cycle = PrintCycle()
      cycle.end(&machine, as: phase)
      machine.percent = 0
      machine.layer = 0
    }
  }

  /// What the machine says when it wakes up after a power cut in a print: PAUSE with 0300_8007.
  mutating func wakeAfterPowerLoss(_ machine: inout MachineState) {
    for index in machine.nozzles.indices { machine.nozzles[index].target = 0 }
    machine.bed.target = 0
    guard machine.phase.isBusy else { return }
    machine.phase = .pause
    machine.stage = MachineState.idleStage(machine.model)
    machine.printError = 0x0300_8007
  }
}
