import Model
import Wire

/// The `ams` object and trays (protocol sheet, section 3.5).
enum AMSReport {
  static func tree(_ machine: MachineState, isNew: Bool) -> JSONValue {
    var units = 0
    var trays = 0
    for unit in machine.ams {
      units |= 1 << existBit(unit)
      for (slot, spool) in unit.trays.enumerated() where spool != nil { trays |= 1 << trayBit(unit, slot) }
    }
    let now = trayNow(machine)
    var ams: [String: JSONValue] = [
      "ams": .array(machine.ams.map { Self.unit($0, machine, isNew: isNew) }),
      "ams_exist_bits": .string(String(units, radix: 16)),
      "tray_exist_bits": .string(String(trays, radix: 16)),
      "tray_is_bbl_bits": .string(String(trays, radix: 16)),
      "tray_read_done_bits": .string(String(trays, radix: 16)),
      "tray_reading_bits": "0",
      "insert_flag": true,
      "power_on_flag": false,
      "version": 12,
    ]
    for key in ["tray_now", "tray_pre", "tray_tar"] { ams[key] = .string(String(now)) }
    if isNew {
      ams["ams_exist_bits_raw"] = ams["ams_exist_bits"]
      ams["cali_id"] = 255
      ams["cali_stat"] = 0
      ams["unbind_ams_stat"] = 0
    }
    return .object(ams)
  }

  /// Machines with two nozzles, and the A2L, say only the local slot here.
  private static func trayNow(_ machine: MachineState) -> Int {
    guard let place = machine.trayNow else { return 255 }
    if place.unit == 255 { return 254 }
    return machine.model.nozzleCount > 1 || place.unit == 16 ? place.slot : place.global
  }

  private static func existBit(_ unit: AMSUnit) -> Int {
    switch unit.id {
    case 128...: 4 + unit.id - 128
    case 16: 12
    default: unit.id
    }
  }

  private static func trayBit(_ unit: AMSUnit, _ slot: Int) -> Int {
    switch unit.id {
    case 128...: 16 + unit.id - 128
    case 16: 24 + slot
    default: unit.id * 4 + slot
    }
  }

  private static func unit(_ unit: AMSUnit, _ machine: MachineState, isNew: Bool) -> JSONValue {
    var tree: [String: JSONValue] = [
      "id": .string(String(unit.id)),
      "humidity": .string(unit.humidity < 20 ? "5" : "3"),
      "temp": .string(ReportNumbers.oneDecimal(unit.temperature)),
      "tray": .array(
        unit.trays.enumerated().map { slot, spool in
          spool.map { tray($0, id: String(slot), isNew: isNew) }
            ?? ["id": .string(String(slot)), "state": isNew ? 10 : 0]
        }),
    ]
    if isNew {
      let extruder = machine.extruder(fedBy: unit.id)
      tree["info"] = .string(String(0x1000 | extruder << 8 | unit.kind.typeCode, radix: 16))
      tree["humidity_raw"] = .string(String(unit.humidity))
      tree["dry_time"] = .int(Int64(unit.dryMinutes.rounded(.up)))
    }
    return .object(tree)
  }

  static func tray(_ spool: Spool?, id: String, isNew: Bool) -> JSONValue {
    let hasTag = spool?.remain != nil
    let color: JSONValue = .string(spool?.color ?? "00000000")
    var tree: [String: JSONValue] = [
      "id": .string(id),
      "tray_type": .string(spool?.type ?? ""),
      "tray_sub_brands": .string(spool?.brand ?? ""),
      "tray_color": color,
      "cols": [color],
      "ctype": 0,
      "tray_info_idx": .string(spool?.profile ?? ""),
      "tray_id_name": "",
      "remain": .int(spool.map { Int64($0.remain ?? -1) } ?? 0),
      "tag_uid": .string(hasTag ? "51436DC28144905B" : "0000000000000000"),
      "tray_uuid": .string(hasTag ? "047D5BA5F6919871B47C83887F940759" : "00000000000000000000000000000000"),
      "tray_weight": .string(hasTag ? "1000" : "0"),
      "tray_diameter": .string(isNew ? "1.75" : "0.00"),
      "nozzle_temp_min": .string(String(spool?.nozzle.lowerBound ?? 0)),
      "nozzle_temp_max": .string(String(spool?.nozzle.upperBound ?? 0)),
      "bed_temp": "0",
      "bed_temp_type": "0",
      "cali_idx": -1,
      "xcam_info": "000000000000000000000000",
    ]
    if isNew {
      tree["drying_temp"] = "55"
      tree["drying_time"] = "8"
      tree["total_len"] = 330_000
      if spool != nil { tree["state"] = 11 }
    } else {
      tree["tray_temp"] = "0"
      tree["tray_time"] = "0"
      tree["k"] = 0.019999999552965164
      tree["n"] = 1
    }
    return .object(tree)
  }
}
