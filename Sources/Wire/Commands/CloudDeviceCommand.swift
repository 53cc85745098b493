package import Model

/// The device commands of the maker's cloud reference (contract, section 5, `/command`), translated into commands that
/// printers are known to understand. Exactly nine are known; nothing is passed through as it came.
package enum CloudDeviceCommand {
  /// - Throws: `InvalidValue` that names what is wrong with the request.
  package static func translate(_ request: JSONValue, model: PrinterModel) throws(InvalidValue) -> PrinterCommand {
    guard let members = request.object, members.count == 1, let print = members["print"] else {
      throw InvalidValue("print", "must be the one member of the request")
    }
    guard print.object != nil else { throw InvalidValue("print", "must be an object") }
    guard let name = print["command"]?.string else { throw InvalidValue("print.command", "must be the command's name") }
    let limits = ModelLimits(model)
    let field = "print.param"
    switch name {
    case "pause": return .pause
    case "resume": return .resume
    case "stop": return .stop
    case "set_nozzle_temp":
      let value = try number(print["param"], field: field)
      try limits.checkNozzle(value, field: field)
      return .nozzleTemperature(value, nozzle: 0)
    case "set_bed_temp":
      let value = try number(print["param"], field: field)
      try limits.checkBed(value, field: field)
      return .bedTemperature(value)
    case "set_chamber_temp":
      let value = try number(print["param"], field: field)
      try limits.checkChamber(value, field: field)
      return .chamberTemperature(value)
    case "set_fan_speed": return try fan(.part, print["param"], limits, field)
    case "set_airduct": return try fan(.aux, print["param"], limits, field)
    case "set_ctt": return try fan(.chamber, print["param"], limits, field)
    default: throw InvalidValue("print.command", "must be one of \(names.joined(separator: ", "))")
    }
  }

  package static let names = [
    "pause", "resume", "stop", "set_nozzle_temp", "set_bed_temp", "set_chamber_temp", "set_fan_speed", "set_airduct",
    "set_ctt",
  ]

  private static func fan(
    _ fan: Fan, _ parameter: JSONValue?, _ limits: ModelLimits, _ field: String
  ) throws(InvalidValue) -> PrinterCommand {
    let percent = try number(parameter, field: field)
    try limits.checkFan(fan, percent: percent, field: field)
    return .fan(fan, percent: percent)
  }

  /// A whole number, or its text.
  private static func number(_ parameter: JSONValue?, field: String) throws(InvalidValue) -> Int {
    let number: Int? =
      switch parameter {
      case .int(let value): Int(exactly: value)
      case .double(let value): Int(exactly: value)
      case .string(let text) where text.utf8.count <= 6: Int(text)
      default: nil
      }
    guard let number else { throw InvalidValue(field, "must be a whole number or its text") }
    return number
  }
}
