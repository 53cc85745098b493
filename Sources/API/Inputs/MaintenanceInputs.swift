import Model
import Store
import Wire

/// The fields of `/maintenance` that a person enters.
enum MaintenanceFields {
  static let typeName = InputField<String>.text("name", length: 1...100, "What is done.", example: "Clean the lens")
  static let note = InputField(
    "description", .string(length: 0...1000, format: nil), "How it is done.", example: "With a soft cloth."
  ) { (json) throws(InvalidValue) in
    guard let text = json.string, text.unicodeScalars.count <= 1000 else {
      throw InvalidValue("description", "must be a string of at most 1000 characters")
    }
    return text
  }
  static let interval = InputField<Int64>.integer(
    "interval", 1...100_000, "After so many hours of printing, or days, it is due.", example: 200)
  static let unit = InputField<MaintenanceType.Unit>.choice("unit", "Hours of printing, or days.", example: .hours)
  static let models = InputField(
    "models", .array(.choice(PrinterModel.allCases.map(\.rawValue)), maximum: 50),
    "The models that need it, by their short names; null is all.", example: ["X1C", "P1S"]
  ) { (json) throws(InvalidValue) in
    let words = PrinterModel.allCases.map(\.rawValue).joined(separator: ", ")
    let problem = InvalidValue("models", "must be a list of \(words), or null for all")
    guard let elements = json.array, elements.count <= 50 else { throw problem }
    var models: Set<PrinterModel> = []
    for element in elements {
      guard let model = element.string.flatMap(PrinterModel.init(rawValue:)) else { throw problem }
      models.insert(model)
    }
    return models
  }
  static let isEnabled = InputField<Bool>.flag("enabled", "It is watched.", example: true)
  static let printer = InputField<Int64>.integer("printer_id", 1...Int64.max, "The printer.", example: 1)
  static let type = InputField<Int64>.integer("type_id", 1...Int64.max, "What was done.", example: 1)
  static let notes = InputField(
    "notes", .string(length: 0...1000, format: nil), "What is worth knowing later.", example: "Rods were dirty."
  ) { (json) throws(InvalidValue) in
    guard let text = json.string, text.unicodeScalars.count <= 1000 else {
      throw InvalidValue("notes", "must be a string of at most 1000 characters")
    }
    return text
  }
  static let doneAt = InputField(
    "done_at", .timestamp, "When it was done; now when left out.", example: "2024-01-15T14:30:00Z"
  ) { (json) throws(InvalidValue) in
    guard let time = json.string.flatMap(Timestamp.init(iso8601:)) else {
      throw InvalidValue("done_at", "must be a time such as 2024-01-15T14:30:00Z")
    }
    return time
  }
}

/// The body of `POST /maintenance/types`.
struct AddMaintenanceType: WireInput {
  let typeName: String
  let note: String
  let interval: Int
  let unit: MaintenanceType.Unit
  let models: Set<PrinterModel>?
  let isEnabled: Bool

  static let name = "AddMaintenanceType"
  static let fields: [DeclaredInput] = [
    .required(MaintenanceFields.typeName), .optional(MaintenanceFields.note), .required(MaintenanceFields.interval),
    .required(MaintenanceFields.unit), .clearable(MaintenanceFields.models), .optional(MaintenanceFields.isEnabled),
  ]

  init(_ reader: inout InputReader) throws(Fault) {
    let typeName = reader.required(MaintenanceFields.typeName)
    note = reader.optional(MaintenanceFields.note) ?? ""
    let interval = reader.required(MaintenanceFields.interval)
    let unit = reader.required(MaintenanceFields.unit)
    models = reader.optional(MaintenanceFields.models)
    isEnabled = reader.optional(MaintenanceFields.isEnabled) ?? true
    guard let typeName, let interval, let unit else { throw reader.fault }
    self.typeName = typeName
    self.interval = Int(interval)
    self.unit = unit
  }
}

/// The body of `PATCH /maintenance/types/{id}`.
struct ChangeMaintenanceType: WireInput {
  private let typeName: String?
  private let note: String?
  private let interval: Int64?
  private let unit: MaintenanceType.Unit?
  private let models: Change<Set<PrinterModel>>
  private let isEnabled: Bool?

  static let name = "ChangeMaintenanceType"
  static let fields: [DeclaredInput] = [
    .replaceable(MaintenanceFields.typeName), .replaceable(MaintenanceFields.note),
    .replaceable(MaintenanceFields.interval), .replaceable(MaintenanceFields.unit),
    .clearable(MaintenanceFields.models), .replaceable(MaintenanceFields.isEnabled),
  ]

  init(_ reader: inout InputReader) throws(Fault) {
    typeName = reader.replacement(MaintenanceFields.typeName)
    note = reader.replacement(MaintenanceFields.note)
    interval = reader.replacement(MaintenanceFields.interval)
    unit = reader.replacement(MaintenanceFields.unit)
    models = reader.change(MaintenanceFields.models)
    isEnabled = reader.replacement(MaintenanceFields.isEnabled)
  }

  /// The type as it is to be, and whether only its switch is different.
  func applied(to old: MaintenanceType, now: Timestamp) -> (type: MaintenanceType, isSwitchOnly: Bool) {
    var type = old
    if let typeName { type.name = typeName }
    if let note { type.note = note }
    if let interval { type.interval = Int(interval) }
    if let unit { type.unit = unit }
    switch models {
    case .keep: break
    case .clear: type.models = nil
    case .set(let models): type.models = models
    }
    let isSwitchOnly = type == old
    if let isEnabled { type.isEnabled = isEnabled }
    type.updatedAt = now
    return (type, isSwitchOnly)
  }
}

/// The body of `POST /maintenance/log`.
struct LogMaintenance: WireInput {
  let printer: PrinterID
  let type: MaintenanceTypeID
  let notes: String
  let doneAt: Timestamp?

  static let name = "LogMaintenance"
  static let fields: [DeclaredInput] = [
    .required(MaintenanceFields.printer), .required(MaintenanceFields.type), .optional(MaintenanceFields.notes),
    .clearable(MaintenanceFields.doneAt),
  ]

  init(_ reader: inout InputReader) throws(Fault) {
    let printer = reader.required(MaintenanceFields.printer)
    let type = reader.required(MaintenanceFields.type)
    notes = reader.optional(MaintenanceFields.notes) ?? ""
    doneAt = reader.optional(MaintenanceFields.doneAt)
    guard let printer, let type else { throw reader.fault }
    self.printer = PrinterID(rawValue: printer)
    self.type = MaintenanceTypeID(rawValue: type)
  }
}
