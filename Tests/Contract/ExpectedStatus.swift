import Wire

/// Compares `GET /printers/{id}/status` with a recording's expected values, by the mapping of the recordings' README.
struct ExpectedStatus {
  private static let states = [
    "IDLE": "idle", "PREPARE": "preparing", "SLICING": "preparing", "RUNNING": "printing", "PAUSE": "paused",
    "FINISH": "finished", "FAILED": "failed",
  ]

  private static let sensors: Set<String> = ["temperature", "humidity", "humidity_level"]

  var members: [String: JSONValue]

  /// The differences, named; empty when the status shows what it should.
  func differences(from status: JSONValue) -> [String] {
    var found = Differences()
    compareJob(status, &found)
    compareMachine(status, &found)
    compareFilament(status, &found)
    return found.all
  }

  /// The same for what `GET /printers/{id}` knows of the model.
  func differences(fromPrinter printer: JSONValue) -> [String] {
    var found = Differences()
    found.compare("model_code", printer["model_code"], wanted("model"))
    found.compare("model", printer["model"], wanted("model_display"))
    return found.all
  }

  private func wanted(_ key: String) -> JSONValue { members[key] ?? .null }

  private func compareJob(_ status: JSONValue, _ found: inout Differences) {
    let state = wanted("state").string.flatMap { Self.states[$0] } ?? "unknown"
    found.compare("state", status["state"], .string(state))
    found.compare("progress", status["progress"], wanted("progress_percent"))
    found.compare("remaining_time", status["remaining_time"], wanted("remaining_minutes").times(60))
    found.compare("current_layer", status["current_layer"], wanted("layer"))
    found.compare("total_layers", status["total_layers"], wanted("total_layers"))
    found.compare("task_name", status["task_name"], wanted("subtask_name"))
    found.compare("filename", status["filename"], wanted("gcode_file"))
    found.compare("print_type", status["print_type"], wanted("print_type"))
    found.compare("stage.id", status["stage"]?["id"], wanted("stage")["effective_id"])
    found.compare("speed.level", status["speed"]?["level"], wanted("speed_level"))
    found.compare("speed.percent", status["speed"]?["percent"], wanted("speed_percent"))
    found.compare("print_error", status["print_error"], wanted("print_error"))
    let codes = wanted("hms").array?.map(Self.hmsCode) ?? []
    let shown = status["hms_errors"]?.array?.map { $0["code"] ?? .null } ?? []
    found.compare("hms_errors", .array(shown), .array(codes))
    let isBusy = ["preparing", "printing", "paused"].contains(state)
    found.require("current_print", (status["current_print"] ?? .null) != .null, isBusy)
  }

  private func compareMachine(_ status: JSONValue, _ found: inout Differences) {
    let temperatures = status["temperatures"] ?? .null
    let nozzles = wanted("nozzles").array ?? []
    let main = nozzles.count > 1 ? nozzles.first { $0["id"] == 0 } : nil
    let tolerance = 0.5
    found.compare("nozzle", temperatures["nozzle"], main?["temp"] ?? wanted("nozzle_temp"), tolerance)
    found.compare("nozzle_target", temperatures["nozzle_target"], main?["target"] ?? wanted("nozzle_target"), tolerance)
    let second = nozzles.first { $0["id"] == 1 }
    found.require("nozzle_2 is there", temperatures["nozzle_2"] != nil, second != nil)
    found.compare("nozzle_2", temperatures["nozzle_2"], second?["temp"], tolerance)
    found.compare("nozzle_2_target", temperatures["nozzle_2_target"], second?["target"], tolerance)
    for (key, name) in ["bed": "bed", "chamber": "chamber"] {
      found.compare(name, temperatures[name], wanted("\(key)_temp"), tolerance)
      found.compare("\(name)_target", temperatures["\(name)_target"], wanted("\(key)_target"), tolerance)
    }
    compareNozzles(status["nozzles"]?.array ?? [], nozzles, &found)
    for (name, fan) in wanted("fans").object ?? [:] {
      found.compare("fans.\(name)", status["fans"]?[name], fan["fitted"] == false ? .null : fan["percent"])
    }
    found.compare("airduct", status["airduct"], wanted("airduct"))
    found.compare("lights", status["lights"], wanted("lights"))
    if let isOn = wanted("chamber_light_on").bool {
      found.compare("chamber_light", status["lights"]?["chamber_light"], isOn ? "on" : "off")
    }
    // Whether it is wired is a guess; either reading of the constant signal is right.
    if wanted("wired") != true { found.compare("wifi_signal", status["wifi_signal"], wanted("wifi_dbm")) }
    found.compare("door_open", status["door_open"], wanted("door_open"))
    found.compare("sdcard", status["sdcard"], wanted("sdcard"))
    found.compare("firmware.version", status["firmware"]?["version"], wanted("firmware"))
    found.compare("firmware.update_available", status["firmware"]?["update_available"], wanted("update_available"))
    let control: JSONValue = wanted("commands_need_signature").bool.map { $0 ? "refused" : "allowed" } ?? "unknown"
    found.compare("control", status["control"], control)
    found.require("control_hint is there", status["control_hint"]?.string != nil, control == "refused")
    found.compare("camera.kind", status["camera"]?["kind"], wanted("camera")["kind"])
    found.compare("camera.timelapse", status["camera"]?["timelapse"], wanted("camera")["timelapse"])
    found.require(
      "camera.disabled", status["camera"]?["disabled"] == true, wanted("camera")["rtsp_url"] == "disable")
  }

  private func compareNozzles(_ shown: [JSONValue], _ wantedNozzles: [JSONValue], _ found: inout Differences) {
    found.require("\(shown.count) nozzles, not \(wantedNozzles.count)", shown.count == wantedNozzles.count, true)
    for (nozzle, wantedNozzle) in zip(shown, wantedNozzles) {
      let name = "nozzles[\(nozzle["id"] ?? .null)]"
      found.compare("\(name).id", nozzle["id"], wantedNozzle["id"])
      found.compare("\(name).side", nozzle["side"], wantedNozzle["side"])
      found.compare("\(name).temperature", nozzle["temperature"], wantedNozzle["temp"], 0.5)
      found.compare("\(name).target", nozzle["target"], wantedNozzle["target"], 0.5)
      if case .int(let id)? = nozzle["id"] {
        found.compare("\(name).diameter", nozzle["diameter"], wanted("nozzle_diameters")[String(id)], 0.001)
      }
      found.compare("\(name).active", nozzle["active"], .bool(nozzle["id"] == wanted("active_nozzle")))
    }
  }

  private func compareFilament(_ status: JSONValue, _ found: inout Differences) {
    found.compare("active_tray", status["active_tray"], wanted("active_tray"))
    let spools = wanted("external_spools").array ?? []
    let shownSpools = status["external_spools"]?.array ?? []
    found.require("external_spools", shownSpools.count == spools.count, true)
    for (spool, wantedSpool) in zip(shownSpools, spools) {
      for key in ["id", "type", "color", "filament_id"] {
        found.compare("external_spools.\(key)", spool[key], wantedSpool[key])
      }
    }
    let units = wanted("ams").array ?? []
    let shownUnits = status["ams"]?.array ?? []
    found.require("\(shownUnits.count) AMS, not \(units.count)", shownUnits.count == units.count, true)
    let unitKeys = [
      "id": "id", "kind": "kind", "serial": "serial", "firmware": "firmware", "temperature": "temp_c",
      "humidity": "humidity_percent", "humidity_level": "humidity_level", "dry_minutes": "dry_minutes",
      "extruder": "extruder",
    ]
    let trayKeys = [
      "slot": "slot", "present": "present", "type": "type", "color": "color", "remaining": "remain_percent",
      "filament_id": "filament_id", "rfid": "rfid", "active": "active", "nozzle_min": "nozzle_min",
      "nozzle_max": "nozzle_max",
    ]
    for (unit, wantedUnit) in zip(shownUnits, units) {
      let name = "ams[\(wantedUnit["id"] ?? .null)]"
      for (key, wantedKey) in unitKeys where key != "extruder" || wantedUnit[wantedKey] != nil {
        // An AMS Lite has no such sensors (contract, section 5): the zeros that it reports are no values.
        let isInvented = wantedUnit["kind"] == "AMS Lite" && Self.sensors.contains(key)
        found.compare("\(name).\(key)", unit[key], isInvented ? .null : wantedUnit[wantedKey], 0.05)
      }
      let trays = wantedUnit["trays"]?.array ?? []
      let shownTrays = unit["trays"]?.array ?? []
      found.require("\(name).trays", shownTrays.count == trays.count, true)
      for (tray, wantedTray) in zip(shownTrays, trays) {
        for (key, wantedKey) in trayKeys {
          found.compare(
            "\(name).trays[\(wantedTray["slot"] ?? .null)].\(key)", tray[key], wantedTray[wantedKey])
        }
      }
    }
  }

  /// An entry of the expected list is a text or an object that holds the code.
  private static func hmsCode(_ entry: JSONValue) -> JSONValue {
    let texts = entry.object?.values.compactMap(\.string) ?? entry.string.map { [$0] } ?? []
    return texts.lazy.map { $0.split(separator: " ").last.map(String.init) ?? "" }
      .first { $0.count == 19 && $0.contains("_") }.map(JSONValue.string) ?? entry
  }
}

/// What did not match, by the names of the status.
private struct Differences {
  private(set) var all: [String] = []

  mutating func compare(_ name: String, _ shown: JSONValue?, _ wanted: JSONValue?, _ tolerance: Double = 0) {
    let shown = shown ?? .null
    let wanted = wanted ?? .null
    if let left = shown.number, let right = wanted.number, abs(left - right) <= tolerance { return }
    if shown != wanted { all.append("\(name): \(shown), expected \(wanted)") }
  }

  mutating func require(_ name: String, _ shown: Bool, _ wanted: Bool) {
    if shown != wanted { all.append("\(name): \(shown), expected \(wanted)") }
  }
}

extension JSONValue {
  var number: Double? {
    switch self {
    case .int(let value): Double(value)
    case .double(let value): value
    default: nil
    }
  }

  fileprivate func times(_ factor: Int64) -> JSONValue {
    if case .int(let value) = self { return .int(value * factor) }
    return self
  }
}
