import Model
import Service
import Wire

/// The body of `POST /printers/{id}/gcode`.
struct SendGcode: WireInput {
  let lines: [String]

  private static let linesField = InputField(
    "lines",
    .array(
      .string(length: 1...GcodeProgram.maximumLength, format: nil), maximum: GcodeProgram.maximumLines, minimum: 1),
    "One command each, of printable ASCII, without line number, checksum or comment.",
    example: ["M104 S220", "M106 P1 S128"]
  ) { (json) throws(InvalidValue) in
    guard let elements = json.array else {
      throw InvalidValue("lines", "must be a list of 1 to \(GcodeProgram.maximumLines) lines")
    }
    var lines: [String] = []
    for (index, element) in elements.enumerated() {
      guard let line = element.string else {
        throw InvalidValue("lines[\(index + 1)]", "must be a string, not \(element.kind)")
      }
      lines.append(line)
    }
    return lines
  }

  static let name = "SendGcode"
  static let fields: [DeclaredInput] = [.required(linesField)]

  init(_ reader: inout InputReader) throws(Fault) {
    guard let lines = reader.required(Self.linesField) else { throw reader.fault }
    self.lines = lines
  }
}

/// The body of `POST /printers/{id}/skip-objects`.
struct SkipObjects: WireInput {
  let objects: [Int]

  private static let objectsField = InputField(
    "objects", .array(.integer(0...Int64(Int32.max)), maximum: 1000, minimum: 1),
    "Numbers of objects (`identify_id` of the 3MF) that are to be left out; one must stay.", example: [206, 311]
  ) { (json) throws(InvalidValue) in
    let problem = InvalidValue("objects", "must be a list of 1 to 1000 whole numbers from 0 to \(Int32.max)")
    guard let elements = json.array, (1...1000).contains(elements.count) else { throw problem }
    var ids: [Int] = []
    for element in elements {
      guard let number = element.wholeNumber, let id = Int32(exactly: number), id >= 0 else { throw problem }
      ids.append(Int(id))
    }
    return ids
  }

  static let name = "SkipObjects"
  static let fields: [DeclaredInput] = [.required(objectsField)]

  init(_ reader: inout InputReader) throws(Fault) {
    guard let objects = reader.required(Self.objectsField) else { throw reader.fault }
    self.objects = objects
  }
}

/// The body of `POST /printers/{id}/calibrate`.
struct Calibrate: WireInput {
  let options: [CalibrationOption]

  private static let words = CalibrationOption.allCases.map(\.rawValue)
  private static let optionsField = InputField(
    "options", .array(.choice(words), maximum: nil, minimum: 1),
    "What to calibrate. lidar is for the X1 family, nozzle_offset for two nozzles.",
    example: ["bed_leveling", "vibration"]
  ) { (json) throws(InvalidValue) in
    let problem = InvalidValue("options", "must be a list of at least one of \(words.joined(separator: ", "))")
    guard let elements = json.array, !elements.isEmpty else { throw problem }
    var options: [CalibrationOption] = []
    for element in elements {
      guard let option = element.string.flatMap(CalibrationOption.init(rawValue:)) else { throw problem }
      if !options.contains(option) { options.append(option) }
    }
    return options
  }

  static let name = "Calibrate"
  static let fields: [DeclaredInput] = [.required(optionsField)]

  init(_ reader: inout InputReader) throws(Fault) {
    guard let options = reader.required(Self.optionsField) else { throw reader.fault }
    self.options = options
  }
}

/// The body of `POST /printers/{id}/command`: a device command of the maker's cloud reference, as it stands.
struct DeviceCommand: WireInput {
  let request: JSONValue

  private static let printField = InputField(
    "print",
    .object([.init("command", .choice(CloudDeviceCommand.names), isRequired: true), .init("param", .anything)]),
    "`command` is one of \(CloudDeviceCommand.names.joined(separator: ", ")); `param` a number or its text.",
    example: ["command": "set_nozzle_temp", "param": "220"]
  ) { (json) throws(InvalidValue) in json }

  static let name = "DeviceCommand"
  static let fields: [DeclaredInput] = [.required(printField)]

  init(_ reader: inout InputReader) throws(Fault) {
    request = reader.body
  }
}

/// The body of `POST /printers/{id}/plate-cleared`.
struct PlateCleared: WireInput {
  let isCleared: Bool

  private static let cleared = InputField<Bool>.flag("cleared", "The plate is free for the next print.", example: true)

  static let name = "PlateCleared"
  static let fields: [DeclaredInput] = [.required(cleared)]

  init(_ reader: inout InputReader) throws(Fault) {
    guard let isCleared = reader.required(Self.cleared) else { throw reader.fault }
    self.isCleared = isCleared
  }
}

/// The body of `POST /printers/{id}/options`: the printer's own switches.
struct SetOptions: WireInput {
  let commands: [PrinterCommand]

  private static let switches = PrintOption.allCases.map { option in
    (option, InputField<Bool>.flag(option.rawValue, note(option), example: true))
  }
  private static let detectors = Detector.allCases.map { detector in
    (detector, InputField<Bool>.flag(detector.rawValue, "The camera watches for this.", example: true))
  }
  private static let sensitivity = InputField<Sensitivity>.choice(
    "sensitivity", "For the detectors of this request; medium when absent.", example: .medium)
  private static let recording = InputField<Bool>.flag("recording", "The printer records its camera.", example: true)
  private static let timelapse = InputField<Bool>.flag("timelapse", "The printer makes time-lapses.", example: true)

  static let name = "SetOptions"
  static let rule: [String: JSONValue] = someOf(fields.map(\.name).filter { $0 != "sensitivity" })
  static let fields: [DeclaredInput] =
    switches.map { .optional($0.1) } + detectors.map { .optional($0.1) }
    + [.optional(sensitivity), .optional(recording), .optional(timelapse)]

  init(_ reader: inout InputReader) throws(Fault) {
    var commands: [PrinterCommand] = []
    for (option, field) in Self.switches {
      if let isOn = reader.optional(field) { commands.append(.option(option, isOn: isOn)) }
    }
    let sensitivity = reader.optional(Self.sensitivity) ?? .medium
    for (detector, field) in Self.detectors {
      if let isOn = reader.optional(field) {
        commands.append(.detector(detector, isOn: isOn, sensitivity: sensitivity))
      }
    }
    if let isOn = reader.optional(Self.recording) { commands.append(.recording(isOn: isOn)) }
    if let isOn = reader.optional(Self.timelapse) { commands.append(.timelapse(isOn: isOn)) }
    try reader.finish()
    guard !commands.isEmpty else {
      let names = Self.fields.map(\.name).filter { $0 != "sensitivity" }.joined(separator: ", ")
      throw Fault(.invalidRequest, "Give at least one of \(names).")
    }
    self.commands = commands
  }

  private static func note(_ option: PrintOption) -> String {
    switch option {
    case .amsBackup: "Go on with another spool of the same filament when one runs out."
    case .autoRecovery: "Recover from lost steps."
    case .airPrintDetection: "Notice printing in the air."
    case .tangleDetection: "Notice a tangled spool."
    case .blobDetection: "Notice a blob around the nozzle."
    case .sound: "Prompt sounds; not on X1 and P1."
    }
  }
}
