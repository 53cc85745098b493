import Model
import Rules
import Testing

/// The one rule for every way to cut a printer's power (contract, section 5).
@Suite struct PowerWatchTests {
  private static func report(
    _ change: (inout PrinterReport) -> Void = { _ in }
  ) -> PrinterReport {
    var report = PrinterReport()
    report.isComplete = true
    report.nozzles = [Nozzle(id: 0, side: .single, heater: Heater(temperature: 24))]
    change(&report)
    return report
  }

  private static func reading(
    _ state: PrinterState, problem: PrinterProblem? = nil, report: PrinterReport? = Self.report(),
    print: TrackedPrint? = nil
  ) -> PowerReading {
    PowerReading(state: state, problem: problem, isEnabled: true, report: report, print: print)
  }

  private static func watch(_ readings: (PowerReading, Double)...) -> PowerWatch {
    var watch = PowerWatch(at: 0)
    for (reading, time) in readings { watch.observe(reading, at: time) }
    return watch
  }

  static let standings: [(PrinterState, String?)] = [
    (.idle, nil), (.finished, nil), (.failed, nil), (.preparing, "The printer prepares a print."),
    (.printing, "The printer prints."), (.paused, "The printer has a paused print."),
  ]

  @Test("A live printer's power may be cut only while it rests", arguments: standings)
  func standing(state: PrinterState, sentence: String?) {
    let watch = Self.watch((Self.reading(state), 10))
    #expect(watch.objection(safeTemperature: 50, at: 20)?.sentence == sentence)
  }

  @Test("Drying and calibrating count as work")
  func otherWork() {
    var unit = AMSUnit(id: 0)
    unit.dryMinutes = 30
    let drying = Self.watch((Self.reading(.idle, report: Self.report { $0.ams = [unit] }), 0))
    #expect(drying.objection(safeTemperature: 50, at: 1) == .works(.drying))
    let stage = Self.report { $0.stage = PrintStage(id: 25, name: "calibrating motor noise") }
    #expect(Self.watch((Self.reading(.idle, report: stage), 0)).objection(safeTemperature: 50, at: 1) != nil)
    var run = TrackedPrint(followedSince: .at(0))
    run.printType = "system"
    let job = Self.watch((Self.reading(.printing, print: run), 0))
    #expect(job.objection(safeTemperature: 50, at: 1) == .works(.calibrating))
  }

  @Test(
    "Any nozzle above the safe temperature counts, and the limit itself does not",
    arguments: [
      ([24.0], 50.0, false), ([50], 50, false), ([50.2], 50, true), ([24, 180], 50, true), ([55], 60, false),
    ])
  func heat(nozzles: [Double], safe: Double, isRefused: Bool) {
    let report = Self.report {
      $0.nozzles = nozzles.map { Nozzle(id: 0, side: .single, heater: Heater(temperature: $0)) }
    }
    let objection = Self.watch((Self.reading(.finished, report: report), 0)).objection(safeTemperature: safe, at: 1)
    #expect((objection != nil) == isRefused)
  }

  @Test("The refusal says why, with figures that are not cooler than the nozzle")
  func sentence() {
    let report = Self.report { $0.nozzles[0].heater.temperature = 70.1 }
    let objection = Self.watch((Self.reading(.finished, report: report), 0)).objection(safeTemperature: 50, at: 1)
    #expect(objection?.sentence == "A nozzle is at 71 °C, above plug.safe_temperature (50 °C).")
    let fault = objection?.fault(canBeForced: true)
    #expect(fault?.code == .conflict && fault?.message.contains(#"{"force":true}"#) == true)
    #expect(objection?.fault(canBeForced: false).message.contains("force") == false)
  }

  @Test("A printer that falls silent in a print keeps its power for the remaining time and an hour")
  func silence() {
    let printing = Self.report { $0.job.remainingMinutes = 20 }
    let watch = Self.watch(
      (Self.reading(.printing, report: printing), 100), (Self.reading(.offline, problem: .noData, report: nil), 190))
    let end = 100.0 + 20 * 60 + 3600
    #expect(watch.objection(safeTemperature: 50, at: end - 1) == .silent(.printing, seconds: 1))
    #expect(watch.objection(safeTemperature: 50, at: end) == nil)
  }

  @Test("A job whose remaining time nobody knows keeps its power until the printer is heard")
  func unknownRemaining() {
    for minutes in [nil, 0] as [Int?] {
      let report = Self.report { $0.job.remainingMinutes = minutes }
      var watch = Self.watch(
        (Self.reading(.preparing, report: report), 0), (Self.reading(.offline, problem: .unreachable, report: nil), 1))
      #expect(watch.objection(safeTemperature: 50, at: 1_000_000) == .silent(.preparing, seconds: nil))
      watch.observe(Self.reading(.idle), at: 1_000_001)
      #expect(watch.objection(safeTemperature: 50, at: 1_000_001) == nil)
    }
  }

  @Test("A printer that falls silent hot, drying or calibrating keeps its power for an hour more")
  func silentHeat() {
    let hot = Self.report { $0.nozzles[0].heater.temperature = 220 }
    let gone = Self.reading(.offline, problem: .unreachable, report: nil)
    let cooling = Self.watch((Self.reading(.finished, report: hot), 0), (gone, 10))
    #expect(cooling.objection(safeTemperature: 50, at: 3599) == .silentHot(220, seconds: 1))
    #expect(cooling.objection(safeTemperature: 50, at: 3600) == nil)
    var unit = AMSUnit(id: 0)
    unit.dryMinutes = 10
    let drying = Self.watch((Self.reading(.idle, report: Self.report { $0.ams = [unit] }), 0), (gone, 10))
    #expect(drying.objection(safeTemperature: 50, at: 4199) == .silent(.drying, seconds: 1))
    #expect(drying.objection(safeTemperature: 50, at: 4200) == nil)
  }

  @Test("A printer that rested when it fell silent may lose its power at once")
  func silentRest() {
    let watch = Self.watch((Self.reading(.idle), 0), (Self.reading(.offline, problem: .noData, report: nil), 91))
    #expect(watch.objection(safeTemperature: 50, at: 92) == nil)
  }

  @Test("Before a printer has said how it stands, its power stays on")
  func firstContact() {
    let trying = Self.watch((Self.reading(.offline, report: nil), 1))
    #expect(trying.objection(safeTemperature: 50, at: 2) == .unheard)
    #expect(trying.objection(safeTemperature: 50, at: 15) == nil)
    let fragments = Self.watch((Self.reading(.unknown, report: nil), 100))
    #expect(fragments.objection(safeTemperature: 50, at: 101) == .unheard)
    let absent = Self.watch((Self.reading(.offline, problem: .unreachable, report: nil), 1))
    #expect(absent.objection(safeTemperature: 50, at: 2) == nil)
  }

  @Test("What was remembered over a restart counts, and so does a print that is being followed")
  func restart() {
    let memory = PowerWatch.Memory(hazards: [.printing], hottestNozzle: 220, remaining: 600, heardAt: -300)
    var watch = PowerWatch(remembering: memory, at: 0)
    watch.observe(Self.reading(.offline, problem: .unreachable, report: nil), at: 1)
    #expect(watch.objection(safeTemperature: 50, at: 3899) == .silent(.printing, seconds: 1))
    #expect(watch.objection(safeTemperature: 50, at: 3900) == nil)
    var print = TrackedPrint(followedSince: .at(0))
    print.remainingMinutes = 10
    let followed = Self.watch((Self.reading(.offline, problem: .unreachable, report: nil, print: print), 0))
    #expect(followed.objection(safeTemperature: 50, at: 4199) == .silent(.printing, seconds: 1))
  }

  @Test(
    "Times are shown as people say them",
    arguments: [
      (1.0, "1 s"), (59.2, "1 min"), (61, "2 min"), (3600, "1 h"), (7500, "2 h 5 min"),
    ])
  func times(seconds: Double, text: String) {
    let sentence = PowerObjection.silentHot(60, seconds: seconds).sentence
    #expect(sentence.hasSuffix("may be cut in \(text)."))
  }
}
