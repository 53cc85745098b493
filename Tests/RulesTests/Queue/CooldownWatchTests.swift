import Model
import Rules
import Testing

/// When a printer is switched off after its print: time **and** temperature, and never a later print's (lessons 19, 20).
@Suite struct CooldownWatchTests {
  private static let watch = CooldownWatch(
    printer: PrinterID(rawValue: 1), item: QueueItemID(rawValue: 1), taskID: "77", endedAt: .at(0))
  private static let plan = CooldownWatch.Plan(temperature: 50, delay: 300)

  private static func machine(
    _ nozzles: [Double?], _ state: PrinterState = .finished, task: String? = "77",
    feed: QueueMachine.Feed = .on, change: (inout QueueMachine) -> Void = { _ in }
  ) -> QueueMachine {
    QueueMachine(1, .h2d, state) { machine in
      machine.feed = feed
      machine.report?.nozzles = nozzles.enumerated().map {
        Nozzle(id: $0, side: .right, heater: Heater(temperature: $1))
      }
      machine.report?.job.subtaskID = task
      change(&machine)
    }
  }

  static let rows: [(what: String, machine: QueueMachine, at: Double, due: Bool, verdict: CooldownWatch.Verdict)] = [
    ("cool and late", machine([49.9, 20]), 300, false, .switchOff),
    ("idle as well", machine([25], .idle), 300, false, .switchOff),
    ("after a failed print", machine([25], .failed), 9000, false, .switchOff),
    ("cool and early", machine([25, 20]), 299, false, .wait(until: .at(300))),
    ("late and hot", machine([50, 20]), 300, false, .wait(until: nil)),
    ("late and one hot", machine([20, 180]), 9000, false, .wait(until: nil)),
    ("a nozzle says nothing", machine([20, nil]), 9000, false, .wait(until: nil)),
    ("no nozzle says anything", machine([]), 9000, false, .wait(until: nil)),
    ("silent", machine([20], .offline), 9000, false, .wait(until: nil)),
    ("another item is due", machine([20]), 9000, true, .wait(until: nil)),
    ("the next print has begun", machine([20], .preparing, task: "78"), 10, false, .over),
    ("paused", machine([20], .paused), 9000, false, .over),
    ("an item is on its way", machine([20]) { $0.isTaken = true }, 9000, false, .over),
    ("another job has run meanwhile", machine([20], .finished, task: "78"), 9000, false, .over),
    ("the number is gone", machine([20], .idle, task: "0"), 9000, false, .switchOff),
    ("no plug any more", machine([20], feed: .none), 9000, false, .over),
    ("off already", machine([20], .offline, feed: .off), 9000, false, .over),
    ("the plug does not answer", machine([20], feed: .unknown), 9000, false, .switchOff),
    ("the clock was set back", machine([20]), -1e6, false, .wait(until: .at(-1e6 + 300))),
  ]

  @Test(arguments: rows)
  func verdict(what: String, machine: QueueMachine, at: Double, due: Bool, verdict: CooldownWatch.Verdict) {
    #expect(Self.watch.verdict(machine, plan: Self.plan, isItemDue: due, now: .at(at)) == verdict, "\(what)")
  }
}
