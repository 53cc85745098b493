import Model
import Rules
package import Service
import Wire

/// A printer as `/printers` shows it: what a person entered, and how it stands.
package struct PrinterView: WireObject {
  let printer: PrinterSnapshot

  package init(_ printer: PrinterSnapshot) { self.printer = printer }

  private var identity: PrinterIdentity { printer.identity }

  package static let name = "Printer"

  package static let fields: [ObjectField<PrinterView>] = [
    ObjectField("id", "The printer's number here.", example: 1) { $0.identity.id.rawValue },
    ObjectField("name", "What you call it.", example: "Workshop X1C") { $0.identity.name },
    ObjectField("ip_address", "Its address or host name.", example: "192.168.1.100") { $0.identity.host.text },
    ObjectField("serial_number", "As its screen shows it.", example: "01P00A000000001") { $0.identity.serial.text },
    ObjectField("model", "The maker's name of the model; null when not known yet.", example: "X1 Carbon") {
      $0.identity.model?.displayName
    },
    ObjectField("model_code", "The short name of the model.", example: "X1C") { $0.identity.model?.rawValue },
    ObjectField("status", "How the printer stands.", example: "printing") { $0.printer.state },
    ObjectField("connected", "A session with the printer is up.") { $0.printer.isConnected },
    ObjectField("enabled", "The service follows this printer.") { $0.identity.isEnabled },
    ObjectField("error", "Why it cannot be followed, or null.", example: .null) { $0.printer.problem },
    ObjectField("current_print", "While it prepares, prints or is paused.") { CurrentPrintView($0.printer) },
    ObjectField("camera", "The camera by its kind.") { PrinterCameraView(identity: $0.identity) },
    ObjectField("plug_id", "The smart plug that feeds it, or null.", example: 7) {
      $0.printer.plugs.feeding?.rawValue
    },
    ObjectField("plug_ids", "All smart plugs of this printer.", example: [7]) {
      $0.printer.plugs.all.map(\.rawValue)
    },
    ObjectField("plate_cleared", "The plate is free for the next print.") { $0.identity.plateCleared },
    ObjectField("trust", "What is known of the printer's certificate.") { TrustView(trust: $0.identity.trust) },
    ObjectField("access_code", "Whether an access code is stored.") { _ in SecretMark(isSet: true) },
    ObjectField("mqtt_port", "1 to 65535; usually 8883.", example: 8883) { Int($0.identity.mqttPort.number) },
    ObjectField("ftps_port", "1 to 65535; usually 990.", example: 990) { Int($0.identity.ftpsPort.number) },
    ObjectField("camera_port", "1 to 65535; 6000 or 322 by model.", example: 322) {
      Int($0.identity.cameraPort.number)
    },
    ObjectField("last_update", "When the printer reported last.") { $0.printer.lastUpdate },
    ObjectField("last_state", "The last state that the printer itself reported.", example: "printing") {
      $0.printer.lastState
    },
    ObjectField("created_at", "When it was added.") { $0.identity.createdAt },
    ObjectField("updated_at", "When it was changed last.") { $0.identity.updatedAt },
  ]
}

package struct TrustView: WireObject {
  let trust: Trust

  package static let name = "Trust"
  package static let fields: [ObjectField<TrustView>] = [
    ObjectField(
      "state", "`verified` by a CA, `pinned`, `changed` (another key is offered) or `none`.", example: "pinned"
    ) {
      $0.trust.state
    },
    ObjectField(
      "fingerprint", "SHA-256 of the trusted public key (SPKI), 64 hex digits.",
      example: .string(String(repeating: "0f", count: 32))
    ) {
      $0.trust.fingerprint?.hex
    },
    ObjectField("offered", "The key that was offered instead, where it is not trusted.", example: .null) {
      $0.trust.offered?.hex
    },
  ]
}

/// The print on the machine.
package struct CurrentPrintView: WireObject {
  private let print: TrackedPrint
  private let job: ReportedJob?
  /// The printer is silent: these are its last words.
  private let isStale: Bool

  /// nil unless a print is on the machine, or was when the printer fell silent.
  init?(_ printer: PrinterSnapshot) {
    guard let print = printer.print else { return nil }
    self.print = print
    job = printer.report?.job
    isStale = printer.report == nil
  }

  package static let name = "CurrentPrint"
  package static let fields: [ObjectField<CurrentPrintView>] = [
    ObjectField("filename", "The file that is printed.", example: "benchy.3mf") { $0.job?.file ?? $0.print.file },
    ObjectField("task_name", "The name of the job.", example: "Benchy") { $0.job?.taskName ?? $0.print.taskName },
    ObjectField("progress", "Per cent, 0 to 100.", example: 45) { $0.job?.progress ?? $0.print.lastPercent },
    ObjectField("remaining_time", "Seconds left; null while the printer is silent.", example: 3600) {
      $0.job?.remainingMinutes.map { $0 * 60 }
    },
    ObjectField("current_layer", "The layer being printed.", example: 120) { $0.job?.layer ?? $0.print.lastLayer },
    ObjectField("total_layers", "Layers of the print.", example: 267) { $0.job?.totalLayers ?? $0.print.totalLayers },
    ObjectField("started_at", "When it began; null where nobody saw it.") { $0.print.startedAt },
    ObjectField("stale", "The printer is silent; this is what it said last.", example: false) { $0.isStale },
  ]
}
