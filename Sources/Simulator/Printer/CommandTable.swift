import Model
import Wire

/// What each command does to a printer (protocol sheet, section 3.8). Looked up by `<top key>.<command>`.
enum CommandTable {
  enum Outcome {
    /// Accepted; the change happens a little later.
    case accepted(@Sendable (inout PrintCycle, inout MachineState) -> Void)
    case failed(reason: String)
  }

  typealias Handler = @Sendable (JSONValue, MachineState) -> Outcome

  static let handlers: [String: Handler] = [
    "print.pause": { _, machine in
      guard machine.phase == .running || machine.phase == .prepare else { return .failed(reason: "not printing") }
      return .accepted { $0.pause(&$1) }
    },
    "print.resume": { _, machine in
      guard machine.phase == .pause else { return .failed(reason: "not paused") }
      return .accepted { $0.resume(&$1) }
    },
    "print.stop": { _, machine in
      guard machine.phase.isBusy else { return .failed(reason: "not printing") }
      return .accepted { $0.cancel(&$1, order: .together) }
    },
    "print.print_speed": { request, _ in
      guard let level = request["param"]?.wholeNumber, (1...4).contains(level) else {
        return .failed(reason: "speed level")
      }
      return .accepted { $1.speedLevel = level }
    },
    "print.gcode_line": { request, _ in
      guard let text = request["param"]?.string else { return .failed(reason: "param") }
      return .accepted { GcodeLines.run(text, on: &$1) }
    },
    "print.skip_objects": { request, _ in
      guard let objects = request["obj_list"]?.array?.compactMap(\.wholeNumber), !objects.isEmpty else {
        return .failed(reason: "obj_list")
      }
      return .accepted {
        $1.skippedObjects += objects.filter { [skipped = $1.skippedObjects] in !skipped.contains($0) }
      }
    },
    "print.clean_print_error": { _, _ in .accepted { $1.printError = 0 } },
    "print.set_airduct": { request, _ in
      guard let mode = request["modeId"]?.wholeNumber else { return .failed(reason: "modeId") }
      return .accepted { $1.airductMode = mode }
    },
    "print.select_extruder": { request, machine in
      guard let index = request["extruder_index"]?.wholeNumber, machine.nozzles.indices.contains(index) else {
        return .failed(reason: "extruder_index")
      }
      return .accepted { $1.activeNozzle = index }
    },
    "print.project_file": { request, machine in projectFile(request, machine) },
    "print.gcode_file": { request, machine in
      guard !machine.phase.isBusy else { return .accepted { $1.printError = 0x0500_4004 } }
      guard let file = request["param"]?.string?.split(separator: "/").last.map(String.init) else {
        return .failed(reason: "param")
      }
      let job = SimulatedJob(
        name: file, file: file, layers: 90, minutes: 42, taskID: "0", subtaskID: "0",
        tray: TrayPlace(unit: 255, slot: 0))
      return .accepted { $0.start(job, on: &$1) }
    },
    "print.ams_change_filament": { request, _ in changeFilament(request) },
    "print.unload_filament": { _, _ in .accepted { $1.trayNow = nil } },
    "print.ams_filament_setting": { request, machine in FilamentSetting.apply(request, machine) },
    "print.ams_filament_drying": { request, machine in
      guard let id = request["ams_id"]?.wholeNumber,
        let index = machine.ams.firstIndex(where: { $0.id == id && ($0.kind == .ams2Pro || $0.kind == .ht) })
      else { return .failed(reason: "this unit does not dry") }
      let hours = request["mode"]?.wholeNumber == 1 ? request["duration"]?.wholeNumber ?? 0 : 0
      return .accepted { $1.ams[index].dryMinutes = Double(hours * 60) }
    },
    "print.ams_control": accepted, "print.ams_get_rfid": accepted, "print.ams_user_setting": accepted,
    "print.print_option": accepted, "print.calibration": accepted, "print.buzzer_ctrl": accepted,
    "print.ignore": { _, _ in .accepted { $0.resume(&$1) } },
    "print.idle_ignore": { _, _ in .accepted { $1.printError = 0 } },
    "print.extrusion_cali_get": accepted, "print.extrusion_cali_sel": accepted,
    "print.extrusion_cali_set": accepted, "print.extrusion_cali_del": accepted,
    "system.ledctrl": { request, machine in
      guard let node = request["led_node"]?.string, let mode = request["led_mode"]?.string else {
        return .failed(reason: "led_node, led_mode")
      }
      // The heat bed's light answers, but no report ever shows it.
      guard machine.lights[node] != nil else { return .accepted { _, _ in } }
      return .accepted { $1.lights[node] = mode }
    },
    "system.get_accessories": accepted, "system.set_accessories": accepted, "system.uiop": accepted,
    "camera.ipcam_record_set": accepted, "camera.ipcam_timelapse": accepted, "xcam.xcam_control_set": accepted,
    "upgrade.get_history": accepted,
  ]

  /// Commands that only look; authorization never refuses them (section 3.9).
  static let queries: Set<String> = ["print.extrusion_cali_get", "system.get_accessories", "upgrade.get_history"]

  private static let accepted: Handler = { _, _ in .accepted { _, _ in } }

  private static func projectFile(_ request: JSONValue, _ machine: MachineState) -> Outcome {
    guard !machine.phase.isBusy else { return .accepted { $1.printError = 0x0500_4004 } }
    guard let name = request["subtask_name"]?.string, request["param"]?.string != nil,
      let url = request["url"]?.string
    else { return .failed(reason: "url, param, subtask_name") }
    let mapping = request["ams_mapping"]?.array?.compactMap(\.wholeNumber) ?? []
    let usesAMS = request["use_ams"]?.bool ?? false
    if usesAMS, mapping.contains(where: { $0 == 254 || $0 == 255 }) || machine.ams.isEmpty {
      return .accepted { $1.printError = 0x0700_8012 }
    }
    let tray = mapping.first { $0 >= 0 }.map {
      $0 >= 128 ? TrayPlace(unit: $0, slot: 0) : TrayPlace(unit: $0 / 4, slot: $0 % 4)
    }
    let file = url.split(separator: "/").last.map(String.init) ?? url
    let job = SimulatedJob(
      name: name, file: file, layers: 90, minutes: 42, taskID: request["task_id"]?.string ?? "0",
      subtaskID: request["subtask_id"]?.string ?? "0", tray: usesAMS ? tray : TrayPlace(unit: 255, slot: 0))
    return .accepted { $0.start(job, on: &$1) }
  }

  private static func changeFilament(_ request: JSONValue) -> Outcome {
    guard let target = request["target"]?.wholeNumber else { return .failed(reason: "target") }
    let place: TrayPlace? =
      switch target {
      case 255 where request["slot_id"]?.wholeNumber != 0: nil
      case 254, 255: TrayPlace(unit: 255, slot: 0)
      case 128...: TrayPlace(unit: target, slot: 0)
      default: TrayPlace(unit: request["ams_id"]?.wholeNumber ?? target / 4, slot: target % 4)
      }
    return .accepted { cycle, machine in
      machine.trayNow = nil
      cycle.schedule(after: 8) { $0.trayNow = place }
    }
  }
}
