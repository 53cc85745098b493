import Model
import Testing

@testable import Simulator

@Suite("The print cycle")
struct PrintCycleTests {
  private func printing(_ model: PrinterModel = .p1s) -> (PrintCycle, MachineState) {
    var machine = MachineState(model: model, serial: "01P00A3C0500001")
    var cycle = PrintCycle()
    cycle.start(
      SimulatedJob(
        name: "Bracket", file: "Bracket.gcode.3mf", layers: 90, minutes: 10, taskID: "1", subtaskID: "1",
        tray: TrayPlace(unit: 0, slot: 1)),
      on: &machine)
    return (cycle, machine)
  }

  @Test("A print goes through PREPARE, RUNNING with stages 2, 1, 14, 0, to FINISH, however coarse the time")
  func order() {
    for step in [0.1, 7, 5000] {
      var (cycle, machine) = printing()
      var seen = ["PREPARE/255"]
      for _ in 0..<Int(5000 / step) {
        cycle.advance(&machine, by: step) { seen.append("\($0.phase.rawValue)/\($0.stage)") }
      }
      #expect(seen == ["PREPARE/255", "RUNNING/2", "RUNNING/1", "RUNNING/14", "RUNNING/0", "FINISH/255"])
      #expect(machine.percent == 100)
      #expect(machine.layer == 90)
      #expect(machine.remainingMinutes == 0)
    }
  }

  @Test("Heating takes time, and cooling afterwards as well")
  func temperatures() {
    var (cycle, machine) = printing()
    cycle.advance(&machine, by: 30) { _ in }
    #expect(machine.bed.target == 60)
    #expect(machine.bed.current < 45)
    cycle.advance(&machine, by: 300) { _ in }
    #expect(machine.bed.current > 58)
    #expect(machine.nozzles[0].current > 215)
    cycle.advance(&machine, by: 1000) { _ in }
    #expect(machine.phase == .finish)
    #expect(machine.nozzles[0].current < 120)
    #expect(machine.nozzles[0].target == 0)
  }

  @Test("What a cancelled job would still say is not said of the next one", arguments: CancelOrder.allCases)
  func cancelledJobIsPast(order: CancelOrder) {
    var (cycle, machine) = printing()
    cycle.advance(&machine, by: 60) { _ in }
    cycle.cancel(&machine, order: order)
    cycle.advance(&machine, by: 0.5) { _ in }
    var next = printing().1.job
    next?.subtaskID = "2"
    if let next { cycle.start(next, on: &machine) }
    var errors: Set<Int> = []
    for _ in 0..<20 {
      cycle.advance(&machine, by: 1) { _ in }
      errors.insert(machine.printError)
      #expect(machine.phase.isBusy)
    }
    #expect(errors == [0])
  }

  @Test("A paused print stands still and goes on where it was")
  func pause() {
    var (cycle, machine) = printing()
    cycle.advance(&machine, by: 400) { _ in }
    let percent = machine.percent
    cycle.pause(&machine)
    cycle.advance(&machine, by: 1000) { _ in }
    #expect(machine.phase == .pause && machine.stage == 16 && machine.percent == percent)
    cycle.resume(&machine)
    cycle.advance(&machine, by: 10) { _ in }
    #expect(machine.phase == .running && machine.stage == 0 && machine.percent >= percent)
  }

  @Test(
    "A cancelled print shows 0300_400C before, with or after FAILED, and clears it", arguments: CancelOrder.allCases)
  func cancel(order: CancelOrder) {
    var (cycle, machine) = printing()
    cycle.advance(&machine, by: 300) { _ in }
    var seen: [String] = []
    cycle.cancel(&machine, order: order)
    seen.append("\(machine.phase.rawValue) \(machine.printError)")
    cycle.advance(&machine, by: 10) { seen.append("\($0.phase.rawValue) \($0.printError)") }
    let expected: [CancelOrder: [String]] = [
      .codeFirst: ["RUNNING 50348044", "FAILED 50348044", "FAILED 0"],
      .together: ["FAILED 50348044", "FAILED 0"],
      .codeLast: ["FAILED 0", "FAILED 50348044", "FAILED 0"],
      .idle: ["IDLE 0"],
    ]
    #expect(seen == expected[order])
    #expect(machine.percent == 0 && machine.layer == 0)
  }

  @Test("Speed level 4 prints faster by its factor")
  func speed() {
    var (cycle, machine) = printing()
    machine.speedLevel = 4
    cycle.advance(&machine, by: 300) { _ in }
    var (slowCycle, slow) = printing()
    slowCycle.advance(&slow, by: 300) { _ in }
    #expect(machine.percent > slow.percent)
  }

  @Test("A power cut in a print wakes as PAUSE with 0300_8007")
  func powerLoss() {
    var (cycle, machine) = printing()
    cycle.advance(&machine, by: 300) { _ in }
    cycle.wakeAfterPowerLoss(&machine)
    #expect(machine.phase == .pause && machine.printError == 0x0300_8007)
  }
}
