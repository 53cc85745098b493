import Model
import Wire

/// The `device` tree of newer models (protocol sheet, section 3.6).
enum DeviceTree {
  static func tree(_ machine: MachineState) -> JSONValue {
    var device: [String: JSONValue] = [
      "bed": [
        "info": ["temp": packed(machine.bed)], "state": machine.bed.target > 0 ? 2 : 0,
      ],
      "bed_temp": packed(machine.bed),
      "cam": ["laser": ["cond": 254, "state": 0]],
      "ext_tool": ["calib": 2, "low_prec": true, "mount": 0, "th_temp": 0, "type": ""],
      "extruder": extruders(machine),
      "fan": 0,
      "laser": ["power": 0],
      "nozzle": nozzles(machine),
      "plate": ["base": 1, "cali2d_id": "", "cur_id": "", "mat": 1, "tar_id": ""],
      "type": 1,
    ]
    if machine.model.hasChamberSensor {
      device["ctc"] = ["info": ["temp": packed(machine.chamber)], "state": machine.chamber.target > 0 ? 1 : 0]
      device["cham_temp"] = packed(machine.chamber)
    }
    if machine.model.series != .x1 { device["airduct"] = airduct(machine) }
    return .object(device)
  }

  static func packed(_ part: ThermalModel) -> JSONValue {
    .int(Int64(part.target.rounded()) << 16 | Int64(part.current.rounded()))
  }

  private static func extruders(_ machine: MachineState) -> JSONValue {
    let count = machine.nozzles.count
    let info: [JSONValue] = machine.nozzles.enumerated().map { id, nozzle in
      let nothing = id == 1 ? 65279 : 65535
      let place = id == machine.activeNozzle ? machine.trayNow : nil
      // The external spools are 255 at the right nozzle and 254 at the left one.
      let snow = place.map { $0.unit == 255 ? (255 - id) << 8 : $0.packed } ?? nothing
      return [
        "id": .int(Int64(id)), "temp": packed(nozzle), "snow": .int(Int64(snow)), "spre": .int(Int64(snow)),
        "star": .int(Int64(snow)), "hnow": .int(Int64(id)), "hpre": .int(Int64(id)), "htar": .int(Int64(id)),
        "filam_bak": [], "info": 8, "stat": 0,
      ]
    }
    let state = count | machine.activeNozzle << 4 | machine.activeNozzle << 8
    return ["info": .array(info), "state": .int(Int64(state))]
  }

  private static func nozzles(_ machine: MachineState) -> JSONValue {
    var info: [JSONValue] = machine.nozzles.indices.map { id in
      ["id": .int(Int64(id)), "diameter": 0.4, "type": id == 0 ? "HS01" : "HH01", "tm": 0, "wear": 0]
    }
    var exist = (1 << machine.nozzles.count) - 1
    if machine.model == .h2c {
      for id in 16...18 {
        info.append(["id": .int(Int64(id)), "diameter": 0.4, "type": "HS01", "tm": 0, "wear": 0])
        exist |= 1 << id
      }
    }
    return ["exist": .int(Int64(exist)), "info": .array(info), "state": 0]
  }

  private static func airduct(_ machine: MachineState) -> JSONValue {
    func part(_ id: Int, _ function: Int, _ gear: Int) -> JSONValue {
      [
        "id": .int(Int64(id)), "func": .int(Int64(function)), "range": 6_553_600,
        "state": .int(Int64((Double(gear) * 100 / 15).rounded())),
      ]
    }
    var parts = [part(16, 0, machine.partFan)]
    if machine.model.hasChamberFans {
      parts.append(part(32, 1, machine.auxFan))
      parts.append(part(48, 2, machine.chamberFan))
    }
    if machine.model.series == .h2 { parts.append(part(96, 3, machine.airductMode == 1 ? 15 : 0)) }
    var modes: [JSONValue] = [
      ["ctrl": [16, 32, 48], "modeId": 0, "off": [96]], ["ctrl": [16], "modeId": 1, "off": [32, 48]],
    ]
    if machine.model.series == .h2 { modes.append(["ctrl": [48], "modeId": 2, "off": []]) }
    return [
      "modeCur": .int(Int64(machine.airductMode)), "modeList": .array(modes), "parts": .array(parts),
    ]
  }
}
