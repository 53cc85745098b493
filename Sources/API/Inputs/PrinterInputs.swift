import Model
import Store
import Wire

/// The fields of a printer that a person enters.
enum PrinterFields {
  static let printerName = InputField<String>.text(
    "name", length: 1...100, "What you call it.", example: "Workshop X1C")
  static let address = InputField(
    "ip_address", HostName.schema, "Its IPv4 or IPv6 address, or a host name.",
    example: "192.168.1.100"
  ) { (json) throws(InvalidValue) in
    try HostName(trimmed(try text(json, "ip_address")))
  }
  static let serial = InputField(
    "serial_number", .string(length: nil, format: nil, pattern: #"^\s*[0-9A-Za-z]{8,24}\s*$"#),
    "As the printer's screen shows it.",
    example: "01P00A000000001"
  ) { (json) throws(InvalidValue) in
    // Only ASCII: some capitals of other letters are ASCII, too.
    let text = trimmed(try text(json, "serial_number"))
    let capitals = text.utf8.map { (0x61...0x7A).contains($0) ? $0 - 0x20 : $0 }
    return try SerialNumber(String(decoding: capitals, as: UTF8.self))
  }
  static let accessCode = InputField(
    "access_code", .string(length: nil, format: nil, pattern: #"^\s*[\x21-\x7e]{1,32}\s*$"#),
    "The LAN access code from the printer's screen.",
    example: "12345678"
  ) { (json) throws(InvalidValue) in
    try AccessCode(trimmed(try text(json, "access_code")))
  }
  static let model = InputField(
    "model", .choice(modelWords), "The model, when the serial number does not tell it: its name or short name.",
    example: "X1C"
  ) { (json) throws(InvalidValue) in
    let word = try text(json, "model")
    guard let model = PrinterModel(name: word) ?? PrinterModel(code: word) else {
      let known = PrinterModel.allCases.map(\.displayName).joined(separator: ", ")
      throw InvalidValue("model", "must be one of \(known)")
    }
    return model
  }
  /// Names and short names; how they are capitalised and spaced makes no difference.
  static let modelWords = PrinterModel.allCases.flatMap { model in
    model.displayName == model.rawValue ? [model.rawValue] : [model.displayName, model.rawValue]
  }
  static let mqttPort = port("mqtt_port", "Where its broker listens; 8883 by default.", example: 8883)
  static let ftpsPort = port("ftps_port", "Where its file server listens; 990 by default.", example: 990)
  static let cameraPort = port("camera_port", "Where its camera listens; 6000 or 322 by model.", example: 6000)
  static let camera = InputField<ExternalCameraAddress?>(
    "camera",
    .string(
      length: 1...ExternalCameraAddress.limit, format: "camera-address"),
    "Another camera instead of the printer's own: http(s) for MJPEG or snapshots, rtsp(s), or /dev/video0 to 255; null is"
      + " the printer's own. The object that reading gives is taken as well.",
    example: "http://192.168.1.50/video"
  ) { (json) throws(InvalidValue) in
    let value = json.object == nil ? json : json["url"] ?? .null
    guard value != .null else { return nil }
    return try ExternalCameraAddress(trimmed(try text(value, "camera")), field: "camera")
  }
  static let fingerprint = InputField(
    "fingerprint", .string(length: 64...64, format: nil, pattern: "^[0-9a-f]{64}$"),
    "SHA-256 of the printer's public key (SPKI), 64 lower-case hex digits: only this key is trusted.",
    example: .string(String(repeating: "0f", count: 32))
  ) { (json) throws(InvalidValue) in
    try Fingerprint(try text(json, "fingerprint"))
  }
  static let isEnabled = InputField<Bool>.flag("enabled", "The service follows this printer.", example: true)

  private static func port(_ name: String, _ note: String, example: Int64) -> InputField<PortNumber> {
    InputField(name, .integer(1...65_535), note, example: .int(example)) { (json) throws(InvalidValue) in
      guard let number = json.wholeNumber else { throw InvalidValue(name, "must be 1 to 65535") }
      return try PortNumber(Int(clamping: number), field: name)
    }
  }

  private static func text(_ json: JSONValue, _ name: String) throws(InvalidValue) -> String {
    guard let text = json.string else { throw InvalidValue(name, "must be a string, not \(json.kind)") }
    return text
  }
}

/// The body of `POST /printers`.
struct AddPrinter: WireInput {
  let printer: NewPrinter

  static let name = "AddPrinter"
  static let fields: [DeclaredInput] = [
    .required(PrinterFields.printerName), .required(PrinterFields.address), .required(PrinterFields.serial),
    .required(PrinterFields.accessCode), .clearable(PrinterFields.model), .clearable(PrinterFields.mqttPort),
    .clearable(PrinterFields.ftpsPort), .clearable(PrinterFields.cameraPort), .clearable(PrinterFields.camera),
    .clearable(PrinterFields.fingerprint), .optional(PrinterFields.isEnabled),
  ]

  init(_ reader: inout InputReader) throws(Fault) {
    let name = reader.required(PrinterFields.printerName)
    let host = reader.required(PrinterFields.address)
    let serial = reader.required(PrinterFields.serial)
    let accessCode = reader.required(PrinterFields.accessCode)
    let model = reader.optional(PrinterFields.model)
    let mqttPort = reader.optional(PrinterFields.mqttPort)
    let ftpsPort = reader.optional(PrinterFields.ftpsPort)
    let cameraPort = reader.optional(PrinterFields.cameraPort)
    let camera = reader.optional(PrinterFields.camera) ?? nil
    let fingerprint = reader.optional(PrinterFields.fingerprint)
    let isEnabled = reader.optional(PrinterFields.isEnabled)
    guard let name, let host, let serial, let accessCode else { throw reader.fault }
    printer = NewPrinter(
      name: name, host: host, serial: serial, accessCode: accessCode, model: model, mqttPort: mqttPort ?? .mqtt,
      ftpsPort: ftpsPort ?? .ftps, cameraPort: cameraPort, externalCamera: camera, isEnabled: isEnabled ?? true,
      pin: fingerprint)
  }
}

/// The body of `PATCH` and `PUT /printers/{id}`: the fields that are sent change, the others stay.
struct ChangePrinter: WireInput {
  let changes: PrinterChanges

  static let name = "ChangePrinter"
  static let fields: [DeclaredInput] = [
    .replaceable(PrinterFields.printerName), .replaceable(PrinterFields.address), .replaceable(PrinterFields.serial),
    .secret(PrinterFields.accessCode, canBeCleared: false), .clearable(PrinterFields.model),
    .clearable(PrinterFields.mqttPort),
    .clearable(PrinterFields.ftpsPort), .clearable(PrinterFields.cameraPort), .clearable(PrinterFields.camera),
    .replaceable(PrinterFields.isEnabled),
  ]

  init(_ reader: inout InputReader) throws(Fault) {
    var edit = PrinterChanges()
    edit.name = reader.replacement(PrinterFields.printerName)
    edit.host = reader.replacement(PrinterFields.address)
    edit.serial = reader.replacement(PrinterFields.serial)
    switch reader.secret(PrinterFields.accessCode) {
    case .keep: break
    case .set(let code): edit.accessCode = code
    case .clear: reader.refuse(InvalidValue("access_code", "cannot be cleared: without it no printer answers"))
    }
    edit.model = Self.edit(reader.change(PrinterFields.model))
    edit.mqttPort = Self.port(reader.change(PrinterFields.mqttPort), standard: .mqtt)
    edit.ftpsPort = Self.port(reader.change(PrinterFields.ftpsPort), standard: .ftps)
    edit.cameraPort = Self.edit(reader.change(PrinterFields.cameraPort))
    switch reader.change(PrinterFields.camera) {
    case .keep: break
    case .clear: edit.externalCamera = .some(nil)
    case .set(let address): edit.externalCamera = .some(address)
    }
    edit.isEnabled = reader.replacement(PrinterFields.isEnabled)
    changes = edit
  }

  /// Clearing a port goes back to the usual one.
  private static func port(_ change: Change<PortNumber>, standard: PortNumber) -> PortNumber? {
    switch change {
    case .keep: nil
    case .clear: standard
    case .set(let port): port
    }
  }

  private static func edit<Value>(_ change: Change<Value>) -> Value?? {
    switch change {
    case .keep: nil
    case .clear: .some(nil)
    case .set(let value): .some(value)
    }
  }
}

/// The body of `POST /printers/{id}/trust`.
struct TrustKey: WireInput {
  let fingerprint: Fingerprint

  static let name = "TrustKey"
  static let fields: [DeclaredInput] = [.required(PrinterFields.fingerprint)]

  init(_ reader: inout InputReader) throws(Fault) {
    guard let fingerprint = reader.required(PrinterFields.fingerprint) else { throw reader.fault }
    self.fingerprint = fingerprint
  }
}

extension HostName {
  static let schema = Schema.either([
    .string(length: nil, format: "ipv4"), .string(length: nil, format: "ipv6"),
    .string(length: 1...253, format: "hostname"),
  ])
}
