import Model
import Rules
import Service
import Store
import Wire

/// The fields of a notification provider that a person enters.
enum ProviderInputs {
  static let providerName = InputField<String>.text("name", length: 1...100, "What you call it.", example: "My phone")
  static let type = InputField<ProviderType>.choice("type", "The kind of provider.", example: .ntfy)
  static let isEnabled = InputField<Bool>.flag("enabled", "It is told of events.", example: true)
  static let config = InputField(
    "config", ProviderField.schema,
    "What the provider needs; which members those are depends on its type. A secret reads as an object that says whether it"
      + " is set.", example: ["topic": "my-printers"]
  ) { (json) throws(InvalidValue) in
    guard let members = json.object else { throw InvalidValue("config", "must be an object, not \(json.kind)") }
    var given: [ProviderField: JSONValue] = [:]
    for field in ProviderField.allCases {
      guard let value = members[field.rawValue] else { continue }
      // What reading shows, and "", keep a secret (contract, section 3).
      if field.isSecret, value == "" || value.object?["set"]?.bool != nil { continue }
      // `null` clears it.
      given[field] = value
      if value != .null { given[field] = try field.taken(value) }
    }
    return given
  }
  /// The same in a body that names its type, where each type's form says which members there are.
  static let wholeConfig = InputField(
    "config", .object([]), "What the provider needs; which members those are depends on its type.",
    example: ["topic": "my-printers"], parse: config.parse)
  static let events = InputField(
    "events", .array(.choice(NotificationEvent.allCases.map(\.rawValue)), maximum: 50),
    "What it is told of; everything when left out.", example: ["print_complete", "print_failed"]
  ) { (json) throws(InvalidValue) in
    let words = NotificationEvent.allCases.map(\.rawValue).joined(separator: ", ")
    let problem = InvalidValue("events", "must be a list of \(words)")
    guard let elements = json.array, elements.count <= 50 else { throw problem }
    var events: Set<NotificationEvent> = []
    for element in elements {
      guard let event = element.string.flatMap(NotificationEvent.init(rawValue:)) else { throw problem }
      events.insert(event)
    }
    return events
  }
  static let printerIDs = InputField(
    "printer_ids", KeyFields.printerIDs.schema, "The printers that it is told of; null is all.", example: [1],
    parse: KeyFields.printerIDs.parse)
  private static let timeOfDay = Schema.string(length: 5...5, format: nil, pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$")
  static let quietHours = InputField(
    "quiet_hours",
    .object([.init("start", timeOfDay, isRequired: true), .init("end", timeOfDay, isRequired: true)]),
    "From start to end nothing is sent, by the setting time_zone; it comes afterwards. null is never.",
    example: ["start": "22:00", "end": "07:00"]
  ) { (json) throws(InvalidValue) in
    guard let start = json["start"]?.string, let end = json["end"]?.string else {
      throw InvalidValue("quiet_hours", "must be an object with start and end, each a time such as 22:30")
    }
    return try QuietHours(
      start: try DayMinute(start, field: "quiet_hours.start"), end: try DayMinute(end, field: "quiet_hours.end"))
  }
  static let digest = InputField(
    "daily_digest", timeOfDay,
    "When all messages of a day are sent as one, by the setting time_zone; null sends each as it comes. Not for webhooks.",
    example: .null
  ) { (json) throws(InvalidValue) in
    guard let text = json.string else { throw InvalidValue("daily_digest", DayMinute.expectation) }
    return try DayMinute(text, field: "daily_digest")
  }

  static func edit<Value>(_ change: Change<Value>) -> Value?? {
    switch change {
    case .keep: nil
    case .clear: .some(nil)
    case .set(let value): .some(value)
    }
  }
}

/// The body of `POST /notifications/providers`.
struct AddProvider: WireInput {
  let edit: ProviderEdit

  static let name = "AddNotificationProvider"
  static let fields: [DeclaredInput] = [
    .required(ProviderInputs.providerName), .required(ProviderInputs.type), .required(ProviderInputs.wholeConfig),
    .optional(ProviderInputs.isEnabled), .optional(ProviderInputs.events), .clearable(ProviderInputs.printerIDs),
    .clearable(ProviderInputs.quietHours), .clearable(ProviderInputs.digest),
  ]
  /// A form for each type, with the members that its `config` has and those that it cannot do without.
  static let rule: [String: JSONValue] = [
    "oneOf": .array(
      ProviderType.allCases.map { type -> JSONValue in
        var properties: [String: JSONValue] = [
          "type": ["const": .string(type.rawValue)], "config": .object(type.configSchema),
        ]
        if type == .webhook { properties["daily_digest"] = ["type": "null"] }
        return ["properties": .object(properties), "required": ["type", "config"]]
      })
  ]

  init(_ reader: inout InputReader) throws(Fault) {
    var edit = ProviderEdit()
    edit.name = reader.required(ProviderInputs.providerName)
    edit.type = reader.required(ProviderInputs.type)
    edit.config = reader.required(ProviderInputs.wholeConfig)
    edit.isEnabled = reader.optional(ProviderInputs.isEnabled)
    edit.events = reader.optional(ProviderInputs.events)
    edit.printerIDs = .some(reader.optional(ProviderInputs.printerIDs))
    edit.quietHours = .some(reader.optional(ProviderInputs.quietHours))
    edit.digest = .some(reader.optional(ProviderInputs.digest))
    self.edit = edit
  }
}

/// The body of `PATCH` and `PUT /notifications/providers/{id}`: the fields that are sent change, the others stay.
struct ChangeProvider: WireInput {
  let edit: ProviderEdit

  static let name = "ChangeNotificationProvider"
  static let fields: [DeclaredInput] = [
    .replaceable(ProviderInputs.providerName), .replaceable(ProviderInputs.type),
    .replaceable(ProviderInputs.config), .replaceable(ProviderInputs.isEnabled), .replaceable(ProviderInputs.events),
    .clearable(ProviderInputs.printerIDs), .clearable(ProviderInputs.quietHours), .clearable(ProviderInputs.digest),
  ]

  init(_ reader: inout InputReader) throws(Fault) {
    var edit = ProviderEdit()
    edit.name = reader.replacement(ProviderInputs.providerName)
    edit.type = reader.replacement(ProviderInputs.type)
    edit.config = reader.replacement(ProviderInputs.config)
    edit.isEnabled = reader.replacement(ProviderInputs.isEnabled)
    edit.events = reader.replacement(ProviderInputs.events)
    edit.printerIDs = ProviderInputs.edit(reader.change(ProviderInputs.printerIDs))
    edit.quietHours = ProviderInputs.edit(reader.change(ProviderInputs.quietHours))
    edit.digest = ProviderInputs.edit(reader.change(ProviderInputs.digest))
    self.edit = edit
  }
}

/// The body of `PUT /notifications/templates/{event}` and of its preview: what is left out stays.
struct ChangeTemplate: WireInput {
  private static let title = InputField(
    "title", .string(length: 1...NotificationTemplate.titleLimit, format: nil), "A line with placeholders.",
    example: "Print finished"
  ) { (json) throws(InvalidValue) in try text(json, "title") }
  private static let message = InputField(
    "message", .string(length: 1...NotificationTemplate.messageLimit, format: nil), "A text with placeholders.",
    example: "{printer}: {task_name} is done after {duration}."
  ) { (json) throws(InvalidValue) in try text(json, "message") }

  let title: String?
  let message: String?

  static let name = "ChangeNotificationTemplate"
  static let fields: [DeclaredInput] = [.replaceable(title), .replaceable(message)]

  init(_ reader: inout InputReader) throws(Fault) {
    title = reader.replacement(Self.title)
    message = reader.replacement(Self.message)
  }

  private static func text(_ json: JSONValue, _ name: String) throws(InvalidValue) -> String {
    guard let text = json.string else { throw InvalidValue(name, "must be a string, not \(json.kind)") }
    return text
  }
}

extension ProviderType {
  /// A whole config of this type.
  fileprivate var configSchema: [String: JSONValue] {
    var members: [String: JSONValue] = [:]
    for (field, isRequired) in fields {
      members[field.rawValue] = .object(isRequired ? field.value.json : Schema.nullable(field.schema).json)
    }
    let needed = fields.filter(\.isRequired).map { JSONValue.string($0.field.rawValue) }
    return ["type": "object", "properties": .object(members), "required": .array(needed)]
  }
}

extension ProviderField {
  /// The members of a `config`, of all types together: their form does not depend on the type.
  static let schema = Schema.object(allCases.map { .init($0.rawValue, .nullable($0.schema)) })

  /// A new value; of a secret the text itself.
  fileprivate var value: Schema {
    switch self {
    case .webhookURL: address
    default: isSecret ? text : schema
    }
  }

  fileprivate var schema: Schema {
    switch self {
    case .port: .integer(1...65_535)
    case .to: .array(.string(length: nil, format: "email", pattern: Self.from.pattern), maximum: 20, minimum: 1)
    case .security: .choice(["tls", "starttls", "none"])
    case .chatID: .either([text, .integer(Int64.min...Int64.max)])
    case .url: address
    case .webhookURL: secret(address)
    default: isSecret ? secret(text) : text
    }
  }

  private var address: Schema { .string(length: 8...WebAddress.limit, format: nil, pattern: pattern) }

  private var text: Schema { .string(length: nil, format: nil, pattern: pattern) }

  private func secret(_ schema: Schema) -> Schema {
    .either([schema, .word(""), .object([.init("set", .boolean, isRequired: true)])])
  }
}
