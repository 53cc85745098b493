import Model
import Rules
import Store
import Wire

/// Between the print that the rules follow and the row that survives a restart.
///
/// The columns are what a person would look for in the database; everything else is one JSON text.
extension TrackedPrintRecord {
  init(_ printer: PrinterID, _ print: TrackedPrint, state: PrinterState, now: Timestamp) {
    self.init(printerID: printer, state: state, updatedAt: now)
    subtaskID = print.subtaskID
    taskName = print.taskName
    file = print.file
    plate = print.plate ?? print.sentPlate
    startedAt = print.startedAt
    followedAt = print.followedSince
    isSystem = print.isSystemJob
    lastPercent = print.lastPercent
    lastLayer = print.lastLayer
    totalLayers = print.totalLayers
    ourTaskID = print.isOurs ? print.subtaskID : nil
    sourceArchive = print.archive
    detailsJSON = Self.details(of: print)
  }

  private static func details(of print: TrackedPrint) -> String {
    var json = JSONWriter()
    json.beginObject()
    func put(_ key: StaticString, _ value: String?) {
      guard let value else { return }
      json.key(key)
      json.write(value)
    }
    func put(_ key: StaticString, _ value: Int64?) {
      guard let value else { return }
      json.key(key)
      json.write(value)
    }
    put("task_id", print.taskID)
    put("plate", print.plate.map(Int64.init))
    put("print_type", print.printType)
    put("sent_file", print.sentFile)
    put("sent_plate", print.sentPlate.map(Int64.init))
    put("archive_id", print.archive?.rawValue)
    put("last_seen_ms", print.lastSeenAt.milliseconds)
    json.key("has_run")
    json.write(print.hasRun)
    put("remaining_minutes", print.remainingMinutes.map(Int64.init))
    put("stage_id", print.stageID.map(Int64.init))
    put("paused_since_ms", print.pausedSince?.milliseconds)
    put("pause_reason", print.pauseReason)
    put("stop_requested_ms", print.stopRequestedAt?.milliseconds)
    put("cancel_seen_ms", print.cancelSeenAt?.milliseconds)
    put("prior_fail_reason", print.priorFailReason.map { Int64($0.rawValue) })
    json.endObject()
    return String(decoding: json.bytes, as: UTF8.self)
  }
}

extension TrackedPrint {
  /// What was being followed; fields that a later version wrote otherwise are left at nothing.
  init(_ record: TrackedPrintRecord) {
    let parsed = record.detailsJSON.flatMap { try? JSONParser.parse($0.utf8, limits: .init(bytes: 1 << 16)) }
    let details = parsed ?? .object([:])
    func number(_ key: String) -> Int64? {
      if case .int(let number)? = details[key] { number } else { nil }
    }
    func moment(_ key: String) -> Timestamp? { number(key).map(Timestamp.init(milliseconds:)) }
    self.init(followedSince: record.followedAt)
    subtaskID = record.subtaskID
    taskID = details["task_id"]?.string
    taskName = record.taskName
    file = record.file
    plate = number("plate").flatMap { Int(exactly: $0) }
    printType = details["print_type"]?.string
    isOurs = record.ourTaskID != nil
    sentFile = details["sent_file"]?.string
    sentPlate = number("sent_plate").flatMap { Int(exactly: $0) }
    archive = number("archive_id").map(ArchiveID.init(rawValue:))
    startedAt = record.startedAt
    lastSeenAt = moment("last_seen_ms") ?? record.updatedAt
    hasRun = details["has_run"]?.bool ?? false
    lastPercent = record.lastPercent
    lastLayer = record.lastLayer
    totalLayers = record.totalLayers
    remainingMinutes = number("remaining_minutes").flatMap { Int(exactly: $0) }
    stageID = number("stage_id").flatMap { Int(exactly: $0) }
    pausedSince = moment("paused_since_ms")
    pauseReason = details["pause_reason"]?.string
    stopRequestedAt = moment("stop_requested_ms")
    cancelSeenAt = moment("cancel_seen_ms")
    priorFailReason = number("prior_fail_reason").flatMap { UInt32(exactly: $0) }.map(PrintErrorCode.init(rawValue:))
  }
}

extension PrintEnding {
  init(_ end: PrintEnd) {
    let (outcome, error): (Outcome, String?) =
      switch end.outcome {
      case .finished: (.success, nil)
      case .failed(let code, let hms): (.failed, code?.text ?? hms.first?.text)
      case .stopped: (.stopped, nil)
      case .unknown: (.unknown, nil)
      }
    self.init(outcome: outcome, endedAt: end.endedAt, isTimeKnown: end.isTimeKnown, error: error)
  }
}
