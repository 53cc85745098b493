import Model

extension PrinterCommand {
  /// The commands about filament; nil for all others.
  func filamentBodies(for target: CommandTarget) throws(InvalidValue) -> [CommandBody]? {
    switch self {
    case .load(let source, let current, let wanted):
      return [try load(source, current: current, wanted: wanted, target: target)]
    case .unload(let unit, let temperature): return [try unload(unit, temperature: temperature, target: target)]
    case .amsControl(let action):
      return [CommandBody("print", "ams_control", [("param", .string(action.rawValue))])]
    case .traySetting(let setting): return [try setting.body(for: target.model)]
    case .readRFID(let source): return [try readRFID(source, target: target)]
    case .amsReading(let unit, let atStart, let onInsert):
      return [
        CommandBody(
          "print", "ams_user_setting",
          [
            ("ams_id", .int(Int64(unit))), ("startup_read_option", .bool(atStart)),
            ("tray_read_option", .bool(onInsert)),
          ])
      ]
    case .startDrying(let unit, let temperature, let hours, let filament):
      // An AMS HT gets hotter than an AMS 2 Pro (protocol sheet, section 1.2).
      let range = unit >= 128 ? 45...85 : 45...65
      guard range.contains(temperature) else {
        throw InvalidValue("temperature", "must be \(range.lowerBound) to \(range.upperBound) °C for this AMS")
      }
      guard (1...24).contains(hours) else { throw InvalidValue("hours", "must be 1 to 24") }
      return [
        Self.drying(
          unit: unit, temperature: temperature, cooling: 20, hours: hours, mode: 1, filament: filament)
      ]
    case .stopDrying(let unit):
      return [Self.drying(unit: unit, temperature: 0, cooling: 0, hours: 0, mode: 0, filament: "")]
    default: return nil
    }
  }

  private func load(
    _ source: FilamentSource, current: Int?, wanted: Int?, target: CommandTarget
  ) throws(InvalidValue) -> CommandBody {
    if let wanted { try ModelLimits(target.model).checkNozzle(wanted, field: "nozzle_temperature") }
    let isDual = target.model.nozzleCount == 2
    let place: (unit: Int, slot: Int, tray: Int) =
      switch source {
      case .ams(let unit, let slot): (unit, slot, source.target)
      case .external(255) where isDual: (255, 0, 255)
      case .external: (255, 254, 254)
      }
    // The right external spool of two is heated for by figures only (protocol sheet, section 3.8).
    if place.tray == 255, wanted == nil {
      throw InvalidValue("nozzle_temperature", "must be given for the right external spool")
    }
    return Self.change(
      unit: place.unit, slot: place.slot, tray: place.tray, current: current ?? wanted ?? -1, wanted: wanted ?? -1,
      target: target)
  }

  /// - Parameter unit: of the tray that is loaded. Cold nozzles are heated to 210 °C.
  private func unload(_ unit: Int?, temperature: Int?, target: CommandTarget) throws(InvalidValue) -> CommandBody {
    guard let unit else { return CommandBody("print", "unload_filament") }
    if let temperature { try ModelLimits(target.model).checkNozzle(temperature, field: "nozzle_temperature") }
    let heat = temperature.flatMap { $0 >= 180 ? $0 : nil } ?? 210
    return Self.change(
      unit: unit == 254 ? 255 : unit, slot: 255, tray: 255, current: heat, wanted: heat, target: target)
  }

  private static func change(
    unit: Int, slot: Int, tray: Int, current: Int, wanted: Int, target: CommandTarget
  ) -> CommandBody {
    var body = CommandBody("print", "ams_change_filament")
    if target.knowsFilamentUnits {
      body.fields = [("ams_id", .int(Int64(unit))), ("slot_id", .int(Int64(slot)))]
    }
    body.fields += [
      ("target", .int(Int64(tray))), ("curr_temp", .int(Int64(current))), ("tar_temp", .int(Int64(wanted))),
    ]
    return body
  }

  private func readRFID(_ source: FilamentSource, target: CommandTarget) throws(InvalidValue) -> CommandBody {
    guard case .ams(let unit, let slot) = source else {
      throw InvalidValue("tray", "must be a slot of an AMS: nothing reads an external spool")
    }
    guard target.knowsRFIDCommand else { return .gcode(["M620 R\(source.target)"]) }
    return CommandBody("print", "ams_get_rfid", [("ams_id", .int(Int64(unit))), ("slot_id", .int(Int64(slot)))])
  }

  private static func drying(
    unit: Int, temperature: Int, cooling: Int, hours: Int, mode: Int, filament: String
  ) -> CommandBody {
    CommandBody(
      "print", "ams_filament_drying",
      [
        ("ams_id", .int(Int64(unit))), ("temp", .int(Int64(temperature))), ("cooling_temp", .int(Int64(cooling))),
        ("duration", .int(Int64(hours))), ("humidity", 0), ("mode", .int(Int64(mode))), ("rotate_tray", false),
        ("filament", .string(filament)), ("close_power_conflict", false),
      ])
  }
}

extension TraySetting {
  func body(for model: PrinterModel) throws(InvalidValue) -> CommandBody {
    let place: (unit: Int, tray: Int, slot: Int) =
      switch source {
      case .ams(let unit, let slot): unit >= 128 ? (unit, 0, 0) : (unit, slot, slot)
      case .external(let id) where model.nozzleCount == 2: (id, 0, 0)
      // P1S rejects tray 0 here.
      case .external: (255, 254, 0)
      }
    return CommandBody(
      "print", "ams_filament_setting",
      [
        ("ams_id", .int(Int64(place.unit))), ("tray_id", .int(Int64(place.tray))),
        ("slot_id", .int(Int64(place.slot))), ("tray_info_idx", .string(filamentID)),
        ("setting_id", .string(settingID)), ("tray_type", .string(type)), ("tray_sub_brands", .string(brand)),
        ("tray_color", .string(color)), ("nozzle_temp_min", .int(Int64(nozzleMin))),
        ("nozzle_temp_max", .int(Int64(nozzleMax))),
      ])
  }
}
