import Model
import Rules
import Testing

/// Whatever order of prints, silences, restarts and switching comes: without `force` no hot or working machine loses its
/// power, and no timer of one print cuts the next.
@Suite struct PowerModelTests {
  private struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }

  /// The machine itself, of which the rule sees only what it is told.
  private struct Machine {
    var job: PowerHazard?
    /// When the job is over; the printer's own guess may be wrong by half an hour.
    var jobEnds = 0.0
    var guess = 0.0
    var nozzle = 25.0
    var dryingEnds = 0.0
    var isHeard = true

    mutating func advance(to now: Double, by seconds: Double) {
      if job == .paused {
        jobEnds += seconds
        guess += seconds
      }
      if let job, job != .paused, now >= jobEnds { self.job = nil }
      // Heats at once, and cools to the room within a quarter of an hour.
      nozzle = job != nil ? 220 : max(25, nozzle - seconds * 0.25)
    }

    func isAtRest(_ now: Double) -> Bool { job == nil && nozzle <= 50 && now >= dryingEnds }

    func reading(_ now: Double) -> PowerReading {
      guard isHeard else { return PowerReading(contact: .silent) }
      var hazards: Set<PowerHazard> = job.map { [$0] } ?? []
      var remaining = job == nil ? 0 : max(0, guess - now)
      if now < dryingEnds {
        hazards.insert(.drying)
        remaining = max(remaining, dryingEnds - now)
      }
      return PowerReading(contact: .live, hazards: hazards, hottestNozzle: nozzle, remaining: remaining)
    }
  }

  @Test("No sequence of events switches off a hot or working machine without force", arguments: 0..<300)
  func neverHotNorWorking(seed: Int) {
    var generator = Generator(state: UInt64(seed))
    var machine = Machine()
    var watch = PowerWatch(at: 0)
    var timer = AutoOff()
    var now = 0.0
    var worked = false
    var cuts = 0
    for _ in 0..<600 {
      let step = Double.random(in: 1...400, using: &generator)
      now += step
      machine.advance(to: now, by: step)
      switch Int.random(in: 0..<24, using: &generator) {
      case 0...2 where machine.isHeard && machine.job == nil:
        let length = Double.random(in: 300...20_000, using: &generator)
        machine.job = PowerHazard.allCases.prefix(4).filter { $0 != .paused }.randomElement(using: &generator)
        machine.guess = now + length
        machine.jobEnds =
          now + length * Double.random(in: 0.5...1, using: &generator)
          + Double.random(in: 0...1800, using: &generator)
        machine.nozzle = 220
      case 3 where machine.isHeard && machine.job == .printing: machine.job = .paused
      case 4 where machine.job == .paused: machine.job = .printing
      case 5 where machine.isHeard: machine.dryingEnds = now + Double.random(in: 600...14_400, using: &generator)
      // A paused job that nobody hears goes on whenever somebody is at its screen: nobody can know, so it is left out.
      case 6...7 where machine.job != .paused: machine.isHeard.toggle()
      case 8:
        // A restart of the service: only the memory is left.
        watch = PowerWatch(remembering: watch.memory, at: now)
        timer = AutoOff(since: timer.since)
      default: break
      }
      watch.observe(machine.reading(now), at: now)
      if machine.isHeard {
        let works = machine.job != nil || now < machine.dryingEnds
        if works { timer.cancel() } else if worked { timer.workEnded(at: now) }
        worked = works
      }
      let plan = AutoOff.Plan(delay: 120, temperature: 45)
      let isAllowed = watch.objection(safeTemperature: 50, at: now) == nil
      let isDue = timer.verdict(plan, watch: watch, cutsPower: true, safeTemperature: 50, at: now) == .switchOff
      if isAllowed || isDue { cuts += 1 }
      #expect(!isAllowed || machine.isAtRest(now), "at \(now): \(machine)")
      #expect(!isDue || isAllowed && machine.isAtRest(now), "at \(now): \(machine)")
    }
    // The rule is no wall: a machine at rest may be switched off.
    #expect(cuts > 0)
  }
}
