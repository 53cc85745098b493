import Model
import Rules
import Wire

/// What is told of a printer: one JSON object, of which each entity reads a member. null is what nobody knows.
struct PrinterDocument: Sendable {
  /// Of which every change goes out at once.
  let steady: [String: JSONValue]
  /// Figures that always move.
  let flowing: [String: JSONValue]

  init(_ snapshot: PrinterSnapshot) {
    let report = snapshot.report
    let isBusy = snapshot.state.isBusy
    steady = [
      "state": .string(snapshot.state.rawValue), "connected": .bool(snapshot.isConnected),
      "error": .text(snapshot.problem?.rawValue), "plate_cleared": .bool(snapshot.identity.plateCleared),
      "task_name": isBusy ? .text(report?.job.taskName ?? report?.job.file) : .null,
      "stage": .text(report?.stage?.name), "door_open": report?.doorOpen.map { .bool($0) } ?? .null,
      "light": Self.light(report), "problem": report.map { .bool(Self.hasProblem($0)) } ?? .null,
      "fault": .text(report.flatMap { Self.fault($0, snapshot.identity.model) }),
      "update_available": report?.updateAvailable.map { .bool($0) } ?? .null,
      "filament": .text(report.flatMap(Self.filament)),
    ]
    var flowing: [String: JSONValue] = [
      "progress": .whole(report?.job.progress),
      "remaining_time": isBusy ? .whole(report?.job.remainingMinutes.map { $0 * 60 }) : .null,
      "current_layer": .whole(report?.job.layer), "total_layers": .whole(report?.job.totalLayers),
      "speed_percent": .whole(report?.speed?.percent), "bed": .figure(report?.bed.temperature),
      "bed_target": .figure(report?.bed.target), "chamber": .figure(report?.chamber.temperature),
      "chamber_target": .figure(report?.chamber.target), "fan_part": .whole(report?.fans.part),
      "fan_aux": .whole(report?.fans.aux), "fan_chamber": .whole(report?.fans.chamber),
      "wifi_signal": .whole(report?.wifiSignal),
    ]
    let hasTwo = (report?.model ?? snapshot.identity.model).map { $0.nozzleCount > 1 } ?? false
    let nozzles = report?.nozzles ?? []
    let main = hasTwo ? nozzles.first { $0.id == 0 } : nozzles.first { $0.isActive } ?? nozzles.first
    flowing["nozzle"] = .figure(main?.heater.temperature)
    flowing["nozzle_target"] = .figure(main?.heater.target)
    if hasTwo {
      let second = nozzles.first { $0.id == 1 }
      flowing["nozzle_2"] = .figure(second?.heater.temperature)
      flowing["nozzle_2_target"] = .figure(second?.heater.target)
    }
    for unit in report?.ams ?? [] {
      flowing["ams_\(unit.id)_humidity"] = .whole(unit.humidity)
      flowing["ams_\(unit.id)_temperature"] = .figure(unit.temperature)
    }
    self.flowing = flowing
  }

  var bytes: [UInt8] { jsonBytes(steady.merging(flowing) { $1 }) }

  /// Whether there is somebody behind the other figures.
  static func isAvailable(_ snapshot: PrinterSnapshot) -> Bool { snapshot.report != nil }

  private static func light(_ report: PrinterReport?) -> JSONValue {
    guard let light = report?.lights.first(where: { $0.node.hasPrefix("chamber_light") }) else { return .null }
    return .bool(light.mode != "off")
  }

  private static func hasProblem(_ report: PrinterReport) -> Bool {
    report.printError.map { !$0.isCancellation } ?? false || report.hms.contains { $0.severity != .info }
  }

  /// The first complaint in words.
  private static func fault(_ report: PrinterReport, _ model: PrinterModel?) -> String? {
    if let error = report.printError, !error.isCancellation {
      return FaultText.describe(error, model: model).message ?? error.text
    }
    return report.hms.first { $0.severity != .info }.map { FaultText.describe($0, model: model).message ?? $0.text }
  }

  /// The loaded filament's type.
  private static func filament(_ report: PrinterReport) -> String? {
    switch report.activeTray {
    case .ams(let unit, let slot)?:
      report.ams.first { $0.id == unit }?.trays.first { $0.slot == slot }?.type
    case .external(let id)?: report.externalSpools.first { $0.id == id }?.type
    case nil: nil
    }
  }
}

extension JSONValue {
  /// Home Assistant takes states of up to 255 characters.
  static func text(_ text: String?) -> JSONValue { text.map { .string(String($0.prefix(255))) } ?? .null }
  static func whole(_ number: Int?) -> JSONValue { number.map { .int(Int64($0)) } ?? .null }
  static func figure(_ number: Double?) -> JSONValue { number.map { .double($0) } ?? .null }
}
