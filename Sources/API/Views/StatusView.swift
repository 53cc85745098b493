import Model
import Rules
import Service
import Wire

/// `GET /printers/{id}/status`: everything that a printer reports, and how we stand with it (contract, section 5).
///
/// What the printer does not report is null; while it is offline or refuses us all of its own fields are.
package struct StatusView: WireObject {
  let printer: PrinterSnapshot

  private var report: PrinterReport? { printer.report }

  package static let name = "PrinterStatus"

  package static let fields: [ObjectField<StatusView>] =
    standing + job + machine + filament + itself

  private static let standing: [ObjectField<StatusView>] = [
    ObjectField("state", "How the printer stands.", example: "printing") { $0.printer.state },
    ObjectField("connected", "A session with the printer is up.") { $0.printer.isConnected },
    ObjectField(
      "connection", "`lan`, or `cloud` where the printer is followed by the maker's cloud; null without a session.",
      schema: .nullable(.choice(["lan", "cloud"])), example: "lan"
    ) { $0.printer.isConnected ? ($0.printer.isByCloud ? "cloud" : "lan") : String?.none },
    ObjectField("error", "Why the printer cannot be followed, or null.", example: .null) { $0.printer.problem },
    ObjectField("last_update", "When the printer reported last.") { $0.printer.lastUpdate },
    ObjectField("last_state", "The last state that the printer itself reported.", example: "printing") {
      $0.printer.lastState
    },
    ObjectField("plate_cleared", "Somebody said that the plate is free for the next print.", example: false) {
      $0.printer.identity.plateCleared
    },
    ObjectField("current_print", "The print that is being followed, or null.") { CurrentPrintView($0.printer) },
  ]

  private static let job: [ObjectField<StatusView>] = [
    ObjectField("progress", "Per cent done, 0 to 100.", example: 45) { $0.report?.job.progress },
    ObjectField("remaining_time", "Seconds left, as the printer estimates.", example: 3600) {
      $0.report?.job.remainingMinutes.map { $0 * 60 }
    },
    ObjectField("current_layer", "The layer being printed; 0 before the first.", example: 120) { $0.report?.job.layer },
    ObjectField("total_layers", "Layers of the print.", example: 267) { $0.report?.job.totalLayers },
    ObjectField("task_name", "The name of the job.", example: "Benchy") { $0.report?.job.taskName },
    ObjectField("filename", "The file that the printer names.", example: "benchy.3mf") { $0.report?.job.file },
    ObjectField("print_type", "`cloud`, `local`, `system` or `idle`.", example: "local") { $0.report?.job.printType },
    ObjectField("stage", "What the printer is doing just now.") { $0.report?.stage.map(StageView.init) },
    ObjectField("speed", "The speed level, 1 silent to 4 ludicrous, and its percentage.") {
      $0.report?.speed.map(SpeedView.init)
    },
  ]

  private static let machine: [ObjectField<StatusView>] = [
    ObjectField("temperatures", "Temperatures and targets in °C.") { $0.report.map(TemperaturesView.init) },
    ObjectField("nozzles", "Every nozzle: the right or only one has id 0, the left one 1.") {
      $0.report?.nozzles.map(NozzleView.init)
    },
    ObjectField("fans", "Fan speeds in per cent; null where not fitted.") { $0.report.map { FansView(fans: $0.fans) } },
    ObjectField("airduct", "Mode (0 cooling, 1 heating, 2 laser) and per cent of each part by its number.") {
      $0.report?.airduct.map(AirductView.init)
    },
    ObjectField("lights", "Each light: `on`, `off` or `flashing`.", example: ["chamber_light": "on"]) { view in
      view.report.map { report in WireMap(report.lights.map { (name: $0.node, value: $0.mode) }) }
    },
    ObjectField("door_open", "Null without a sensor.", example: false) { $0.report?.doorOpen },
    ObjectField("sdcard", "The state of the printer's card.") { $0.report?.sdcard },
    ObjectField("camera", "The printer's own camera.") { $0.report.map { CameraView(camera: $0.camera) } },
    ObjectField("hms_status", "The worst of `hms_errors`: `ok`, `warning` or `error`.") { view in
      view.report.map { HMSView.worst($0.hms) }
    },
    ObjectField("hms_errors", "What the printer complains about.", example: []) { view in
      view.report.map { report in report.hms.map { HMSView(code: $0, model: view.printer.identity.model) } }
    },
    ObjectField("print_error", "The code that the printer shows, such as `0300_400C`, or null.", example: .null) {
      $0.report?.printError?.text
    },
  ]

  private static let filament: [ObjectField<StatusView>] = [
    ObjectField("ams", "Each AMS with its trays.") { $0.report?.ams.map(AMSView.init) },
    ObjectField("external_spools", "Spools outside of an AMS.") {
      $0.report?.externalSpools.map(ExternalSpoolView.init)
    },
    ObjectField("active_tray", "The filament that is loaded, or null.") {
      $0.report?.activeTray.map(ActiveTrayView.init)
    },
  ]

  private static let itself: [ObjectField<StatusView>] = [
    ObjectField("wifi_signal", "dBm; null when wired.", example: -52) { $0.report?.wifiSignal },
    ObjectField("firmware", "The printer's firmware, and whether there is a newer one.") { view in
      view.report.map { FirmwareView(version: $0.firmware, updateAvailable: $0.updateAvailable) }
    },
    ObjectField("control", "Whether the printer takes commands from us.", example: "allowed") { view in
      view.report.map { _ in view.printer.control }
    },
    ObjectField("control_hint", "What to switch on where, when commands are refused.", example: .null) { view in
      view.report != nil && view.printer.control == .refused ? ControlStanding.hint : nil
    },
  ]
}

extension PrinterState: WireChoice {}
extension PrinterProblem: WireChoice {}
extension SDCardState: WireChoice {}
extension ControlStanding: WireChoice {}
extension Trust.State: WireChoice {}
extension Permission: WireChoice {}
