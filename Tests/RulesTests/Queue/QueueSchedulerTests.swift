import Model
import Rules
import Testing

/// Which items start, where, and why the others wait (contract, section 5, "Queue").
@Suite struct QueueSchedulerTests {
  private static func verdict(
    _ entries: [QueueEntry], _ machines: [QueueMachine], change: (inout QueueScheduler) -> Void = { _ in }
  ) -> QueueScheduler.Verdict {
    var scheduler = QueueScheduler(entries: entries, machines: machines)
    change(&scheduler)
    return scheduler.verdict(now: .at(0))
  }

  @Test func eachPrinterTakesTheFirstOfItsItems() {
    let verdict = Self.verdict(
      [QueueEntry(1, on: 1), QueueEntry(2, on: 1), QueueEntry(3, on: 2), QueueEntry(4, on: 2)],
      [QueueMachine(1), QueueMachine(2)])
    #expect(verdict.starts == ["1@1", "3@2"])
    #expect(verdict.gate(2) == "behind" && verdict.gate(4) == "behind" && verdict.gate(1) == nil)
  }

  @Test func anItemForAModelTakesAnyIdlePrinterOfIt() {
    let entries = [QueueEntry(1, of: .p1s), QueueEntry(2, of: .p1s), QueueEntry(3, of: .p1s), QueueEntry(4, of: .x1c)]
    let verdict = Self.verdict(
      entries, [QueueMachine(1, .a1), QueueMachine(2, .p1s), QueueMachine(3, .p1s, .printing), QueueMachine(4, .p1s)])
    #expect(verdict.starts == ["1@2", "2@4"])
    #expect(verdict.gate(4) == "no_printer")
    #expect(verdict.gate(3) == "behind")
  }

  @Test func anItemForAModelGoesOnlyToThePrintersOfItsKey() {
    let machines = [QueueMachine(1), QueueMachine(2)]
    #expect(Self.verdict([QueueEntry(1, of: .p1s, among: [2])], machines).starts == ["1@2"])
    #expect(Self.verdict([QueueEntry(1, of: .p1s, among: [7])], machines).gate(1) == "no_printer")
  }

  @Test func earlierItemsForAModelComeBeforeLaterOnesForThePrinter() {
    let verdict = Self.verdict([QueueEntry(1, of: .p1s), QueueEntry(2, on: 1)], [QueueMachine(1)])
    #expect(verdict.starts == ["1@1"] && verdict.gate(2) == "behind")
  }

  @Test func anItemWhoseTimeHasNotComeHoldsNobodyBack() {
    let verdict = Self.verdict([QueueEntry(1, on: 1, at: .at(60)), QueueEntry(2, on: 1)], [QueueMachine(1)])
    #expect(verdict.starts == ["2@1"] && verdict.gate(1) == "scheduled")
    #expect(verdict.nextMoment == .at(60))
    #expect(Self.verdict([QueueEntry(1, on: 1, at: .at(0))], [QueueMachine(1)]).starts == ["1@1"])
    // The references give times that are past: due at once.
    #expect(Self.verdict([QueueEntry(1, on: 1, at: .at(-9e6))], [QueueMachine(1)]).starts == ["1@1"])
  }

  @Test func timesWaitWhileTheClockIsUnset() {
    let verdict = Self.verdict([QueueEntry(1, on: 1, at: .at(-60)), QueueEntry(2, on: 1)], [QueueMachine(1)]) {
      $0.isClockSet = false
    }
    #expect(verdict.gate(1) == "clock_unset" && verdict.starts == ["2@1"])
  }

  @Test func pausesOfAllAndOfOnePrinter() {
    let entries = [QueueEntry(1, on: 1), QueueEntry(2, on: 2), QueueEntry(3, of: .p1s)]
    let all = Self.verdict(entries, [QueueMachine(1), QueueMachine(2)]) { $0.isPaused = true }
    #expect(all.decisions.isEmpty && [1, 2, 3].allSatisfy { all.gate($0) == "queue_paused" })
    let one = Self.verdict(entries, [QueueMachine(1) { $0.isPaused = true }, QueueMachine(2), QueueMachine(3)])
    #expect(one.gate(1) == "printer_paused" && one.starts == ["2@2", "3@3"])
  }

  static let gates: [(String, QueueMachine)] = [
    ("printer_busy", QueueMachine(1, .p1s, .printing)), ("printer_busy", QueueMachine(1, .p1s, .preparing)),
    ("printer_busy", QueueMachine(1, .p1s, .paused)), ("printer_busy", QueueMachine(1) { $0.isTaken = true }),
    ("printer_offline", QueueMachine(1, .p1s, .offline)), ("printer_offline", QueueMachine(1, .p1s, .error)),
    ("printer_offline", QueueMachine(1, .p1s, .unknown)),
    ("printer_disconnected", QueueMachine(1, .p1s, .offline) { $0.isEnabled = false }),
    ("control_refused", QueueMachine(1) { $0.control = .refused }),
    ("plate_not_cleared", QueueMachine(1, cleared: false)),
    ("plate_not_cleared", QueueMachine(1, .p1s, .finished, cleared: false)),
    ("plate_not_cleared", QueueMachine(1, .p1s, .offline, cleared: false) { $0.feed = .off }),
    ("powering_on", QueueMachine(1, .p1s, .offline) { $0.feed = .off }),
    // Its power has gone, and nobody has noticed the silence yet.
    ("powering_on", QueueMachine(1) { $0.feed = .off }),
    ("booting_up", QueueMachine(1, .p1s, .offline) { ($0.feed, $0.poweredAt) = (.on, .at(-20)) }),
    ("printer_offline", QueueMachine(1, .p1s, .offline) { ($0.feed, $0.poweredAt) = (.on, .at(-301)) }),
    (
      "power_failed",
      QueueMachine(1, .p1s, .offline) {
        ($0.feed, $0.powerFailure) = (.off, .init(reason: "It does not answer.", retryAt: .at(9)))
      }
    ),
    (
      "powering_on",
      QueueMachine(1, .p1s, .offline) {
        ($0.feed, $0.powerFailure) = (.off, .init(reason: "It does not answer.", retryAt: .at(0)))
      }
    ),
    ("start_open", QueueMachine(1) { $0.openStartUntil = .at(5) }),
  ]

  @Test(arguments: gates) func whatKeepsAPrinterKeepsItsWholeQueue(name: String, machine: QueueMachine) {
    let verdict = Self.verdict([QueueEntry(1, on: 1), QueueEntry(2, on: 1)], [machine])
    #expect(verdict.starts.isEmpty)
    #expect(verdict.gate(1) == name && verdict.gate(2) == "behind")
    #expect(verdict.switchedOn == (name == "powering_on" ? [1] : []))
    #expect(QueueGate.names.contains(name))
    #expect(verdict.gates.values.allSatisfy { !$0.sentence.isEmpty })
  }

  @Test func whatDoesNotStandInTheWay() {
    for machine in [
      QueueMachine(1, .p1s, .finished), QueueMachine(1, .p1s, .failed), QueueMachine(1) { $0.control = .allowed },
      QueueMachine(1) { $0.feed = .on }, QueueMachine(1) { $0.feed = .unknown },
      QueueMachine(1) { $0.openStartUntil = .at(-1) }, QueueMachine(1) { ($0.feed, $0.poweredAt) = (.on, .at(-20)) },
    ] {
      #expect(Self.verdict([QueueEntry(1, on: 1)], [machine]).starts == ["1@1"])
    }
    let onto = Self.verdict([QueueEntry(1, on: 1)], [QueueMachine(1, cleared: false)]) { $0.requiresClearPlate = false }
    #expect(onto.starts == ["1@1"])
  }

  @Test func aPrinterThatIsOnComesBeforeOneThatIsOff() {
    let off = QueueMachine(1, .p1s, .offline) { $0.feed = .off }
    #expect(Self.verdict([QueueEntry(1, of: .p1s)], [off, QueueMachine(2)]).starts == ["1@2"])
    let both = Self.verdict([QueueEntry(1, of: .p1s), QueueEntry(2, of: .p1s)], [off, QueueMachine(2)])
    #expect(both.starts == ["1@2"] && both.switchedOn == [1])
    // The second waits for no printer that is being switched on for the first.
    let three = (1...3).map { QueueMachine($0, .p1s, .offline) { $0.feed = .off } }
    #expect(Self.verdict([QueueEntry(1, of: .p1s), QueueEntry(2, of: .p1s)], three).switchedOn == [1, 2])
  }

  @Test func aFileForAnotherMachineWaitsAndHoldsOnlyItsOwnPrinter() {
    let demand = PrintDemand(model: .a1)
    let verdict = Self.verdict([QueueEntry(1, on: 1, demand: demand), QueueEntry(2, on: 1)], [QueueMachine(1)])
    #expect(verdict.gate(1) == "incompatible" && verdict.gate(2) == "behind")
    let wide = PrintDemand(model: .p1s, nozzleDiameters: [0.6])
    let model = Self.verdict([QueueEntry(1, of: .p1s, demand: wide), QueueEntry(2, on: 1)], [QueueMachine(1)])
    #expect(model.gate(1) == "incompatible" && model.starts == ["2@1"])
  }

  @Test func aRetryKeepsTheOrderOfItsPrinter() {
    let retry = QueueEntry.Retry(at: .at(30), reason: "The printer broke the transfer off.")
    let verdict = Self.verdict([QueueEntry(1, on: 1, retry: retry), QueueEntry(2, on: 1)], [QueueMachine(1)])
    #expect(verdict.gate(1) == "retrying" && verdict.gate(2) == "behind" && verdict.nextMoment == .at(30))
  }

  @Test func everyGateHasItsNameInTheList() {
    let printer = PrinterID(rawValue: 1)
    let all: [QueueGate] = [
      .scheduled(.at(0)), .clockUnset, .queuePaused, .printerPaused(printer), .noPrinter(nil),
      .behind(QueueItemID(rawValue: 1)), .incompatible(""), .printerBusy(printer), .controlRefused(printer),
      .plateNotCleared(printer), .startOpen(printer, until: .at(0)), .poweringOn(printer),
      .powerFailed(printer, "", until: .at(0)), .bootingUp(printer, until: .at(0)), .printerDisconnected(printer),
      .printerOffline(printer, .offline), .filamentMissing(printer, ""), .retrying(.at(0), ""),
    ]
    #expect(all.map(\.name) == QueueGate.names)
  }
}
