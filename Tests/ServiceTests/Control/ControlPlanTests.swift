import Model
import Rules
import Testing
import Wire

@testable import Service

/// What a request becomes for a printer as it stands.
@Suite("Control plans")
struct ControlPlanTests {
  private static func situation(
    _ model: PrinterModel = .p1s, _ state: PrinterState = .idle, objects: Set<Int>? = nil,
    _ change: (inout PrinterReport) -> Void = { _ in }
  ) -> ControlPlan.Situation {
    var report = PrinterReport()
    report.isComplete = true
    change(&report)
    return ControlPlan.Situation(model: model, state: state, standing: .allowed, report: report, objects: objects)
  }

  private static func code(_ request: ControlRequest, _ situation: ControlPlan.Situation) -> ErrorCode? {
    do {
      let plan = try ControlPlan(request, for: situation)
      _ = try plan.messages(for: situation.target)
      try situation.admit(plan.need)
      return nil
    } catch let fault as Fault {
      return fault.code
    } catch {
      return .invalidRequest
    }
  }

  @Test("a plain resume stays one where there is no error to ignore")
  func nothingToIgnore() throws {
    let paused = Self.situation(.p1s, .paused)
    #expect(try ControlPlan(.resume(ignoringError: true), for: paused).commands == [.resume])
    let faulty = Self.situation(.p1s, .paused) {
      $0.printError = PrintErrorCode(rawValue: 0x0500_8051)
      $0.job.subtaskID = "77"
    }
    #expect(
      try ControlPlan(.resume(ignoringError: true), for: faulty).commands
        == [.ignoreError(PrintErrorCode(rawValue: 0x0500_8051), jobID: "77")])
  }

  @Test("only the job's own objects are skipped, and never the last")
  func objectsOfTheJob() {
    let printing = Self.situation(.x1c, .printing, objects: [1, 2]) { $0.job.skippedObjects = [1] }
    #expect(Self.code(.skipObjects([3]), printing) == .invalidRequest)
    #expect(Self.code(.skipObjects([2]), printing) == .conflict)
    #expect(Self.code(.skipObjects([2]), Self.situation(.x1c, .printing)) == nil)
  }

  @Test("the setting lifts the list of G-code, not the form, and what it lets through waits for the job's end")
  func allGcode() {
    func gcode(_ line: String, _ allowsAll: Bool, _ state: PrinterState = .idle) -> ErrorCode? {
      Self.code(.gcode(lines: [line], allowsAll: allowsAll), Self.situation(.p1s, state))
    }
    #expect(gcode("M500", false) == .invalidRequest)
    #expect(gcode("M500", true) == nil)
    #expect(gcode("M500\n", true) == .invalidRequest)
    #expect(gcode("M104 S999", true) == .invalidRequest)
    #expect(gcode("M500", true, .printing) == .printerBusy)
    #expect(gcode("M104 S200", false, .printing) == nil)
  }

  @Test("a warm nozzle is unloaded as it is, a cold one is heated")
  func unloading() throws {
    func temperature(_ degrees: Double) throws -> [PrinterCommand] {
      let loaded = Self.situation {
        $0.activeTray = .ams(unit: 0, slot: 1)
        $0.nozzles = [Nozzle(id: 0, side: .single, heater: Heater(temperature: degrees), isActive: true)]
      }
      return try ControlPlan(.unload, for: loaded).commands
    }
    #expect(try temperature(219.6) == [.unload(unit: 0, temperature: 220)])
    #expect(try temperature(25) == [.unload(unit: 0, temperature: 25)])
    #expect(Self.code(.unload, Self.situation()) == .conflict)
  }

  @Test("while control is refused nothing is let through, whatever the state")
  func refused() {
    var situation = Self.situation(.p1s, .printing)
    situation.standing = .refused
    for request in [ControlRequest.stop, .light(isOn: true), .home] {
      #expect(Self.code(request, situation) == .commandRefused)
    }
    #expect(Self.code(.fan(.leftAux, percent: 1), situation) == .invalidRequest, "a bad value is told first")
  }

  @Test("a start waits for a free machine and must show under its number")
  func start() throws {
    let file = ProjectFile(path: "Box.gcode.3mf", taskName: "Box", taskID: 4711)
    let plan = try ControlPlan(.start(file), for: Self.situation())
    #expect(plan.mustShow && plan.effect == .started(taskID: "4711") && plan.startedTaskID == "4711")
    #expect(Self.code(.start(file), Self.situation(.p1s, .paused)) == .printerBusy)
  }
}
