import Model
import Rules
import Wire

extension ControlPlan {
  /// Lights, heaters, fans, motors and the printer's own switches.
  static func ofMachine(_ request: ControlRequest, _ situation: Situation) throws -> ControlPlan {
    switch request {
    case .light(let isOn): return shown([.light(.chamber, isOn ? .on : .off)], situation)
    case .temperatures(let nozzle, let secondNozzle, let bed, let chamber):
      var commands: [PrinterCommand] = []
      if let nozzle { commands.append(.nozzleTemperature(nozzle, nozzle: 0)) }
      if let secondNozzle { commands.append(.nozzleTemperature(secondNozzle, nozzle: 1)) }
      if let bed { commands.append(.bedTemperature(bed)) }
      if let chamber { commands.append(.chamberTemperature(chamber)) }
      return shown(commands, situation)
    case .fan(let fan, let percent):
      guard ModelLimits(situation.model).fans.contains(fan) else {
        throw InvalidValue("fan", "must be one that the \(situation.model.displayName) has")
      }
      return shown([.fan(fan, percent: percent)], situation)
    case .airduct(let mode): return shown([.airduct(mode)], situation)
    case .extruder(let index): return shown([.selectExtruder(index)], situation, need: .freeMachine)
    case .home: return ControlPlan([.home], need: .freeMachine)
    case .jog(let axis, let distance): return ControlPlan([.jog(axis, millimetres: distance)], need: .freeMachine)
    case .gcode(let lines, let allowsAll):
      let program = try GcodeProgram(lines: lines, model: situation.model, allowsAll: allowsAll)
      return ControlPlan([program.command], need: program.disturbsJob ? .freeMachine : .contact)
    case .calibrate(let options): return ControlPlan([.calibrate(options)], need: .freeMachine)
    case .options(let commands): return shown(commands, situation)
    default: return ControlPlan([])
    }
  }

  private static func shown(
    _ commands: [PrinterCommand], _ situation: Situation, need: CommandNeed = .contact
  ) -> ControlPlan {
    let effects = commands.map { CommandEffect(of: $0, model: situation.model) }
    // One that never shows cannot be proven, so none of them together can.
    let known = effects.compactMap(\.self)
    return ControlPlan(commands, need: need, effect: known.count == effects.count ? .all(known) : nil)
  }
}

extension CommandEffect {
  /// What reports show of a command to the machine; nil where they show nothing.
  init?(of command: PrinterCommand, model: PrinterModel) {
    switch command {
    case .light(let node, let mode):
      // The bed's light is never reported (protocol sheet, section 3.3).
      guard node != .heatbed else { return nil }
      self = .lights(prefix: node.rawValue, mode: mode.rawValue)
    case .nozzleTemperature(let value, let nozzle): self = .nozzleTarget(value, nozzle: nozzle)
    case .bedTemperature(let value): self = .bedTarget(value)
    case .chamberTemperature(let value): self = .chamberTarget(value)
    case .fan(let fan, let percent):
      switch fan {
      case .part: self = .partFan(percent)
      case .aux: self = .auxFan(percent)
      case .chamber: self = .chamberFan(percent)
      case .leftAux: self = .ductFan(part: 10, percent: percent)
      }
    case .airduct(let mode): self = .airduct(mode: mode.rawValue)
    case .selectExtruder(let index): self = .activeNozzle(index)
    case .timelapse(let isOn): self = .timelapse(isOn: isOn)
    default: return nil
    }
  }
}
