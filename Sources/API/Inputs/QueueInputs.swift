import Model
import Service
import Wire

/// The fields of queue items that people enter.
enum QueueFields {
  static let archive = InputField(
    "archive_id", .integer(1...Int64.max), "The archive whose file is printed.", example: 42
  ) { (json) throws(InvalidValue) in ArchiveID(rawValue: try number(json, "archive_id")) }
  static let printer = InputField(
    "printer_id", .integer(1...Int64.max), "The printer that is to print it.", example: 1
  ) { (json) throws(InvalidValue) in PrinterID(rawValue: try number(json, "printer_id")) }
  static let model = InputField(
    "model", .choice(PrinterFields.modelWords), "Instead of a printer: any idle one of this model.", example: "X1C"
  ) { (json) throws(InvalidValue) in
    guard let word = json.string, let model = PrinterModel(name: word) ?? PrinterModel(code: word) else {
      let known = PrinterModel.allCases.map(\.displayName).joined(separator: ", ")
      throw InvalidValue("model", "must be one of \(known)")
    }
    return model
  }
  static let scheduledTime = InputField(
    "scheduled_time", .timestamp,
    "It does not start before: ISO 8601 with offset. A time that is past is due at once; null is as soon as it can.",
    example: "2024-01-15T18:00:00Z"
  ) { (json) throws(InvalidValue) in
    guard let text = json.string, let time = Timestamp(iso8601: text) else {
      throw InvalidValue("scheduled_time", "must be a time with its offset, such as 2024-01-15T18:00:00Z")
    }
    return time
  }
  static let copies = InputField<Int64>.integer("copies", 1...999, "How often it is printed.", example: 1)
  static let autoPowerOff = InputField<Bool>.flag(
    "auto_power_off", "Switches the printer off after the print, once it has cooled down.", example: false)

  private static func number(_ json: JSONValue, _ name: String) throws(InvalidValue) -> Int64 {
    guard let number = json.wholeNumber, number > 0 else { throw InvalidValue(name, "must be a whole number from 1") }
    return number
  }
}

/// The body of `POST /queue`.
struct AddToQueue: WireInput {
  let request: QueueRequest

  static let name = "AddToQueue"
  static let rule = exactlyOne(of: ["printer_id", "model"])
  static let example: JSONValue = [
    "archive_id": 42, "printer_id": 1, "scheduled_time": "2024-01-15T14:00:00Z", "auto_power_off": true,
  ]
  static let fields: [DeclaredInput] = [
    .required(QueueFields.archive), .optional(QueueFields.printer), .optional(QueueFields.model),
    .optional(QueueFields.scheduledTime), .optional(PrintFields.plate), .optional(QueueFields.copies),
    .optional(PrintFields.mapping), .optional(PrintFields.options), .optional(QueueFields.autoPowerOff),
  ]

  init(_ reader: inout InputReader) throws(Fault) {
    let archive = reader.required(QueueFields.archive)
    let printer = reader.optional(QueueFields.printer)
    let model = reader.optional(QueueFields.model)
    let time = reader.optional(QueueFields.scheduledTime)
    let plate = reader.optional(PrintFields.plate)
    let copies = reader.optional(QueueFields.copies)
    let mapping = reader.optional(PrintFields.mapping)
    let options = reader.optional(PrintFields.options)
    let powerOff = reader.optional(QueueFields.autoPowerOff)
    if (printer == nil) == (model == nil), printer != nil || !reader.hasProblem {
      reader.refuse(
        printer == nil
          ? InvalidValue("printer_id", "is missing, and so is model: give one of them")
          : InvalidValue("model", "goes without printer_id: give one of them"))
    }
    guard let archive else { throw reader.fault }
    var request = QueueRequest(archiveID: archive)
    request.printerID = printer
    request.model = model
    request.scheduledTime = time
    request.plate = plate.map { Int($0) }
    request.copies = Int(copies ?? 1)
    request.mapping = mapping
    request.options = options ?? QueueOptions()
    request.autoPowerOff = powerOff ?? false
    self.request = request
  }
}

/// The body of `PATCH /queue/{id}`.
struct ChangeQueueItem: WireInput {
  let change: @Sendable (inout QueueRequest) -> Void

  static let name = "ChangeQueueItem"
  static let rule: [String: JSONValue] = [
    "not": [
      "anyOf": [
        [
          "required": ["printer_id", "model"],
          "properties": ["printer_id": ["not": ["type": "null"]], "model": ["not": ["type": "null"]]],
        ],
        ["required": ["printer_id"], "properties": ["printer_id": ["type": "null"], "model": ["type": "null"]]],
      ]
    ]
  ]
  static let example: JSONValue = ["scheduled_time": "2024-01-15T18:00:00Z", "copies": 2]
  static let fields: [DeclaredInput] = [
    .optional(QueueFields.printer), .optional(QueueFields.model), .clearable(QueueFields.scheduledTime),
    .optional(PrintFields.plate), .optional(QueueFields.copies), .clearable(PrintFields.mapping),
    .clearable(PrintFields.optionsChange), .optional(QueueFields.autoPowerOff),
  ]

  init(_ reader: inout InputReader) throws(Fault) {
    let wanted = reader.change(QueueFields.printer)
    let model = reader.optional(QueueFields.model)
    let time = reader.change(QueueFields.scheduledTime)
    let plate = reader.optional(PrintFields.plate)
    let copies = reader.optional(QueueFields.copies)
    let mapping = reader.change(PrintFields.mapping)
    let options = reader.change(PrintFields.optionsChange)
    let powerOff = reader.optional(QueueFields.autoPowerOff)
    switch wanted {
    case .keep: break
    case .set: if model != nil { reader.refuse(InvalidValue("model", "goes without printer_id")) }
    case .clear:
      if model == nil, !reader.hasProblem {
        reader.refuse(InvalidValue("printer_id", "must be a printer, unless model says which ones will do"))
      }
    }
    change = { request in
      if case .set(let printer) = wanted { (request.printerID, request.model) = (printer, nil) }
      if let model { (request.printerID, request.model) = (nil, model) }
      if let plate { request.plate = Int(plate) }
      if let copies { request.copies = Int(copies) }
      if let powerOff { request.autoPowerOff = powerOff }
      switch time {
      case .keep: break
      case .clear: request.scheduledTime = nil
      case .set(let time): request.scheduledTime = time
      }
      switch mapping {
      case .keep: break
      case .clear: request.mapping = nil
      case .set(let trays): request.mapping = trays
      }
      switch options {
      case .keep: break
      case .clear: request.options = QueueOptions()
      case .set(let change): change(&request.options)
      }
    }
  }
}

/// The body of `PUT /queue/{id}/reorder`.
struct MoveQueueItem: WireInput {
  let position: Int

  private static let position = InputField<Int64>.integer(
    "position", 0...1_000_000, "Its new place among all that wait, from 0; beyond the last is the end.", example: 0)
  static let name = "MoveQueueItem"
  static let fields: [DeclaredInput] = [.required(position)]

  init(_ reader: inout InputReader) throws(Fault) {
    guard let position = reader.required(Self.position) else { throw reader.fault }
    self.position = Int(position)
  }
}

/// The body of `POST /queue/reorder`.
struct ReorderQueue: WireInput {
  let order: [QueueItemID]

  private static let order = InputField(
    "order", .array(.integer(1...Int64.max), maximum: 1_000, minimum: 1),
    "Items that wait, each once. They take the places that they hold together, in this order.", example: [3, 1, 2, 4]
  ) { (json) throws(InvalidValue) in
    let problem = InvalidValue("order", "must be a list of 1 to 1000 items, each once")
    guard let elements = json.array, (1...1_000).contains(elements.count) else { throw problem }
    var ids: [QueueItemID] = []
    for element in elements {
      guard let number = element.wholeNumber, number > 0 else { throw problem }
      ids.append(QueueItemID(rawValue: number))
    }
    guard Set(ids).count == ids.count else { throw problem }
    return ids
  }
  static let name = "ReorderQueue"
  static let rule: [String: JSONValue] = ["allOf": [["properties": ["order": ["uniqueItems": true]]]]]
  static let fields: [DeclaredInput] = [.required(order)]

  init(_ reader: inout InputReader) throws(Fault) {
    guard let order = reader.required(Self.order) else { throw reader.fault }
    self.order = order
  }
}

/// The body of `POST /queue/{id}/cancel`, which may be left out.
struct CancelQueueItem: WireInput {
  let stopsPrint: Bool

  private static let stopsPrint = InputField<Bool>.flag(
    "stop_print", "Stops the print of an item that is being printed.", example: true)
  static let name = "CancelQueueItem"
  static let fields: [DeclaredInput] = [.optional(stopsPrint)]

  init(_ reader: inout InputReader) throws(Fault) { stopsPrint = reader.optional(Self.stopsPrint) ?? false }
}

/// The body of `POST /queue/pause` and `resume`, which may be left out.
struct PauseQueue: WireInput {
  let printer: PrinterID?

  static let name = "PauseQueue"
  static let fields: [DeclaredInput] = [.optional(QueueFields.printer)]

  init(_ reader: inout InputReader) throws(Fault) { printer = reader.optional(QueueFields.printer) }
}

/// The body of `POST /archives/{id}/reprint`.
struct ReprintArchive: WireInput {
  let change: @Sendable (inout QueueRequest) -> Void

  static let name = "ReprintArchive"
  static let example: JSONValue = ["printer_id": 1, "plate": 1]
  static let fields: [DeclaredInput] = [
    .required(QueueFields.printer), .optional(PrintFields.plate), .optional(PrintFields.mapping),
    .optional(PrintFields.options),
  ]

  init(_ reader: inout InputReader) throws(Fault) {
    let printer = reader.required(QueueFields.printer)
    let plate = reader.optional(PrintFields.plate)
    let mapping = reader.optional(PrintFields.mapping)
    let options = reader.optional(PrintFields.options) ?? QueueOptions()
    guard let printer else { throw reader.fault }
    change = { request in
      request.printerID = printer
      request.plate = plate.map { Int($0) }
      request.mapping = mapping
      request.options = options
    }
  }
}
