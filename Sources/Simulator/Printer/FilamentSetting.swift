import Model
import Wire

/// `ams_filament_setting`: what a person says is in a slot (protocol sheet, section 3.8).
enum FilamentSetting {
  static func apply(_ request: JSONValue, _ machine: MachineState) -> CommandTable.Outcome {
    guard let unit = request["ams_id"]?.wholeNumber, let tray = request["tray_id"]?.wholeNumber,
      let type = request["tray_type"]?.string, let color = request["tray_color"]?.string
    else { return .failed(reason: "ams_id, tray_id, tray_type, tray_color") }
    let low = request["nozzle_temp_min"]?.wholeNumber ?? 0
    let high = max(low, request["nozzle_temp_max"]?.wholeNumber ?? 0)
    let spool = Spool(
      type: type, brand: request["tray_sub_brands"]?.string ?? "", color: color,
      profile: request["tray_info_idx"]?.string ?? "", remain: nil, nozzle: low...high)
    if unit == 254 || unit == 255 {
      // A P1S refuses slot 0 for its external spool.
      if machine.model.nozzleCount == 1, tray != 254 { return .failed(reason: "tray_id") }
      return .accepted { $1.externalSpool = type.isEmpty ? nil : spool }
    }
    guard let index = machine.ams.firstIndex(where: { $0.id == unit }), machine.ams[index].trays.indices.contains(tray)
    else { return .failed(reason: "no such slot") }
    if machine.ams[index].trays[tray]?.remain != nil { return .failed(reason: "the spool has a tag") }
    return .accepted { $1.ams[index].trays[tray] = spool }
  }
}
