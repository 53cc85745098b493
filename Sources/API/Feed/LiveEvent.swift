import Camera
import HTTPServer
import Model
import NIOCore
import Rules
import Service
import Store
import Wire

/// A message of the WebSocket, written once for all who get it (contract, section 6).
struct LiveEvent: Sendable {
  /// The kinds that a client can ask for.
  enum Kind: String, CaseIterable, Sendable {
    case printerState = "printer_state"
    case printProgress = "print_progress"
    case printStarted = "print_started"
    case printComplete = "print_complete"
    case printFailed = "print_failed"
    case printerOffline = "printer_offline"
    case printerError = "printer_error"
    case plugState = "plug_state"
    case notification
    case archiveUpdate = "archive_update"
    case queueUpdate = "queue_update"
    case camera
    case pairing
    case board
  }

  let kind: Kind
  /// nil where it is about no printer.
  let printer: PrinterID?
  /// About a printer whose entry is gone: for those who see all printers.
  var isOfGonePrinter = false
  let payload: WebSocketPayload
  /// What those get who may see these printers only, where it differs.
  var narrowed: (@Sendable (Set<PrinterID>) -> WebSocketPayload)?

  /// A newer state of the same printer takes the place of one that waits.
  var replaces: Int? { kind == .printerState ? printer.map { Int(truncatingIfNeeded: $0.rawValue) } : nil }

  init(state snapshot: PrinterSnapshot) {
    self.init(.printerState, snapshot.identity.id) { json in
      let status = StatusView(printer: snapshot)
      json.beginObject()
      // S0's names beside S1's.
      json.key("status")
      snapshot.state.write(to: &json)
      json.key("nozzle_temp")
      (snapshot.report?.nozzles.first { $0.isActive }?.heater.temperature).write(to: &json)
      json.key("bed_temp")
      (snapshot.report?.bed.temperature).write(to: &json)
      for field in StatusView.fields { field.write(status, &json) }
      json.endObject()
    }
  }

  /// nil for what no message tells.
  init?(_ event: ServiceEvent) {
    switch event {
    case .printerState(let snapshot), .printerAdded(let snapshot):
      self.init(state: snapshot)
    case .print(let event, let snapshot, let archive):
      self.init(event, snapshot, archive)
    case .printerOffline(let snapshot, let reason):
      self.init(.printerOffline, snapshot.identity.id) { json in
        json.beginObject()
        json.key("reason")
        json.write(reason)
        json.endObject()
      }
    case .printerError(let snapshot):
      self.init(.printerError, snapshot.identity.id) { json in
        json.beginObject()
        json.key("hms_errors")
        (snapshot.report?.hms ?? []).map { HMSView(code: $0, model: snapshot.identity.model) }.write(to: &json)
        json.key("print_error")
        (snapshot.report?.printError?.text).write(to: &json)
        json.endObject()
      }
    case .archive(let record):
      self.init(.archiveUpdate, record.printerID) { json in
        json.beginObject()
        json.key("archive")
        ArchiveView(record: record).write(to: &json)
        json.endObject()
      }
      isOfGonePrinter = record.printerID == nil && record.status != nil
    case .camera(let printer, let change):
      self.init(.camera, printer) { json in
        json.beginObject()
        json.key("online")
        json.write(change == .online)
        json.key("reason")
        if case .offline(let problem) = change { json.write(problem.sentence) } else { json.null() }
        json.endObject()
      }
    case .notification(let notice):
      self.init(.notification, notice.printer) { json in
        json.beginObject()
        json.key("event")
        json.write(notice.event.rawValue)
        json.key("title")
        json.write(notice.title)
        json.key("message")
        json.write(notice.message)
        json.key("level")
        json.write(notice.level.rawValue)
        json.endObject()
      }
    case .queue(let change): self.init(change)
    case .pairing(let notice):
      self.init(.pairing, nil) { json in
        json.beginObject()
        json.key("state")
        json.write(notice.state.rawValue)
        json.key("name")
        json.write(notice.name)
        json.endObject()
      }
    case .plug(let standing):
      self.init(.plugState, standing.record.plug.printerID) { json in
        let status = PlugStatusView(standing: standing)
        json.beginObject()
        json.key("plug_id")
        json.write(standing.id.rawValue)
        for field in PlugStatusView.fields { field.write(status, &json) }
        json.endObject()
      }
    case .notice(let notice):
      self.init(.notification, notice.printer) { json in
        json.beginObject()
        json.key("event")
        json.write(notice.event)
        json.key("title")
        json.write(notice.title)
        json.key("message")
        json.write(notice.message)
        json.key("level")
        json.write(notice.level.rawValue)
        json.endObject()
      }
    case .board(let standing):
      self.init(.board, nil) { BoardMessage(standing: standing).write(to: &$0) }
    case .printerRemoved, .plugRemoved, .maintenanceDue:
      return nil
    }
  }

  private init?(_ event: PrintEvent, _ snapshot: PrinterSnapshot, _ archive: ArchiveID?) {
    let printer = snapshot.identity
    switch event {
    case .started(let print):
      self.init(.printStarted, printer.id) {
        PrintMessage(printer: printer, archive: archive, print: print, end: nil).write(to: &$0)
      }
    case .ended(let end):
      self.init(end.outcome == .finished ? .printComplete : .printFailed, printer.id) {
        PrintMessage(printer: printer, archive: archive, print: end.print, end: end).write(to: &$0)
      }
    case .progress(let progress):
      self.init(.printProgress, printer.id) { json in
        json.beginObject()
        json.key("progress")
        json.write(progress.percent)
        json.key("remaining_time")
        progress.remainingMinutes.map { $0 * 60 }.write(to: &json)
        json.key("current_layer")
        progress.layer.write(to: &json)
        json.key("total_layers")
        progress.totalLayers.write(to: &json)
        json.endObject()
      }
    case .observed, .identified, .stageChanged, .paused, .resumed:
      // The printer's state, which follows at once, says these.
      return nil
    }
  }

  init(_ kind: Kind, _ printer: PrinterID?, _ write: (inout JSONWriter) -> Void) {
    self.kind = kind
    self.printer = printer
    var json = JSONWriter(reserving: 2048)
    json.beginObject()
    json.key("type")
    json.write(kind.rawValue)
    json.key("printer_id")
    (printer?.rawValue).write(to: &json)
    json.key("payload")
    write(&json)
    json.endObject()
    payload = .text(ByteBuffer(bytes: json.bytes))
  }
}
