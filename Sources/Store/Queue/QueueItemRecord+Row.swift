import Model

/// Between an item and its row.
extension QueueItemRecord {
  init(_ row: borrowing Row) throws(SQLiteError) {
    id = QueueItemID(rawValue: try row.integer("id"))
    wish = try QueueWish(row)
    status = QueueStatus(rawValue: try row.text("status")) ?? .failed
    rank = try row.integer("rank")
    copyOf = try row.optionalInteger("copy_of").map(QueueItemID.init(rawValue:))
    attempts = Int(try row.integer("attempts"))
    retryAt = try row.optionalMoment("retry_ms")
    dispatch = try Dispatch(row)
    startedAt = try row.optionalMoment("started_ms")
    completedAt = try row.optionalMoment("completed_ms")
    isUnproven = try row.flag("is_unproven")
    isCooling = try row.flag("is_cooling")
    printArchiveID = try row.optionalInteger("print_archive_id").map(ArchiveID.init(rawValue:))
    error = try row.optionalText("error")
    createdAt = try row.moment("created_ms")
    updatedAt = try row.moment("updated_ms")
  }
}

extension QueueItemRecord.Dispatch {
  fileprivate init?(_ row: borrowing Row) throws(SQLiteError) {
    guard let task = try row.optionalInteger("task_id"),
      let path = try row.optionalValue("path", { (text) throws(InvalidValue) in try StoragePath(text) }),
      let dispatchedAt = try row.optionalMoment("dispatched_ms")
    else { return nil }
    machine = try row.optionalInteger("machine_id").map(PrinterID.init(rawValue:))
    taskID = Int(task)
    self.path = path
    trays = Self.numbers(try row.optionalText("trays")) ?? []
    self.dispatchedAt = dispatchedAt
    sentAt = try row.optionalMoment("sent_ms")
    signAt = try row.optionalMoment("sign_ms")
  }

  private static func numbers(_ text: String?) -> [Int]? { QueueNumbers.parse(text)?.map(Int.init) }
}

extension QueueWish {
  fileprivate init(_ row: borrowing Row) throws(SQLiteError) {
    archiveID = try row.optionalInteger("archive_id").map(ArchiveID.init(rawValue:))
    printerID = try row.optionalInteger("printer_id").map(PrinterID.init(rawValue:))
    model = try row.optionalText("model").flatMap(PrinterModel.init(rawValue:))
    among = QueueNumbers.parse(try row.optionalText("among"))?.map(PrinterID.init(rawValue:))
    scheduledTime = try row.optionalMoment("scheduled_ms")
    plate = Int(try row.integer("plate"))
    copies = Int(try row.integer("copies"))
    mapping = QueueNumbers.parse(try row.optionalText("mapping"))?.map(Int.init)
    optionsJSON = try row.text("options_json")
    autoPowerOff = try row.flag("auto_power_off")
    demandJSON = try row.text("demand_json")
  }

  /// In the order of the columns that `QueueRepository` writes.
  var values: [SQLValue] {
    [
      .integer(archiveID?.rawValue), .integer(printerID?.rawValue), .text(model?.rawValue),
      .text(among.map { QueueNumbers.text($0.map(\.rawValue)) }), .moment(scheduledTime), .integer(plate),
      .integer(copies), .text(mapping.map { QueueNumbers.text($0.map(Int64.init)) }), .text(optionsJSON),
      .flag(autoPowerOff), .text(demandJSON),
    ]
  }
}

extension SQLValue {
  fileprivate static func integer(_ value: Int64?) -> SQLValue { value.map { .integer($0) } ?? .null }
}

/// A list of numbers in one column: `0,-1,5`.
enum QueueNumbers {
  static func text(_ numbers: [Int64]) -> String { numbers.map(String.init).joined(separator: ",") }

  static func parse(_ text: String?) -> [Int64]? {
    text?.split(separator: ",").compactMap { Int64($0) }
  }
}
