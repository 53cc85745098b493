import Model
import Service
import Wire

/// The body of `POST /printers/{id}/ams/load`.
struct LoadFilament: WireInput {
  let tray: Int
  let nozzleTemperature: Int?

  private static let trayField = InputField(
    "tray", .either([.integer(0...15), .integer(64...67), .integer(128...135), .integer(254...255)]),
    "Global tray number: unit x 4 + slot, 128 to 135 for an AMS HT, 254 and 255 for the external spools.", example: 2
  ) { (json) throws(InvalidValue) in
    guard let number = json.wholeNumber, (0...255).contains(number) else {
      throw InvalidValue("tray", "must be a global tray number from 0 to 255")
    }
    return number
  }
  private static let temperature = InputField<Int64>.integer(
    "nozzle_temperature", 0...350, "°C to heat to; due for the right external spool of two.", example: 220)

  static let name = "LoadFilament"
  static let fields: [DeclaredInput] = [.required(trayField), .optional(temperature)]

  init(_ reader: inout InputReader) throws(Fault) {
    let tray = reader.required(Self.trayField)
    nozzleTemperature = reader.optional(Self.temperature).map { Int($0) }
    guard let tray else { throw reader.fault }
    self.tray = Int(tray)
  }
}

/// The body of `POST /printers/{id}/ams/control`.
struct ControlAMS: WireInput {
  let action: AMSAction

  private static let actionField = InputField<AMSAction>.choice(
    "action", of: [.resume, .done, .abort],
    "resume tries again, done says that the filament came out, abort ends the change.", example: .resume)

  static let name = "ControlAMS"
  static let fields: [DeclaredInput] = [.required(actionField)]

  init(_ reader: inout InputReader) throws(Fault) {
    guard let action = reader.required(Self.actionField) else { throw reader.fault }
    self.action = action
  }
}

/// The body of `POST /printers/{id}/ams/{unit}/trays/{tray}`.
struct SetTray: WireInput {
  let content: TrayContent

  private static let type = InputField<String>.text("type", length: 1...32, "The material.", example: "PLA")
  private static let color = InputField(
    "color", .string(length: 6...8, format: nil, pattern: "^[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?$"),
    "RRGGBB or RRGGBBAA in hex digits.", example: "00AE42"
  ) { (json) throws(InvalidValue) in
    guard let text = json.string, [6, 8].contains(text.utf8.count), text.utf8.allSatisfy({ $0.isHexDigit }) else {
      throw InvalidValue("color", "must be 6 or 8 hex digits: RRGGBB or RRGGBBAA")
    }
    return text
  }
  private static let filamentID = InputField<String>.text(
    "filament_id", length: 1...16, "The maker's number; by default that of the material without a brand.",
    example: "GFL99")
  private static let nozzleMin = InputField<Int64>.integer("nozzle_min", 0...350, "°C.", example: 190)
  private static let nozzleMax = InputField<Int64>.integer("nozzle_max", 0...350, "°C.", example: 240)

  static let name = "SetTray"
  static let fields: [DeclaredInput] = [
    .required(type), .required(color), .optional(filamentID), .optional(nozzleMin), .optional(nozzleMax),
  ]

  init(_ reader: inout InputReader) throws(Fault) {
    let type = reader.required(Self.type)
    let color = reader.required(Self.color)
    let filamentID = reader.optional(Self.filamentID)
    let nozzleMin = reader.optional(Self.nozzleMin)
    let nozzleMax = reader.optional(Self.nozzleMax)
    guard let type, let color else { throw reader.fault }
    content = TrayContent(
      type: type, color: color, filamentID: filamentID, nozzleMin: nozzleMin.map { Int($0) },
      nozzleMax: nozzleMax.map { Int($0) })
  }
}

/// The body of `POST /printers/{id}/ams/{unit}/drying`: figures to begin, or `stop`.
struct DryFilament: WireInput {
  /// nil stops.
  let figures: (temperature: Int, hours: Int)?

  private static let temperature = InputField<Int64>.integer(
    "temperature", 45...85, "°C; an AMS 2 Pro takes up to 65.", example: 55)
  private static let hours = InputField<Int64>.integer("hours", 1...24, "How long.", example: 8)
  private static let stop = InputField<Bool>.flag("stop", "Ends the drying; without the other fields.", example: true)

  static let name = "DryFilament"
  static let example: JSONValue = ["temperature": 55, "hours": 8]
  static let rule: [String: JSONValue] = [
    "anyOf": [
      [
        "required": ["stop"],
        "properties": ["stop": ["const": true], "temperature": ["const": nil], "hours": ["const": nil]],
      ],
      [
        "required": ["temperature", "hours"],
        "properties": [
          "stop": ["enum": [false, nil]], "temperature": ["not": ["const": nil]], "hours": ["not": ["const": nil]],
        ],
      ],
    ]
  ]
  static let fields: [DeclaredInput] = [.optional(temperature), .optional(hours), .optional(stop)]

  init(_ reader: inout InputReader) throws(Fault) {
    if reader.optional(Self.stop) == true {
      guard reader.optional(Self.temperature) == nil, reader.optional(Self.hours) == nil else {
        throw Fault(InvalidValue("stop", "goes without temperature and hours"))
      }
      figures = nil
      return
    }
    let temperature = reader.required(Self.temperature)
    let hours = reader.required(Self.hours)
    guard let temperature, let hours else { throw reader.fault }
    figures = (Int(temperature), Int(hours))
  }
}

extension UInt8 {
  fileprivate var isHexDigit: Bool {
    (0x30...0x39).contains(self) || (0x41...0x46).contains(self) || (0x61...0x66).contains(self)
  }
}
