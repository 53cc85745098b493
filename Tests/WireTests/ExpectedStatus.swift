import Model
import Wire

/// Compares a report with a row of the recordings' expected values, by the mapping of their README.
struct ExpectedStatus {
  let members: [String: JSONValue]

  /// The differences, named; empty when the report shows what it should.
  func differences(from report: PrinterReport) -> [String] {
    var found: [String] = []
    func check(_ key: String, _ actual: JSONValue, tolerance: Double = 0) {
      guard let wanted = members[key] else { return }
      if !Self.matches(actual, wanted, tolerance: tolerance) { found.append("\(key): \(actual), expected \(wanted)") }
    }
    let active = report.nozzles.first { $0.isActive }
    check("model", .optional(report.model?.rawValue))
    check("model_display", .optional(report.model?.displayName))
    check("firmware", .optional(report.firmware))
    check("state", .optional(report.gcodeState?.rawValue))
    check("progress_percent", .optional(report.job.progress))
    check("remaining_minutes", .optional(report.job.remainingMinutes))
    check("layer", .optional(report.job.layer))
    check("total_layers", .optional(report.job.totalLayers))
    check("nozzles", .array(report.nozzles.map(Self.nozzle)), tolerance: 0.5)
    check("active_nozzle", .optional(report.activeNozzle))
    check("nozzle_temp", .optional(active?.heater.temperature), tolerance: 0.5)
    check("nozzle_target", .optional(active?.heater.target), tolerance: 0.5)
    check("nozzle_diameters", .object(Self.diameters(report.nozzles)), tolerance: 0.001)
    check("bed_temp", .optional(report.bed.temperature), tolerance: 0.5)
    check("bed_target", .optional(report.bed.target), tolerance: 0.5)
    check("chamber_temp", .optional(report.chamber.temperature), tolerance: 0.5)
    check("chamber_target", .optional(report.chamber.target), tolerance: 0.5)
    check("airduct", Self.airduct(report.airduct))
    let lights = Dictionary(report.lights.map { ($0.node, JSONValue.string($0.mode)) }, uniquingKeysWith: { $1 })
    check("lights", .object(lights))
    check("chamber_light_on", lights["chamber_light"].map { .bool($0 == "on") } ?? .null)
    check("speed_level", .optional(report.speed?.level))
    check("speed_percent", .optional(report.speed?.percent))
    check("subtask_name", .optional(report.job.taskName))
    check("gcode_file", .optional(report.job.file))
    check("print_type", .optional(report.job.printType))
    check("wifi_dbm", report.isWired == true ? -90 : .optional(report.wifiSignal))
    check("wired", .optional(report.isWired))
    check("hms", .array(report.hms.map { .string($0.text) }))
    check("print_error", .optional(report.printError?.text))
    check("active_tray", Self.activeTray(report.activeTray))
    check("external_spools", .array(report.externalSpools.map(Self.spool)))
    check("door_open", .optional(report.doorOpen))
    check("commands_need_signature", .optional(report.needsSignature))
    check("sdcard", .optional(report.sdcard?.rawValue))
    check("update_available", .optional(report.updateAvailable))
    check("ip", .optional(report.ipAddress))
    check("camera", Self.camera(report.camera))
    found += fanDifferences(from: report) + stageDifferences(from: report) + amsDifferences(from: report)
    return found
  }

  private func stageDifferences(from report: PrinterReport) -> [String] {
    guard let wanted = members["stage"] else { return [] }
    let actual = JSONValue.optional(report.stage?.id)
    return actual == wanted["effective_id"] ?? .null ? [] : ["stage: \(actual), expected \(wanted)"]
  }

  private func fanDifferences(from report: PrinterReport) -> [String] {
    guard let wanted = members["fans"]?.object else { return [] }
    let actual: [String: Int?] = [
      "part": report.fans.part, "aux": report.fans.aux, "chamber": report.fans.chamber,
      "heatbreak": report.fans.heatbreak,
    ]
    return wanted.compactMap { name, fan in
      let percent: JSONValue = fan["fitted"] == false ? .null : fan["percent"] ?? .null
      let value = JSONValue.optional(actual[name] ?? nil)
      return value == percent ? nil : "fans.\(name): \(value), expected \(percent)"
    }
  }

  private func amsDifferences(from report: PrinterReport) -> [String] {
    guard let wanted = members["ams"]?.array else { return [] }
    guard wanted.count == report.ams.count else { return ["ams: \(report.ams.map(\.id)), expected \(wanted.count)"] }
    return zip(report.ams, wanted).flatMap { unit, wanted in
      Self.unit(unit).flatMap { key, value -> [String] in
        guard key != "trays", let recorded = wanted[key] else { return [] }
        // An AMS Lite has no such sensors (contract, section 5): the zeros that it reports are no values.
        let isInvented = unit.kind == .lite && ["temp_c", "humidity_level", "humidity_percent"].contains(key)
        let expected: JSONValue = isInvented ? .null : recorded
        if Self.matches(value, expected, tolerance: 0.05) { return [] }
        return ["ams \(unit.id) \(key): \(value), expected \(expected)"]
      } + Self.trayDifferences(unit, wanted["trays"]?.array ?? [])
    }
  }

  private static func trayDifferences(_ unit: AMSUnit, _ wanted: [JSONValue]) -> [String] {
    guard unit.trays.count == wanted.count else { return ["ams \(unit.id): \(unit.trays.count) trays"] }
    return zip(unit.trays, wanted).flatMap { tray, wanted in
      Self.tray(tray).compactMap { key, value in
        value == wanted[key] ?? .null
          ? nil : "ams \(unit.id) tray \(tray.slot) \(key): \(value), expected \(wanted[key] ?? .null)"
      }
    }
  }

  private static func matches(_ actual: JSONValue, _ wanted: JSONValue, tolerance: Double) -> Bool {
    switch (actual, wanted) {
    case (.array(let left), .array(let right)):
      // HMS rows may be texts or objects with a code.
      return left.count == right.count && zip(left, right).allSatisfy { matches($0, $1, tolerance: tolerance) }
    case (.object(let left), .object(let right)):
      return right.allSatisfy { matches(left[$0.key] ?? .null, $0.value, tolerance: tolerance) }
    case (.string(let text), .object(let entry)):
      return entry.values.contains { $0.string?.hasSuffix(text) == true }
    default:
      if let left = actual.number, let right = wanted.number { return abs(left - right) <= tolerance }
      return actual == wanted
    }
  }

  private static func nozzle(_ nozzle: Nozzle) -> JSONValue {
    [
      "id": .int(Int64(nozzle.id)), "side": .string(nozzle.side.rawValue),
      "temp": .optional(nozzle.heater.temperature), "target": .optional(nozzle.heater.target),
    ]
  }

  private static func diameters(_ nozzles: [Nozzle]) -> [String: JSONValue] {
    Dictionary(
      nozzles.compactMap { nozzle in nozzle.diameter.map { (String(nozzle.id), .double($0)) } },
      uniquingKeysWith: { $1 })
  }

  private static func airduct(_ airduct: Airduct?) -> JSONValue {
    guard let airduct else { return .null }
    let parts = airduct.parts.map { (String($0.id), JSONValue.int(Int64($0.percent))) }
    return [
      "mode": .optional(airduct.mode), "parts": .object(Dictionary(parts, uniquingKeysWith: { $1 })),
    ]
  }

  private static func camera(_ camera: ReportedCamera) -> JSONValue {
    [
      "kind": .optional(camera.kind?.rawValue),
      "rtsp_url": camera.isDisabled == true ? "disable" : .optional(camera.rtspURL),
      "timelapse": .optional(camera.timelapse),
    ]
  }

  private static func activeTray(_ tray: ActiveTray?) -> JSONValue {
    switch tray {
    case nil: .null
    case .ams(let unit, let slot): ["kind": "ams", "ams_id": .int(Int64(unit)), "slot": .int(Int64(slot))]
    case .external(let id): ["kind": "external", "id": .int(Int64(id))]
    }
  }

  private static func spool(_ spool: ExternalSpool) -> JSONValue {
    [
      "id": .int(Int64(spool.id)), "type": .optional(spool.type), "color": .optional(spool.color),
      "filament_id": .optional(spool.filamentID),
    ]
  }

  private static func unit(_ unit: AMSUnit) -> [String: JSONValue] {
    [
      "id": .int(Int64(unit.id)), "kind": .string(unit.kind.rawValue), "serial": .optional(unit.serial),
      "firmware": .optional(unit.firmware), "temp_c": .optional(unit.temperature),
      "humidity_level": .optional(unit.humidityLevel), "humidity_percent": .optional(unit.humidity),
      "dry_minutes": .optional(unit.dryMinutes), "extruder": .optional(unit.extruder),
    ]
  }

  private static func tray(_ tray: AMSTray) -> [String: JSONValue] {
    [
      "slot": .int(Int64(tray.slot)), "present": .bool(tray.isPresent), "type": .optional(tray.type),
      "color": .optional(tray.color), "remain_percent": .optional(tray.remaining),
      "filament_id": .optional(tray.filamentID), "nozzle_min": .optional(tray.nozzleMin),
      "nozzle_max": .optional(tray.nozzleMax), "rfid": .bool(tray.hasRFID), "active": .bool(tray.isActive),
    ]
  }
}

extension JSONValue {
  static func optional(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }
  static func optional(_ number: Int?) -> JSONValue { number.map { .int(Int64($0)) } ?? .null }
  static func optional(_ number: Double?) -> JSONValue { number.map(JSONValue.double) ?? .null }
  static func optional(_ flag: Bool?) -> JSONValue { flag.map(JSONValue.bool) ?? .null }

  var number: Double? {
    switch self {
    case .int(let value): Double(value)
    case .double(let value): value
    default: nil
    }
  }
}
