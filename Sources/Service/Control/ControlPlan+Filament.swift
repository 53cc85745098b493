import Model
import Rules
import Wire

extension ControlPlan {
  /// Loading, unloading, and what the AMS holds, reads and dries.
  static func ofFilament(_ request: ControlRequest, _ situation: Situation) throws -> ControlPlan {
    switch request {
    case .load(let tray, let temperature): return try load(tray: tray, temperature: temperature, situation)
    case .unload: return try unload(situation)
    case .ams(let action): return ControlPlan([.amsControl(action)])
    case .setTray(let place, let content): return try setTray(place, content, situation)
    case .readTray(let place): return try readTray(place, situation)
    case .startDrying(let unit, let temperature, let hours):
      try checkDryer(unit, situation)
      // The range belongs to the request, so it is looked at before the printer is.
      let plan = ControlPlan(
        [
          .startDrying(
            unit: unit, temperature: temperature, hours: hours, filament: filament(in: unit, situation.report))
        ], effect: .drying(unit: unit, isOn: true))
      _ = try plan.messages(for: situation.target)
      _ = try attached(unit, situation)
      return plan
    case .stopDrying(let unit):
      try checkDryer(unit, situation)
      guard (try attached(unit, situation).dryMinutes ?? 0) > 0 else {
        throw Fault(.conflict, "This AMS is not drying.")
      }
      return ControlPlan([.stopDrying(unit: unit)], effect: .drying(unit: unit, isOn: false))
    default: return ControlPlan([])
    }
  }

  private static func load(tray: Int, temperature: Int?, _ situation: Situation) throws -> ControlPlan {
    let source = try FilamentSource(tray: tray, model: situation.model)
    var plan = ControlPlan([], need: .restingHead)
    var current: Int?
    switch source {
    case .ams(let unit, let slot): plan.effect = .loaded(unit: unit, slot: slot)
    case .external(let id):
      plan.effect = .externalLoaded
      if id == 255, situation.model.nozzleCount == 2 { current = nozzleTemperature(situation.report) }
    }
    plan.commands = [.load(source, currentTemperature: current, targetTemperature: temperature)]
    _ = try plan.messages(for: situation.target)
    guard case .ams(let unit, let slot) = source else { return plan }
    try situation.admit(.restingHead)
    guard let found = try attached(unit, situation).trays.first(where: { $0.slot == slot }), found.isPresent else {
      throw Fault(.conflict, "There is no spool in this slot.")
    }
    return plan
  }

  private static func unload(_ situation: Situation) throws -> ControlPlan {
    try situation.admit(.restingHead)
    let unit: Int
    switch situation.report.activeTray {
    case .ams(let loaded, _): unit = loaded
    case .external(let id): unit = id
    case nil: throw Fault(.conflict, "No filament is loaded.")
    }
    return ControlPlan(
      [.unload(unit: unit, temperature: nozzleTemperature(situation.report))], need: .restingHead,
      effect: .nothingLoaded)
  }

  private static func setTray(
    _ place: TrayPlace, _ content: TrayContent, _ situation: Situation
  ) throws -> ControlPlan {
    let source = try source(of: place, situation)
    let setting = try TraySetting(
      source: source, type: content.type, color: content.color, filamentID: content.filamentID,
      nozzleMin: content.nozzleMin, nozzleMax: content.nozzleMax)
    let limit = ModelLimits(situation.model).nozzleMaximum
    guard setting.nozzleMax <= limit else {
      throw InvalidValue("nozzle_max", "must be at most \(limit) °C on the \(situation.model.displayName)")
    }
    let effect: CommandEffect
    switch source {
    case .ams(let unit, let slot):
      try situation.admit(.contact)
      let tray = try attached(unit, situation).trays.first { $0.slot == slot }
      guard tray?.hasRFID != true else {
        throw Fault(.conflict, "This spool says itself what it is, and the printer believes nothing else.")
      }
      effect = .tray(unit: unit, slot: slot, type: setting.type, color: setting.color)
    case .external(let id): effect = .tray(unit: id, slot: 0, type: setting.type, color: setting.color)
    }
    return ControlPlan([.traySetting(setting)], effect: effect)
  }

  private static func readTray(_ place: TrayPlace, _ situation: Situation) throws -> ControlPlan {
    let source = try source(of: place, situation)
    let plan = ControlPlan([.readRFID(source)], need: .freeMachine)
    _ = try plan.messages(for: situation.target)
    try situation.admit(.freeMachine)
    _ = try attached(place.unit, situation)
    guard situation.report.activeTray == nil else {
      throw Fault(.conflict, "A spool can be read only while no filament is loaded: unload it first.")
    }
    return plan
  }

  // MARK: Looking things up

  private static func source(of place: TrayPlace, _ situation: Situation) throws(InvalidValue) -> FilamentSource {
    try FilamentSource(unit: place.unit, slot: place.tray, model: situation.model)
  }

  /// The AMS of this number, which the A2L counts from 16.
  private static func attached(_ unit: Int, _ situation: Situation) throws(Fault) -> AMSUnit {
    try situation.admit(.contact)
    let wanted = situation.model == .a2l && unit == 0 ? 16 : unit
    guard let found = situation.report.ams.first(where: { $0.id == wanted }) else {
      throw Fault(.conflict, "No AMS with the number \(unit) is attached.")
    }
    return found
  }

  /// Only AMS 2 Pro and AMS HT have a dryer (protocol sheet, section 1.2).
  private static func checkDryer(_ unit: Int, _ situation: Situation) throws(InvalidValue) {
    guard (0...3).contains(unit) || (128...135).contains(unit), situation.model != .a2l || unit >= 128 else {
      throw InvalidValue("unit", "must be 0 to 3, or 128 to 135 for an AMS HT")
    }
    let kind = situation.report.ams.first { $0.id == unit }?.kind
    guard kind != .ams, kind != .lite else {
      throw InvalidValue("unit", "must be an AMS 2 Pro or an AMS HT: this one has no dryer")
    }
  }

  private static func filament(in unit: Int, _ report: PrinterReport) -> String {
    report.ams.first { $0.id == unit }?.trays.lazy.compactMap(\.type).first ?? "PLA"
  }

  /// Of the nozzle in use, in whole °C.
  private static func nozzleTemperature(_ report: PrinterReport) -> Int? {
    let nozzle = report.nozzles.first { $0.isActive } ?? report.nozzles.first
    return nozzle?.heater.temperature.flatMap { Int(exactly: $0.rounded()) }
  }
}
