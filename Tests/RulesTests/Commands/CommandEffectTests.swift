import Model
import Testing

@testable import Rules

/// What a report shows of each command.
@Suite("What shows that a command has worked")
struct CommandEffectTests {
  private static func report(_ change: (inout PrinterReport) -> Void) -> PrinterReport {
    var report = PrinterReport()
    report.isComplete = true
    change(&report)
    return report
  }

  private static func state(_ state: GcodeState) -> PrinterReport { report { $0.gcodeState = state } }

  private static func unit(minutes: Int? = nil, type: String? = nil, color: String? = nil) -> AMSUnit {
    var tray = AMSTray(slot: 2, isPresent: true)
    (tray.type, tray.color) = (type, color)
    var unit = AMSUnit(id: 1, kind: .pro2, trays: [tray])
    unit.dryMinutes = minutes
    return unit
  }

  static let shown: [(CommandEffect, PrinterReport)] = [
    (.paused, state(.pause)), (.resumed, state(.running)), (.resumed, state(.prepare)),
    (.stopped, state(.failed)), (.stopped, state(.idle)), (.stopped, state(.finish)),
    (.started(taskID: "7"), report { $0.job.subtaskID = "7" }),
    (.speed(level: 3), report { $0.speed = PrintSpeed(level: 3) }),
    (.skipped([2, 1]), report { $0.job.skippedObjects = [1, 2, 3] }),
    (.noPrintError, report { _ in }),
    (
      .lights(prefix: "chamber_light", mode: "on"),
      report {
        $0.lights = [
          Light(node: "chamber_light", mode: "on"), Light(node: "chamber_light2", mode: "on"),
          Light(node: "work_light", mode: "flashing"),
        ]
      }
    ),
    (.partFan(50), report { $0.fans.part = 53 }), (.auxFan(0), report { $0.fans.aux = 0 }),
    (.chamberFan(100), report { $0.fans.chamber = 100 }),
    (.ductFan(part: 10, percent: 20), report { $0.airduct = Airduct(parts: [.init(id: 10, percent: 20)]) }),
    (.airduct(mode: 1), report { $0.airduct = Airduct(mode: 1) }),
    (
      .nozzleTarget(220, nozzle: 1),
      report { $0.nozzles = [Nozzle(id: 1, side: .left, heater: Heater(target: 220))] }
    ),
    (.bedTarget(60), report { $0.bed.target = 60 }), (.chamberTarget(40), report { $0.chamber.target = 40 }),
    (.activeNozzle(1), report { $0.activeNozzle = 1 }),
    (.timelapse(isOn: false), report { $0.camera.timelapse = "disable" }),
    (.loaded(unit: 1, slot: 2), report { $0.activeTray = .ams(unit: 1, slot: 2) }),
    (.externalLoaded, report { $0.activeTray = .external(id: 255) }), (.nothingLoaded, report { _ in }),
    (
      .tray(unit: 1, slot: 2, type: "PLA", color: "FF0000FF"),
      report { $0.ams = [unit(type: "PLA", color: "FF0000FF")] }
    ),
    (
      .tray(unit: 255, slot: 0, type: "PLA", color: "FF0000FF"),
      report { $0.externalSpools = [ExternalSpool(id: 255, type: "PLA", color: "FF0000FF")] }
    ),
    (.drying(unit: 1, isOn: true), report { $0.ams = [unit(minutes: 480)] }),
    (.drying(unit: 1, isOn: false), report { $0.ams = [unit(minutes: 0)] }),
    (.all([.bedTarget(60), .partFan(0)]), report { ($0.bed.target, $0.fans.part) = (60, 0) }),
  ]

  static let hidden: [(CommandEffect, PrinterReport)] = [
    (.paused, state(.running)), (.resumed, state(.pause)), (.resumed, state(.failed)), (.stopped, state(.pause)),
    (.stopped, report { _ in }), (.started(taskID: "7"), report { $0.job.subtaskID = "6" }),
    (.skipped([2, 4]), report { $0.job.skippedObjects = [1, 2, 3] }),
    (.noPrintError, report { $0.printError = PrintErrorCode(rawValue: 0x0300_8008) }),
    (
      .lights(prefix: "chamber_light", mode: "on"),
      report { $0.lights = [Light(node: "chamber_light", mode: "on"), Light(node: "chamber_light2", mode: "off")] }
    ),
    (.lights(prefix: "chamber_light", mode: "on"), report { _ in }),
    (.partFan(0), report { $0.fans.part = 7 }), (.partFan(50), report { $0.fans.part = 60 }),
    (.auxFan(10), report { _ in }), (.chamberTarget(40), report { _ in }),
    (.nozzleTarget(220, nozzle: 1), report { $0.nozzles = [Nozzle(id: 0, side: .right, heater: Heater(target: 220))] }),
    (.nothingLoaded, report { $0.activeTray = .external(id: 254) }),
    (.drying(unit: 1, isOn: true), report { _ in }),
    (.all([.bedTarget(60), .partFan(0)]), report { $0.bed.target = 60 }),
  ]

  @Test(arguments: shown) func thisShowsIt(effect: CommandEffect, report: PrinterReport) {
    #expect(effect.isShown(by: report))
  }

  @Test(arguments: hidden) func thisDoesNot(effect: CommandEffect, report: PrinterReport) {
    #expect(!effect.isShown(by: report))
  }
}
