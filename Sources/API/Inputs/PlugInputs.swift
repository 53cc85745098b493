import Model
import Store
import Wire

/// The fields of a smart plug that a person enters.
enum PlugFields {
  static let plugName = InputField<String>.text("name", length: 1...100, "What you call it.", example: "X1C power")
  static let kind = InputField<PlugKind>.choice(
    "type", "How it is reached. `gpio` is a relay of the board.", example: .gpio)
  static let printerID = InputField(
    "printer_id", .integer(1...Int64.max), "The printer that it belongs to; null is none.", example: 1
  ) { (json) throws(InvalidValue) in
    guard let number = json.wholeNumber, number > 0 else {
      throw InvalidValue("printer_id", "must be the number of a printer, or null")
    }
    return PrinterID(rawValue: number)
  }
  static let feedsPrinter = InputField<Bool>.flag(
    "feeds_printer",
    "The printer's power goes through it: it waits for this plug, and no way cuts it while it works or is hot. A printer has one such plug.",
    example: true)
  static let isEnabled = InputField<Bool>.flag("enabled", "It is switched and asked.", example: true)
  static let address = InputField<String>.text(
    "address", length: 1...500,
    """
    Of anything but a relay: host or URL of the plug (http, https), of Home Assistant, or of the MQTT broker (mqtt, mqtts). \
    The SHA-256 of a server's own key may stand behind #.
    """, example: "192.168.1.60")
  static let relay = InputField<String>.text(
    "relay", length: 1...64, "Of type gpio: the relay's name, as the board lists it.", example: "relay1")
  static let username = secret("username", "User name where the plug or broker asks for one.", example: "admin")
  static let password = secret("password", "Its password.", example: "secret")
  static let token = secret("token", "Home Assistant's long-lived access token.", example: "eyJhbGciOiJIUzI1NiJ9")
  static let autoOn = InputField<Bool>.flag(
    "auto_on",
    "It goes on by itself: one that feeds a printer when the queue needs that, another one when a print begins.",
    example: true)
  static let autoOff = InputField<Bool>.flag(
    "auto_off", "It goes off by itself after a print or drying, when delay and temperature allow both.", example: true)
  static let autoOffDelay = InputField<Int64>.integer(
    "auto_off_delay", 0...86_400, "Seconds after the end of the work.", example: 300)
  static let autoOffTemperature = InputField<Int64>.integer(
    "auto_off_temperature", 25...150, "°C that no nozzle may be above.", example: 50)

  private static func secret(_ name: String, _ note: String, example: String) -> InputField<Secret> {
    InputField(
      name, .string(length: 1...1024, format: nil, pattern: #"^[^\x00-\x1f\x7f]+$"#), note, example: .string(example)
    ) { (json) throws(InvalidValue) in
      guard let text = json.string, (1...1024).contains(text.unicodeScalars.count),
        text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
      else { throw InvalidValue(name, "must be a string of 1 to 1024 characters without control characters") }
      return Secret(text)
    }
  }
}

/// The body of `POST /smart-plugs`.
struct AddPlug: WireInput {
  let plug: SmartPlug

  static let name = "AddSmartPlug"
  /// What a type cannot do without.
  static let rule: [String: JSONValue] = [
    "allOf": .array(
      PlugKind.allCases.map { kind in
        let needed = kind == .gpio ? "relay" : "address"
        var needs: [JSONValue] = [.string(needed)]
        var properties: [String: JSONValue] = [needed: ["type": "string"]]
        let options = PlugOptionFields.needed(by: kind).map { JSONValue.string($0.rawValue) }
        if !options.isEmpty {
          needs.append("options")
          properties["options"] = [
            "type": "object", "required": .array(options),
            "properties": .object(
              Dictionary(uniqueKeysWithValues: options.compactMap(\.string).map { ($0, ["type": "string"]) })),
          ]
        }
        return [
          "if": ["properties": ["type": ["const": .string(kind.rawValue)]], "required": ["type"]],
          "then": ["required": .array(needs), "properties": .object(properties)],
        ]
      })
  ]
  static let fields: [DeclaredInput] = [
    .required(PlugFields.plugName), .required(PlugFields.kind), .clearable(PlugFields.printerID),
    .optional(PlugFields.feedsPrinter), .optional(PlugFields.isEnabled), .clearable(PlugFields.address),
    .clearable(PlugFields.relay), .secret(PlugFields.username, canBeCleared: true),
    .secret(PlugFields.password, canBeCleared: true), .secret(PlugFields.token, canBeCleared: true),
    .optional(PlugOptionFields.field), .optional(PlugFields.autoOn), .optional(PlugFields.autoOff),
    .optional(PlugFields.autoOffDelay), .optional(PlugFields.autoOffTemperature),
  ]
  static let example: JSONValue = [
    "name": "X1C power", "type": "gpio", "relay": "relay1", "printer_id": 1, "auto_off": true, "auto_off_delay": 300,
    "auto_off_temperature": 50,
  ]

  init(_ reader: inout InputReader) throws(Fault) {
    let name = reader.required(PlugFields.plugName)
    let kind = reader.required(PlugFields.kind)
    let printer = reader.optional(PlugFields.printerID)
    let feeds = reader.optional(PlugFields.feedsPrinter)
    let isEnabled = reader.optional(PlugFields.isEnabled)
    let address = reader.optional(PlugFields.address)
    let relay = reader.optional(PlugFields.relay)
    let username = reader.secret(PlugFields.username).value
    let password = reader.secret(PlugFields.password).value
    let token = reader.secret(PlugFields.token).value
    let options = reader.optional(PlugOptionFields.field)?.applied(to: PlugOptions()) ?? PlugOptions()
    let autoOn = reader.optional(PlugFields.autoOn)
    let autoOff = reader.optional(PlugFields.autoOff)
    let delay = reader.optional(PlugFields.autoOffDelay)
    let temperature = reader.optional(PlugFields.autoOffTemperature)
    guard let name, let kind else { throw reader.fault }
    let made = SmartPlug(
      name: name, kind: kind, printerID: printer, feedsPrinter: feeds ?? true, isEnabled: isEnabled ?? true,
      address: address, relay: relay, username: username, password: password, token: token, options: options,
      autoOn: autoOn ?? true, autoOff: autoOff ?? false, autoOffDelay: Int(delay ?? 300),
      autoOffTemperature: Int(temperature ?? 50))
    do throws(InvalidValue) { plug = try made.shaped() } catch {
      reader.refuse(error)
      throw reader.fault
    }
  }
}

/// The body of `PATCH` and `PUT /smart-plugs/{id}`: the fields that are sent change, the others stay.
struct ChangePlug: WireInput {
  private let name: String?
  private let kind: PlugKind?
  private let printerID: Change<PrinterID>
  private let feedsPrinter: Bool?
  private let isEnabled: Bool?
  private let address: Change<String>
  private let relay: Change<String>
  private let username: Change<Secret>
  private let password: Change<Secret>
  private let token: Change<Secret>
  private let options: PlugOptionChanges?
  private let autoOn: Bool?
  private let autoOff: Bool?
  private let delay: Int64?
  private let temperature: Int64?

  static let name = "ChangeSmartPlug"
  static let fields: [DeclaredInput] = [
    .replaceable(PlugFields.plugName), .replaceable(PlugFields.kind), .clearable(PlugFields.printerID),
    .replaceable(PlugFields.feedsPrinter), .replaceable(PlugFields.isEnabled), .clearable(PlugFields.address),
    .clearable(PlugFields.relay), .secret(PlugFields.username, canBeCleared: true),
    .secret(PlugFields.password, canBeCleared: true), .secret(PlugFields.token, canBeCleared: true),
    .replaceable(PlugOptionFields.field), .replaceable(PlugFields.autoOn), .replaceable(PlugFields.autoOff),
    .replaceable(PlugFields.autoOffDelay), .replaceable(PlugFields.autoOffTemperature),
  ]

  init(_ reader: inout InputReader) throws(Fault) {
    name = reader.replacement(PlugFields.plugName)
    kind = reader.replacement(PlugFields.kind)
    printerID = reader.change(PlugFields.printerID)
    feedsPrinter = reader.replacement(PlugFields.feedsPrinter)
    isEnabled = reader.replacement(PlugFields.isEnabled)
    address = reader.change(PlugFields.address)
    relay = reader.change(PlugFields.relay)
    username = reader.secret(PlugFields.username)
    password = reader.secret(PlugFields.password)
    token = reader.secret(PlugFields.token)
    options = reader.replacement(PlugOptionFields.field)
    autoOn = reader.replacement(PlugFields.autoOn)
    autoOff = reader.replacement(PlugFields.autoOff)
    delay = reader.replacement(PlugFields.autoOffDelay)
    temperature = reader.replacement(PlugFields.autoOffTemperature)
  }

  func applied(to old: SmartPlug) throws(InvalidValue) -> SmartPlug {
    var new = old
    if let name { new.name = name }
    if let kind { new.kind = kind }
    new.printerID = printerID.applied(to: old.printerID)
    if let feedsPrinter { new.feedsPrinter = feedsPrinter }
    if let isEnabled { new.isEnabled = isEnabled }
    new.address = address.applied(to: old.address)
    new.relay = relay.applied(to: old.relay)
    new.username = username.applied(to: old.username)
    new.password = password.applied(to: old.password)
    new.token = token.applied(to: old.token)
    if let options { new.options = options.applied(to: old.options) }
    if let autoOn { new.autoOn = autoOn }
    if let autoOff { new.autoOff = autoOff }
    if let delay { new.autoOffDelay = Int(delay) }
    if let temperature { new.autoOffTemperature = Int(temperature) }
    return try new.shaped()
  }
}

/// The body of `POST /smart-plugs/{id}/off` and `toggle`.
struct ForcePlug: WireInput {
  let isForced: Bool

  static let name = "SwitchSmartPlug"
  private static let force = InputField<Bool>.flag(
    "force", "Cuts the power of a printer that works or is hot all the same. It is logged with who sent it.",
    example: false)
  static let fields: [DeclaredInput] = [.optional(force)]

  init(_ reader: inout InputReader) throws(Fault) { isForced = reader.optional(Self.force) ?? false }
}

extension Change {
  /// nil for what is kept or cleared.
  var value: Value? { if case .set(let value) = self { value } else { nil } }

  func applied(to old: Value?) -> Value? {
    switch self {
    case .keep: old
    case .clear: nil
    case .set(let value): value
    }
  }
}
