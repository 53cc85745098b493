import Model
import Rules
import Store
import Wire

/// Something that people may want to be told, on its way from the event feed into the outbox.
struct Occasion: Sendable {
  var event: NotificationEvent
  var level: NotificationLevel
  var printer: PrinterID?
  /// For templates.
  var values: [TemplatePlaceholder: String]
  /// S1's `data`.
  var data: [String: JSONValue]
  /// Progress is told at its steps only; what print, and how far it is.
  var progress: (print: String, percent: Int)?
  /// The print that has ended, whose photo goes along.
  var photo: ArchiveID?
  var at: Timestamp
  /// What is struck off when it is in the outbox.
  var telling: Telling?
  /// Whose name is to be looked up for `{item}`.
  var itemArchive: ArchiveID?

  /// Gives way first when too much waits.
  var isProgress: Bool { progress != nil }

  init(_ event: NotificationEvent, _ level: NotificationLevel, printer: PrinterIdentity, at now: Timestamp) {
    self.init(event, level, printer: printer.id, named: printer.name, at: now)
  }

  init(
    _ event: NotificationEvent, _ level: NotificationLevel, printer: PrinterID?, named name: String?, at now: Timestamp
  ) {
    self.event = event
    self.level = level
    self.printer = printer
    at = now
    values = [.printer: name ?? "any printer", .time: now.description]
    data = [
      "printer_id": printer.map { .int($0.rawValue) } ?? .null, "printer_name": name.map { .string($0) } ?? .null,
    ]
  }
}

extension Occasion {
  /// A step in the life of a print; nil for those that nobody is told of, and for the printer's own runs.
  init?(_ event: PrintEvent, _ snapshot: PrinterSnapshot, _ archive: ArchiveID?, at now: Timestamp) {
    let printer = snapshot.identity
    switch event {
    case .started(let print):
      guard !print.isSystemJob else { return nil }
      self.init(.printStarted, .info, printer: printer, at: now)
      take(PrintFacts(printer: printer, print: print, end: nil), archive)
      telling = archive.map { .print($0, .begun) }
    case .progress(let progress):
      guard let print = snapshot.print, !print.isSystemJob else { return nil }
      self.init(.printProgress, .info, printer: printer, at: now)
      take(PrintFacts(printer: printer, print: print, end: nil), archive)
      self.progress = (Self.key(of: print, archive), progress.percent)
      values[.remainingTime] = progress.remainingMinutes.map { Self.spoken(seconds: $0 * 60) }
      values[.layer] = progress.layer.map { layer in progress.totalLayers.map { "\(layer)/\($0)" } ?? "\(layer)" }
      data["status"] = "printing"
      data["remaining_time"] = progress.remainingMinutes.map { .int(Int64($0) * 60) } ?? .null
      data["current_layer"] = progress.layer.map { .int(Int64($0)) } ?? .null
      data["total_layers"] = progress.totalLayers.map { .int(Int64($0)) } ?? .null
    case .ended(let end):
      guard !end.print.isSystemJob else { return nil }
      let facts = PrintFacts(printer: printer, print: end.print, end: end)
      let isFinished = end.outcome == .finished
      let level: NotificationLevel = isFinished ? .success : end.outcome == .stopped ? .warning : .error
      self.init(isFinished ? .printComplete : .printFailed, level, printer: printer, at: now)
      take(facts, archive)
      photo = archive
      telling = archive.map { .print($0, .ended) }
    case .observed, .identified, .stageChanged, .paused, .resumed: return nil
    }
  }

  static func offline(_ snapshot: PrinterSnapshot, reason: String, at now: Timestamp) -> Occasion {
    var made = Occasion(.printerOffline, .warning, printer: snapshot.identity, at: now)
    made.values[.reason] = reason
    made.data["reason"] = .string(reason)
    return made
  }

  static func online(_ snapshot: PrinterSnapshot, at now: Timestamp) -> Occasion {
    Occasion(.printerOnline, .success, printer: snapshot.identity, at: now)
  }

  /// New HMS entries or a print error; nil when only infos are there.
  static func fault(_ snapshot: PrinterSnapshot, at now: Timestamp) -> Occasion? {
    guard let report = snapshot.report else { return nil }
    let model = snapshot.identity.model
    var texts: [String] = []
    if let error = report.printError, !error.isCancellation {
      texts.append(FaultText.describe(error, model: model).message ?? error.text)
    }
    let complaints = report.hms.filter { $0.severity != .info }
    texts += complaints.map { FaultText.describe($0, model: model).message ?? $0.text }
    guard !texts.isEmpty else { return nil }
    var made = Occasion(.printerError, .error, printer: snapshot.identity, at: now)
    made.values[.error] = texts.prefix(3).joined(separator: " ")
    made.data["hms_errors"] = .array(
      complaints.map { code in
        [
          "code": .string(code.text), "severity": .string(code.severity?.name ?? "unknown"),
          "message": FaultText.describe(code, model: model).message.map { .string($0) } ?? .null,
        ]
      })
    made.data["print_error"] = report.printError.map { .string($0.text) } ?? .null
    return made
  }

  static func maintenance(_ snapshot: PrinterSnapshot, _ row: MaintenanceRow, at now: Timestamp) -> Occasion {
    var made = Occasion(.maintenanceDue, .warning, printer: snapshot.identity, at: now)
    made.values[.maintenance] = row.type.name
    made.data["type_id"] = .int(row.type.id.rawValue)
    made.data["name"] = .string(row.type.name)
    made.data["unit"] = .string(row.type.unit.rawValue)
    made.data["interval"] = .int(Int64(row.type.interval))
    made.telling = row.telling
    return made
  }

  static func filamentLow(_ snapshot: PrinterSnapshot, unit: Int, tray: AMSTray, at now: Timestamp) -> Occasion {
    var made = Occasion(.filamentLow, .warning, printer: snapshot.identity, at: now)
    made.values[.filament] = "\(tray.type ?? "filament") (AMS \(unit + 1), slot \(tray.slot + 1))"
    made.values[.remaining] = tray.remaining.map(String.init)
    made.data["ams"] = .int(Int64(unit))
    made.data["tray"] = .int(Int64(tray.slot))
    made.data["type"] = tray.type.map { .string($0) } ?? .null
    made.data["remaining"] = tray.remaining.map { .int(Int64($0)) } ?? .null
    return made
  }

  private mutating func take(_ facts: PrintFacts, _ archive: ArchiveID?) {
    let name = facts.print.taskName ?? facts.print.file ?? "The print"
    values[.filename] = facts.print.file ?? ""
    values[.taskName] = name
    values[.duration] = facts.duration.map { Self.spoken(seconds: $0) } ?? "an unknown time"
    values[.status] = facts.status
    values[.error] = facts.error ?? ""
    data["archive_id"] = archive.map { .int($0.rawValue) } ?? .null
    data["filename"] = facts.print.file.map { .string($0) } ?? .null
    data["task_name"] = facts.print.taskName.map { .string($0) } ?? .null
    data["duration"] = facts.duration.map { .int(Int64($0)) } ?? .null
    data["status"] = .string(facts.status)
    data["error"] = facts.error.map { .string($0) } ?? .null
  }

  /// Tells one print from the next on the same printer, also after a restart.
  static func key(of print: TrackedPrint, _ archive: ArchiveID?) -> String {
    archive.map { "\($0)" } ?? "\(print.subtaskID ?? "")|\(print.file ?? "")|\(print.followedSince.milliseconds)"
  }

  /// `2 h 15 min`.
  static func spoken(seconds: Int) -> String {
    let minutes = max(0, seconds) / 60
    return minutes < 60 ? "\(minutes) min" : "\(minutes / 60) h \(minutes % 60) min"
  }
}
