import Model
import Service
import Wire

// The bodies of the operations that drive a printer (contract, section 5). Ranges here are the widest of any model; the
// model's own are checked when it is known which printer is meant.

/// The body of `POST /printers/{id}/resume`.
struct ResumePrint: WireInput {
  let isIgnoringError: Bool

  private static let ignoreError = InputField<Bool>.flag(
    "ignore_error", "Go on without repeating the check that paused the print; a plain resume would pause again.",
    example: true)

  static let name = "ResumePrint"
  static let fields: [DeclaredInput] = [.optional(ignoreError)]

  init(_ reader: inout InputReader) throws(Fault) {
    isIgnoringError = reader.optional(Self.ignoreError) ?? false
  }
}

/// The body of `POST /printers/{id}/light`.
struct SwitchLight: WireInput {
  let isOn: Bool

  private static let on = InputField<Bool>.flag(
    "on", "The light of the chamber; all of them where there are two.", example: true)

  static let name = "SwitchLight"
  static let fields: [DeclaredInput] = [.required(on)]

  init(_ reader: inout InputReader) throws(Fault) {
    guard let isOn = reader.required(Self.on) else { throw reader.fault }
    self.isOn = isOn
  }
}

/// The body of `POST /printers/{id}/speed`.
struct SetSpeed: WireInput {
  let level: Int

  private static let levelField = InputField<Int64>.integer(
    "level", 1...4, "1 silent, 2 standard, 3 sport, 4 ludicrous.", example: 2)

  static let name = "SetSpeed"
  static let fields: [DeclaredInput] = [.required(levelField)]

  init(_ reader: inout InputReader) throws(Fault) {
    guard let level = reader.required(Self.levelField) else { throw reader.fault }
    self.level = Int(level)
  }
}

/// The body of `POST /printers/{id}/temperature`.
struct SetTemperatures: WireInput {
  let request: ControlRequest

  private static let nozzle = target("nozzle", 350, "The only nozzle, or the right one.", example: 220)
  private static let secondNozzle = target("nozzle_2", 350, "The left nozzle, on models with two.", example: 220)
  private static let bed = target("bed", 120, "The heat bed.", example: 60)
  private static let chamber = target("chamber", 65, "The chamber, on models that heat it.", example: 40)

  private static func target(_ name: String, _ maximum: Int64, _ part: String, example: Int64) -> InputField<Int64> {
    .integer(name, 0...maximum, "\(part) °C; 0 is off. The model's own maximum may be lower.", example: example)
  }

  static let name = "SetTemperatures"
  static let rule: [String: JSONValue] = someOf(["nozzle", "nozzle_2", "bed", "chamber"])
  static let fields: [DeclaredInput] = [nozzle, secondNozzle, bed, chamber].map { .optional($0) }

  init(_ reader: inout InputReader) throws(Fault) {
    let values = [Self.nozzle, Self.secondNozzle, Self.bed, Self.chamber].map { reader.optional($0).map { Int($0) } }
    try reader.finish()
    guard values.contains(where: { $0 != nil }) else {
      throw Fault(InvalidValue("nozzle", "is missing, and so are nozzle_2, bed and chamber: give at least one"))
    }
    request = .temperatures(nozzle: values[0], secondNozzle: values[1], bed: values[2], chamber: values[3])
  }
}

/// The body of `POST /printers/{id}/fan`.
struct SetFan: WireInput {
  let fan: Fan
  let percent: Int

  private static let fanField = InputField<Fan>.choice("fan", "Which of the printer's fans.", example: .part)
  private static let percentField = InputField<Int64>.integer("percent", 0...100, "Per cent; 0 is off.", example: 50)

  static let name = "SetFan"
  static let fields: [DeclaredInput] = [.required(fanField), .required(percentField)]

  init(_ reader: inout InputReader) throws(Fault) {
    let fan = reader.required(Self.fanField)
    let percent = reader.required(Self.percentField)
    guard let fan, let percent else { throw reader.fault }
    self.fan = fan
    self.percent = Int(percent)
  }
}

/// The body of `POST /printers/{id}/airduct`.
struct SetAirduct: WireInput {
  let mode: AirductMode

  private static let modeField = InputField(
    "mode", .either([.choice(AirductMode.allCases.map(\.name)), .integer(0...2)]),
    "The way of the air; its number in the status (0 cooling, 1 heating, 2 laser) will do as well.", example: "cooling"
  ) { (json) throws(InvalidValue) in
    let number = json.wholeNumber
    guard let mode = AirductMode.allCases.first(where: { Int64($0.rawValue) == number || $0.name == json.string })
    else { throw InvalidValue("mode", "must be cooling, heating or laser") }
    return mode
  }

  static let name = "SetAirduct"
  static let fields: [DeclaredInput] = [.required(modeField)]

  init(_ reader: inout InputReader) throws(Fault) {
    guard let mode = reader.required(Self.modeField) else { throw reader.fault }
    self.mode = mode
  }
}

/// The body of `POST /printers/{id}/extruder`.
struct SelectExtruder: WireInput {
  let index: Int

  private static let indexField = InputField<Int64>.integer("index", 0...1, "0 is right or only, 1 left.", example: 1)

  static let name = "SelectExtruder"
  static let fields: [DeclaredInput] = [.required(indexField)]

  init(_ reader: inout InputReader) throws(Fault) {
    guard let index = reader.required(Self.indexField) else { throw reader.fault }
    self.index = Int(index)
  }
}

/// The body of `POST /printers/{id}/jog`.
struct Jog: WireInput {
  let axis: JogAxis
  let millimetres: Double

  private static let axisField = InputField<JogAxis>.choice("axis", "The axis to move.", example: .x)
  private static let distance = InputField(
    "mm", .either([.number(0.01...100), .number(-100...(-0.01))]),
    "Millimetres from here, at least a hundredth; below zero is the other way.", example: 10
  ) { (json) throws(InvalidValue) in
    guard let number = json.number, abs(number) <= 100, abs(number) >= 0.01 else {
      throw InvalidValue("mm", "must be 0.01 to 100, or the same below zero")
    }
    return number
  }

  static let name = "Jog"
  static let fields: [DeclaredInput] = [.required(axisField), .required(distance)]

  init(_ reader: inout InputReader) throws(Fault) {
    let axis = reader.required(Self.axisField)
    let millimetres = reader.required(Self.distance)
    guard let axis, let millimetres else { throw reader.fault }
    self.axis = axis
    self.millimetres = millimetres
  }
}
