import Model
import Rules
import Testing

/// Off after the print by delay and temperature, whichever comes last (contract, section 5).
@Suite struct AutoOffTests {
  private let plan = AutoOff.Plan(delay: 300, temperature: 50)

  private func watch(nozzle: Double, _ hazards: Set<PowerHazard> = [], at time: Double = 0) -> PowerWatch {
    var watch = PowerWatch(at: 0)
    watch.observe(PowerReading(contact: .live, hazards: hazards, hottestNozzle: nozzle), at: time)
    return watch
  }

  private func verdict(_ timer: AutoOff, _ watch: PowerWatch, at now: Double, cutsPower: Bool = true) -> AutoOff.Verdict
  {
    timer.verdict(plan, watch: watch, cutsPower: cutsPower, safeTemperature: 50, at: now)
  }

  @Test("Nothing happens unless some work has ended")
  func idle() {
    #expect(verdict(AutoOff(), watch(nozzle: 20), at: 1000) == .nothing)
  }

  @Test("While the delay runs, it says for how long and how hot the nozzle is")
  func delay() {
    var timer = AutoOff()
    timer.workEnded(at: 100)
    #expect(verdict(timer, watch(nozzle: 70.4), at: 160) == .wait(until: 400, reason: "off in 4 min: nozzle 71 °C"))
    #expect(verdict(timer, watch(nozzle: 40), at: 160) == .wait(until: 400, reason: "off in 4 min"))
    #expect(verdict(timer, watch(nozzle: 40), at: 400) == .switchOff)
  }

  @Test("After the delay it waits for the temperature, and for what the rule refuses")
  func temperature() {
    let timer = AutoOff(since: 0)
    #expect(verdict(timer, watch(nozzle: 71), at: 300) == .wait(until: nil, reason: "off at 50 °C: nozzle 71 °C"))
    #expect(
      verdict(timer, watch(nozzle: 30, [.drying]), at: 300)
        == .wait(until: nil, reason: "stays on: The printer dries filament."))
    // What feeds no printer cuts nothing, and still waits for its own temperature.
    #expect(verdict(timer, watch(nozzle: 30, [.drying]), at: 300, cutsPower: false) == .switchOff)
  }

  @Test("A printer that is switched off at itself is taken for cool after an hour")
  func silent() {
    var watch = watch(nozzle: 200)
    watch.observe(PowerReading(contact: .silent), at: 20)
    let timer = AutoOff(since: 0)
    #expect(verdict(timer, watch, at: 1000) == .wait(until: 3600, reason: "off at 50 °C: nozzle 200 °C"))
    #expect(verdict(timer, watch, at: 3600) == .switchOff)
  }

  @Test("What one print has set dies with the next")
  func nextStart() {
    var timer = AutoOff(since: 0)
    timer.cancel()
    #expect(verdict(timer, watch(nozzle: 20), at: 10_000) == .nothing)
  }
}
