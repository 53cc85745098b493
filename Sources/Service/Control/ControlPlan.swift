import Model
import Rules
import Wire

/// A request as it will go to one printer: the messages, what they need of its state, and what will show that they worked.
///
/// Pure: everything that could be refused is refused here, before anything is sent.
struct ControlPlan {
  /// The printer as the plan sees it.
  struct Situation {
    var model: PrinterModel
    var state: PrinterState
    var problem: PrinterProblem?
    var standing: ControlStanding
    var report: PrinterReport
    /// The objects of the job; nil where its file has not been read.
    var objects: Set<Int>?
    var skipped = SkippedParts()

    var target: CommandTarget {
      CommandTarget(model: model, firmware: report.firmware.flatMap { FirmwareVersion($0) })
    }

    /// An objection to `need`, to the session or to commands as such.
    func admit(_ need: CommandNeed) throws(Fault) {
      if let fault = CommandNeed.contact.objection(state: state, problem: problem) { throw fault }
      if standing == .refused { throw ControlStanding.fault }
      if let fault = need.objection(state: state) { throw fault }
    }
  }

  var commands: [PrinterCommand]
  var need = CommandNeed.contact
  var effect: CommandEffect?
  /// `result` success alone does not do.
  var mustShow = false
  /// The proof may take as long as a start may.
  var isStart = false
  /// An error that comes up is the answer.
  var heedsErrors = false

  /// - Throws: `InvalidValue` for what the model does not have or cannot take, `Fault` where the printer's state is in the
  ///   way. The former comes first.
  init(_ request: ControlRequest, for situation: Situation) throws {
    switch request {
    case .pause, .resume, .stop, .speed, .skipObjects, .clearError, .start, .startGcode:
      self = try Self.ofJob(request, situation)
    case .load, .unload, .ams, .setTray, .readTray, .startDrying, .stopDrying:
      self = try Self.ofFilament(request, situation)
    case .light, .temperatures, .fan, .airduct, .extruder, .home, .jog, .gcode, .calibrate, .options:
      self = try Self.ofMachine(request, situation)
    case .device(let json):
      self = try Self.ofDeviceCommand(try CloudDeviceCommand.translate(json, model: situation.model), situation)
    }
  }

  init(
    _ commands: [PrinterCommand], need: CommandNeed = .contact, effect: CommandEffect? = nil, mustShow: Bool = false
  ) {
    self.commands = commands
    self.need = need
    self.effect = effect
    self.mustShow = mustShow
  }

  /// The messages in their order. A value out of range is refused here, whatever the state.
  func messages(for target: CommandTarget) throws(InvalidValue) -> [CommandMessage] {
    var messages: [CommandMessage] = []
    for command in commands { messages += try command.messages(for: target) }
    return messages
  }

  /// The objects that it has left out.
  var skippedObjects: [Int] {
    commands.flatMap { command in if case .skipObjects(let ids) = command { ids } else { [Int]() } }
  }
  var stopsJob: Bool { commands.contains(.stop) }

  /// The task number of a start.
  var startedTaskID: String? {
    for case .projectFile(let file) in commands { return String(file.taskID) }
    return nil
  }

  // MARK: The job

  private static func ofJob(_ request: ControlRequest, _ situation: Situation) throws -> ControlPlan {
    let report = situation.report
    switch request {
    case .pause: return ControlPlan([.pause], need: .runningJob, effect: .paused, mustShow: true)
    case .resume(let isIgnoring):
      var command = PrinterCommand.resume
      if isIgnoring, let error = report.printError {
        command = .ignoreError(error, jobID: report.job.subtaskID ?? "0")
      }
      return ControlPlan([command], need: .pausedJob, effect: .resumed, mustShow: true)
    case .stop: return ControlPlan([.stop], need: .job, effect: .stopped, mustShow: true)
    case .speed(let level): return ControlPlan([.speed(level: level)], need: .job, effect: .speed(level: level))
    case .skipObjects(let ids):
      try situation.admit(.partsOfJob)
      let new = try SkipRule.check(
        ids, skipped: report.job.skippedObjects, parts: situation.skipped, objects: situation.objects)
      return ControlPlan([.skipObjects(new)], need: .partsOfJob, effect: .skipped(new))
    case .start(let file):
      return start(.projectFile(file), taskID: String(file.taskID))
    case .startGcode(let path): return start(.gcodeFile(path), taskID: nil)
    default:
      try situation.admit(.contact)
      guard report.printError != nil || !report.hms.isEmpty else {
        throw Fault(.conflict, "The printer shows no error, so there is none to clear.")
      }
      return ControlPlan([.clearError(report.printError, subtaskID: report.job.subtaskID)], effect: .noPrintError)
    }
  }

  /// A printer may sit in its last state for almost a minute before it begins (protocol sheet, section 3.8).
  private static func start(_ command: PrinterCommand, taskID: String?) -> ControlPlan {
    var plan = ControlPlan([command], need: .freeMachine, effect: .started(taskID: taskID), mustShow: true)
    plan.isStart = true
    plan.heedsErrors = true
    return plan
  }

  private static func ofDeviceCommand(_ command: PrinterCommand, _ situation: Situation) throws -> ControlPlan {
    switch command {
    case .pause: try ofJob(.pause, situation)
    case .resume: try ofJob(.resume(ignoringError: false), situation)
    case .stop: try ofJob(.stop, situation)
    default: ControlPlan([command], effect: CommandEffect(of: command, model: situation.model))
    }
  }
}
