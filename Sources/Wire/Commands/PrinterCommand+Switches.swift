import Model

extension PrinterCommand {
  /// The printer's own switches.
  func switchBodies(for target: CommandTarget) throws(InvalidValue) -> [CommandBody] {
    switch self {
    case .option(let option, let isOn):
      guard option.isOffered(by: target.model) else {
        throw InvalidValue(option.rawValue, "is not offered by the \(target.model.displayName)")
      }
      return [CommandBody("print", "print_option", [(option.wireName, .bool(isOn))])]
    case .detector(let detector, let isOn, let sensitivity):
      return [
        CommandBody(
          "xcam", "xcam_control_set",
          [
            ("module_name", .string(detector.rawValue)), ("control", .bool(isOn)), ("enable", .bool(isOn)),
            ("print_halt", true), ("halt_print_sensitivity", .string(sensitivity.rawValue)),
          ])
      ]
    case .recording(let isOn):
      return [CommandBody("camera", "ipcam_record_set", [("control", isOn ? "enable" : "disable")])]
    case .timelapse(let isOn):
      return [CommandBody("camera", "ipcam_timelapse", [("control", isOn ? "enable" : "disable")])]
    default: return []
    }
  }
}

extension PrintOption {
  fileprivate var wireName: StaticString {
    switch self {
    case .amsBackup: "auto_switch_filament"
    case .autoRecovery: "auto_recovery"
    case .airPrintDetection: "air_print_detect"
    case .tangleDetection: "filament_tangle_detect"
    case .blobDetection: "nozzle_blob_detect"
    case .sound: "sound_enable"
    }
  }
}
