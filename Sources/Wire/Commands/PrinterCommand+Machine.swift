import Model

extension PrinterCommand {
  /// The commands to lights, fans, heaters and motors; nil for all others.
  func machineBodies(for target: CommandTarget) throws(InvalidValue) -> [CommandBody]? {
    let limits = ModelLimits(target.model)
    switch self {
    case .light(let node, let mode): return try lightBodies(node, mode, model: target.model)
    case .fan(let fan, let percent):
      try limits.checkFan(fan, percent: percent, field: "percent")
      return [.gcode(["M106 P\(fan.number) S\((percent * 255 + 50) / 100)"])]
    case .airduct(let mode):
      guard limits.airductModes.contains(mode) else {
        throw InvalidValue("mode", "\(mode.name) is not offered by the \(target.model.displayName)")
      }
      return [CommandBody("print", "set_airduct", [("modeId", .int(Int64(mode.rawValue))), ("submode", -1)])]
    case .nozzleTemperature(let value, let nozzle):
      try limits.checkExtruder(nozzle, field: "nozzle_2")
      try limits.checkNozzle(value, field: nozzle == 0 ? "nozzle" : "nozzle_2")
      return [.gcode([target.model.nozzleCount == 2 ? "M104 S\(value) T\(nozzle)" : "M104 S\(value)"])]
    case .bedTemperature(let value):
      try limits.checkBed(value, field: "bed")
      return [.gcode(["M140 S\(value)"])]
    case .chamberTemperature(let value):
      try limits.checkChamber(value, field: "chamber")
      return [.gcode(chamberLines(value, model: target.model))]
    case .home: return [.gcode(["G28"])]
    case .jog(let axis, let distance):
      // The bed is moved slowly: it is heavy, and what lies on it too.
      let speed = axis == .z ? 900 : 3000
      let length = try millimetres(distance, upTo: 100)
      return [
        .gcode([
          "M211 S", "M211 X1 Y1 Z1", "M1002 push_ref_mode", "G91",
          "G0 \(axis.rawValue.uppercased())\(length) F\(speed)",
          "M1002 pop_ref_mode", "M211 R",
        ])
      ]
    case .extrude(let distance): return [.gcode(["M83", "G0 E\(try millimetres(distance, upTo: 50)) F900"])]
    case .steppersOff: return [.gcode(["M18"])]
    case .selectExtruder(let index):
      try limits.checkExtruder(index, field: "index")
      return [CommandBody("print", "select_extruder", [("extruder_index", .int(Int64(index)))])]
    case .calibrate(let options): return [try calibration(options, model: target.model)]
    case .buzzer(let mode):
      guard target.model.series == .h2 else {
        throw InvalidValue("mode", "is not offered by the \(target.model.displayName)")
      }
      return [CommandBody("print", "buzzer_ctrl", [("mode", .int(Int64(mode.rawValue))), ("reason", "")])]
    case .nozzleKind(let diameter, let type):
      return [
        CommandBody(
          "system", "set_accessories",
          [
            ("accessory_type", "nozzle"), ("nozzle_diameter", .double(diameter)), ("nozzle_type", .string(type)),
          ])
      ]
    default: return nil
    }
  }

  private func lightBodies(
    _ node: LightNode, _ mode: LightMode, model: PrinterModel
  ) throws(InvalidValue) -> [CommandBody] {
    let hasTwo = model.series == .h2 || model.series == .x2
    guard node != .heatbed || model.series == .h2, node != .work || (model.series != .p1 && model.series != .a1) else {
      throw InvalidValue("light", "is not fitted to the \(model.displayName)")
    }
    let nodes = node == .chamber && hasTwo ? ["chamber_light", "chamber_light2"] : [node.rawValue]
    let time: JSONValue = node == .heatbed ? 0 : 500
    return nodes.map { name in
      // All four figures must be there, whatever the mode.
      CommandBody(
        "system", "ledctrl",
        [
          ("led_node", .string(name)), ("led_mode", .string(mode.rawValue)), ("led_on_time", time),
          ("led_off_time", time), ("loop_times", 0), ("interval_time", 0),
        ])
    }
  }

  /// Most models switch the air duct along; the X1E has none.
  private func chamberLines(_ value: Int, model: PrinterModel) -> [String] {
    if model == .x1e { return ["M141 S\(value)"] }
    return value > 40 ? ["M145 P1", "M141 S\(value)"] : ["M141 S\(value)", "M145 P0"]
  }

  private func calibration(_ options: [CalibrationOption], model: PrinterModel) throws(InvalidValue) -> CommandBody {
    guard !options.isEmpty else { throw InvalidValue("options", "must name at least one calibration") }
    var bits = 0
    for option in options {
      guard option.isOffered(by: model) else {
        throw InvalidValue("options", "\(option.rawValue) is not offered by the \(model.displayName)")
      }
      bits |= option.bit
    }
    return CommandBody("print", "calibration", [("option", .int(Int64(bits)))])
  }

  /// A length in hundredths, without needless digits: `-2.5`.
  private func millimetres(_ value: Double, upTo limit: Double) throws(InvalidValue) -> String {
    guard value.isFinite, abs(value) >= 0.01, abs(value) <= limit else {
      throw InvalidValue("mm", "must be 0.01 to \(Int(limit)), or the same below zero")
    }
    let hundredths = Int((abs(value) * 100).rounded())
    var text = "\(value < 0 ? "-" : "")\(hundredths / 100)"
    if hundredths % 100 != 0 {
      let rest = hundredths % 100
      text += rest % 10 == 0 ? ".\(rest / 10)" : rest < 10 ? ".0\(rest)" : ".\(rest)"
    }
    return text
  }
}
