import Model
import Wire

/// A machine's state as the firmware of its family reports it (protocol sheet, section 3.3).
enum ReportWriter {
  /// The `print` object of a full report, without its sequence number.
  static func full(_ machine: MachineState) -> [String: JSONValue] {
    let traits = ModelTraits(machine.model)
    var print = common(machine)
    print["ams"] = AMSReport.tree(machine, isNew: traits.hasDeviceTree)
    if traits.hasDeviceTree {
      addNewer(machine, to: &print)
    } else {
      addOlder(machine, to: &print)
    }
    if traits.saysMessageKind { print["msg"] = 0 }
    return print
  }

  /// What differs between two full reports: changed members, objects member by member, arrays whole.
  static func changes(from old: [String: JSONValue], to new: [String: JSONValue]) -> [String: JSONValue] {
    var changed: [String: JSONValue] = [:]
    for (key, value) in new where old[key] != value {
      if case .object(let before)? = old[key], case .object(let after) = value {
        changed[key] = .object(changes(from: before, to: after))
      } else {
        changed[key] = value
      }
    }
    return changed
  }

  private static func common(_ machine: MachineState) -> [String: JSONValue] {
    let nozzle = machine.nozzles[0]
    let job = machine.job
    var print: [String: JSONValue] = [
      "command": "push_status",
      "gcode_state": .string(machine.phase.rawValue),
      "mc_percent": .int(Int64(machine.percent)),
      "mc_remaining_time": .int(Int64(machine.remainingMinutes)),
      "layer_num": .int(Int64(machine.layer)),
      "total_layer_num": .int(Int64(job?.layers ?? 0)),
      "gcode_file": .string(
        job.map { machine.model.camera == .rtsps322 ? "/data/Metadata/plate_1.gcode" : $0.file } ?? ""),
      "subtask_name": .string(job?.name ?? ""),
      "task_id": .string(job?.taskID ?? "0"),
      "subtask_id": .string(job?.subtaskID ?? "0"),
      "project_id": "0",
      "profile_id": "0",
      "gcode_file_prepare_percent": .string(String(machine.preparePercent)),
      "stg_cur": .int(Int64(machine.stage)),
      "stg": .array(machine.plannedStages.map { .int(Int64($0)) }),
      "mc_print_stage": .string(machine.phase.isBusy ? "2" : "1"),
      "mc_print_sub_stage": 0,
      "print_error": .int(Int64(machine.printError)),
      "hms": .array(machine.hms.map { ["attr": .int(Int64($0.attribute)), "code": .int(Int64($0.code))] }),
      "nozzle_temper": .double(ReportNumbers.fine(nozzle.current)),
      "nozzle_target_temper": .double(nozzle.target),
      "bed_temper": .double(ReportNumbers.fine(machine.bed.current)),
      "bed_target_temper": .double(machine.bed.target),
    ]
    addFittings(machine, to: &print)
    return print
  }

  private static func addFittings(_ machine: MachineState, to print: inout [String: JSONValue]) {
    let hot = machine.nozzles.contains { $0.current > 50 }
    print["chamber_temper"] = machine.model.hasChamberSensor ? .double(machine.chamber.current.rounded()) : 5
    print["cooling_fan_speed"] = .string(String(machine.partFan))
    print["big_fan1_speed"] = .string(String(machine.auxFan))
    print["big_fan2_speed"] = .string(String(machine.chamberFan))
    print["heatbreak_fan_speed"] = .string(hot ? "15" : "0")
    print["fan_gear"] = 0
    print["spd_lvl"] = .int(Int64(machine.speedLevel))
    print["spd_mag"] = .int(Int64((machine.speedFactor * 100).rounded()))
    print["lights_report"] = .array(
      machine.lights.sorted { $0.key < $1.key }.map { ["node": .string($0.key), "mode": .string($0.value)] })
    print["wifi_signal"] = .string("\(machine.wifi)dBm")
    print["net"] = [
      "conf": 0,
      "info": [["ip": .int(machine.address.reversed().reduce(0) { $0 << 8 | Int64($1) }), "mask": 16_777_215]],
    ]
    print["sdcard"] = .bool(machine.hasCard)
    print["nozzle_diameter"] = "0.4"
    print["nozzle_type"] = machine.model.series == .a1 ? "stainless_steel" : "hardened_steel"
    print["s_obj"] = .array(machine.skippedObjects.map { .int(Int64($0)) })
    print["filam_bak"] = []
    print["ams_status"] = machine.trayNow == nil ? 0 : 768
    print["ams_rfid_status"] = 0
    print["hw_switch_state"] = machine.trayNow == nil ? 0 : 1
    print["home_flag"] = .int(homeFlag(machine))
    print["queue_number"] = 0
    print["force_upgrade"] = false
    print["cali_version"] = 0
    print["upload"] = ["status": "idle", "progress": 0, "message": ""]
    print["xcam"] = [
      "allow_skip_parts": false, "buildplate_marker_detector": true, "first_layer_inspector": true,
      "printing_monitor": true, "print_halt": true, "halt_print_sensitivity": "medium", "spaghetti_detector": true,
    ]
  }

  /// Homed, card normal, remaining filament estimated; the door at the X1 only (section 3.3.2).
  private static func homeFlag(_ machine: MachineState) -> Int64 {
    var flag: Int64 = 0x7 | 1 << 7
    if machine.hasCard { flag |= 1 << 8 }
    if machine.model.series == .x1, machine.isDoorOpen { flag |= 1 << 23 }
    return flag
  }

  private static func addOlder(_ machine: MachineState, to print: inout [String: JSONValue]) {
    print["print_type"] = machine.job == nil || !machine.phase.isBusy ? "idle" : "local"
    print["mess_production_state"] = "active"
    print["lifecycle"] = "product"
    print["mc_print_line_number"] = "0"
    print["flag3"] = 31
    print["queue_total"] = 0
    print["queue_est"] = 0
    print["queue_sts"] = 0
    print["online"] = ["ahb": false, "rfid": false, "version": 1_804_806_695]
    print["vt_tray"] = AMSReport.tray(machine.externalSpool, id: "254", isNew: false)
    print["ipcam"] = [
      "ipcam_dev": "1", "ipcam_record": "enable", "timelapse": "disable", "resolution": "1080p",
      "tutk_server": "disable", "mode_bits": 3,
    ]
    print["upgrade_state"] = [
      "sequence_id": 0, "progress": "", "status": "IDLE", "consistency_request": false, "dis_state": 0,
      "err_code": 0, "force_upgrade": false, "message": "0%, 0B/s", "module": "", "new_version_state": 2,
      "cur_state_code": 0, "new_ver_list": [],
    ]
    if let needsSignature = machine.needsSignature { print["fun"] = .string(capabilities(needsSignature)) }
  }

  private static func addNewer(_ machine: MachineState, to print: inout [String: JSONValue]) {
    print["print_type"] = machine.job == nil || !machine.phase.isBusy ? "" : "local"
    print["device"] = DeviceTree.tree(machine)
    print["fail_reason"] = .string(String(machine.failReason))
    print["mc_print_error_code"] = .string(String(machine.printError & 0xFFFF))
    print["percent"] = .int(Int64(machine.percent))
    print["remain_time"] = .int(Int64(machine.remainingMinutes))
    print["prepare_per"] = .int(Int64(machine.preparePercent))
    print["job_id"] = .string(machine.job?.subtaskID ?? "0")
    print["cfg"] = "3C5FDAD9"
    if let needsSignature = machine.needsSignature { print["fun"] = .string(capabilities(needsSignature)) }
    var stat: Int64 = 0x46_2580_08
    if machine.isDoorOpen, machine.model.series != .x1 { stat |= 1 << 23 }
    print["stat"] = .string(String(stat, radix: 16, uppercase: true))
    print["online"] = ["ahb": true, "ext": .bool(machine.model.series == .h2), "version": 11]
    print["3D"] = [
      "layer_num": .int(Int64(machine.layer)), "total_layer_num": .int(Int64(machine.job?.layers ?? 0)),
    ]
    let ids = machine.nozzles.count > 1 ? ["254", "255"] : ["255"]
    print["vir_slot"] = .array(
      ids.map { AMSReport.tray($0 == ids.last ? machine.externalSpool : nil, id: $0, isNew: true) })
    print["vt_tray"] = AMSReport.tray(machine.externalSpool, id: "255", isNew: true)
    if let place = machine.job?.tray { print["mapping"] = [.int(Int64(place.packed))] }
    print["ipcam"] = [
      "ipcam_dev": "1", "ipcam_record": "enable", "timelapse": "disable", "resolution": "1080p",
      "tutk_server": "disable", "mode_bits": 2, "agora_service": "disable", "brtc_service": "enable",
      "rtsp_url": .string(streamAddress(machine)),
    ]
    print["upgrade_state"] = [
      "sequence_id": 0, "progress": "0", "status": "IDLE", "consistency_request": false, "dis_state": 0,
      "err_code": 0, "force_upgrade": false, "message": "", "module": "", "new_version_state": 2,
      "ota_new_version_number": "", "ams_new_version_number": "",
    ]
  }

  private static func streamAddress(_ machine: MachineState) -> String {
    guard machine.model.camera == .rtsps322, machine.liveView != .off else { return "disable" }
    let address = machine.address.map(String.init).joined(separator: ".")
    return "rtsps://\(address)\(machine.liveView == .on ? ":322" : "")\(RTSPSession.path)"
  }

  /// Bit 29 says whether commands must be signed (section 3.9).
  private static func capabilities(_ needsSignature: Bool) -> String {
    needsSignature ? "3EC1AFFF9CFF" : "3EC18FFF9CFF"
  }
}
