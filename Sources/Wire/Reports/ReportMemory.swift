import Model

/// The parts of a printer's reports, and how they make up a `PrinterReport`.
struct ReportMemory: Sendable {
  private var job = JobMemory()
  private var machine = MachineMemory()
  private var system = SystemMemory()
  private var ams = AMSMemory()

  mutating func merge(status: [String: JSONValue], isFull: Bool) {
    job.merge(status: status)
    machine.merge(status: status, isFull: isFull)
    system.merge(status: status, isFull: isFull)
    ams.merge(status: status, isFull: isFull)
  }

  mutating func beginSession() { ams.beginSession() }

  func report(model: PrinterModel?, version: VersionMemory, isComplete: Bool) -> PrinterReport {
    var report = PrinterReport()
    report.isComplete = isComplete
    report.model = model
    report.gcodeState = job.state
    report.job = job.job
    report.stage = job.shownStage(model: model)
    report.speed = job.speed
    describeMachine(&report)
    describeSystem(&report, version: version)
    describeFilament(&report, version: version)
    return report
  }

  private func describeMachine(_ report: inout PrinterReport) {
    report.nozzles = isDual(report.model) ? dualNozzles : singleNozzle
    report.activeNozzle = report.nozzles.first { $0.isActive }?.id
    report.bed = machine.bed
    report.chamber = chamber(of: report.model)
    report.fans = machine.fans
    if report.model?.hasChamberFans == false {
      report.fans.aux = nil
      report.fans.chamber = nil
    }
    report.airduct = machine.airduct
    report.lights = machine.lights
  }

  private func describeSystem(_ report: inout PrinterReport, version: VersionMemory) {
    report.doorOpen = doorOpen(of: report.model)
    report.sdcard = system.card
    report.camera.kind = report.model?.camera
    report.camera.rtspURL = system.rtspURL
    report.camera.isDisabled = system.isCameraDisabled
    report.camera.timelapse = system.timelapse
    report.hms = system.faults
    report.printError = system.printError
    report.firmware = version.firmware
    report.updateAvailable = system.isUpdateAvailable(firmware: version.firmware)
    // A machine with a socket whose radio is off says exactly -90 dBm (section 3.3.2).
    report.isWired = system.signal.map { report.model?.hasEthernet == true && $0 == -90 }
    report.wifiSignal = report.isWired == true ? nil : system.signal
    report.ipAddress = system.address
    report.needsSignature = system.needsSignature
  }

  private func describeFilament(_ report: inout PrinterReport, version: VersionMemory) {
    let active = activeTray(of: report.model, activeExtruder: report.activeNozzle)
    report.activeTray = active
    report.ams = ams.units.map { unit in
      let hardware = version.hardware(ofUnit: unit.id)
      var described = AMSUnit(id: unit.id, kind: hardware?.kind ?? AMSUnit.Kind(typeCode: unit.typeCode))
      described.serial = hardware?.serial
      described.firmware = hardware?.firmware
      // An AMS Lite has no sensors and reports zeros for them (contract, section 5; protocol sheet, section 1.2).
      if described.kind != .lite {
        described.temperature = unit.temperature
        described.humidity = unit.humidity
        described.humidityLevel = unit.humidityLevel
      }
      described.dryMinutes = unit.dryMinutes
      described.extruder = unit.extruder
      described.trays = unit.trays.map { tray in
        let isActive = active == .ams(unit: unit.id, slot: tray.id)
        return AMSTray(tray, isPresent: ams.isPresent(tray, in: unit), isActive: isActive)
      }
      return described
    }
    report.externalSpools = ams.spools.all.map { spool in
      ExternalSpool(id: spool.id, type: spool.type, color: spool.color, filamentID: spool.filamentID)
    }
  }

  private func isDual(_ model: PrinterModel?) -> Bool {
    model.map { $0.nozzleCount > 1 } ?? (machine.extruderCount == 2 || machine.extruders.count == 2)
  }

  /// The flat fields mirror one nozzle of two, so only the `device` tree counts (section 3.6).
  private var dualNozzles: [Nozzle] {
    (0...1).compactMap { id in
      let extruder = machine.extruders.first { $0.id == id }
      // The rack of an H2C lists hotends under the extruders' numbers too, which hold others.
      let hotend = machine.hotends.first { $0.id == extruder?.hotend } ?? machine.hotends.first { $0.id == id }
      guard extruder != nil || hotend != nil else { return nil }
      return Nozzle(
        id: id, side: id == 0 ? .right : .left, heater: extruder?.heater ?? Heater(), diameter: hotend?.diameter,
        type: hotend?.type, isActive: machine.activeExtruder == id)
    }
  }

  private var singleNozzle: [Nozzle] {
    let packed = machine.extruders.first?.heater
    let hotend = machine.hotends.first
    let heater = Heater(
      temperature: machine.flatNozzle.temperature ?? packed?.temperature,
      target: machine.flatNozzle.target ?? packed?.target)
    let diameter = hotend?.diameter ?? machine.flatDiameter
    let type = hotend?.type ?? machine.flatType
    if heater == Heater(), diameter == nil, type == nil { return [] }
    return [Nozzle(id: 0, side: .single, heater: heater, diameter: diameter, type: type, isActive: true)]
  }

  /// P1 and A1 report a constant 5 °C where there is no sensor (section 3.3).
  private func chamber(of model: PrinterModel?) -> Heater {
    if let model { return model.hasChamberSensor ? machine.chamber : Heater() }
    return machine.hasChamberController || machine.chamber.temperature != 5 ? machine.chamber : Heater()
  }

  private func doorOpen(of model: PrinterModel?) -> Bool? {
    guard let model else { return system.door }
    guard model.hasDoorSensor else { return nil }
    return model.series == .x1 ? system.doorOfX1 : system.door
  }

  /// What the active extruder holds where the firmware says it, else `tray_now`, which has its own meaning on several
  /// models (section 3.5).
  private func activeTray(of model: PrinterModel?, activeExtruder: Int?) -> ActiveTray? {
    let isDual = isDual(model)
    let tray = namedTray(of: model, isDual: isDual, activeExtruder: activeExtruder)
    // One nozzle has one external spool, which firmware calls 254 in one place and 255 in another.
    guard case .external? = tray, !isDual, ams.spools.all.count == 1, let only = ams.spools.all.first else {
      return tray
    }
    return .external(id: only.id)
  }

  private func namedTray(of model: PrinterModel?, isDual: Bool, activeExtruder: Int?) -> ActiveTray? {
    let extruder = isDual ? machine.extruders.first { $0.id == activeExtruder } : machine.extruders.first
    if let loaded = extruder?.loaded { return loaded.tray }
    guard let number = ams.trayNow, number != 255 else { return nil }
    if number == 254 { return .external(id: 254) }
    if (128...135).contains(number) { return .ams(unit: number, slot: 0) }
    guard number < 16 else { return nil }
    if number < 4, model == .a2l, ams.units.contains(where: { $0.id == 16 }) { return .ams(unit: 16, slot: number) }
    guard isDual || (model == .p2s && ams.units.count > 1) else { return .ams(unit: number / 4, slot: number % 4) }
    return number < 4 ? unit(feedingSlot: number) : .ams(unit: number / 4, slot: number % 4)
  }

  /// The tray of a local slot number: the only one that the job's mapping names, or that there is.
  private func unit(feedingSlot slot: Int) -> ActiveTray? {
    let mapped = Set(ams.mapping.filter { $0 & 0xFF == slot && $0 >> 8 < 254 })
    if let only = mapped.first, mapped.count == 1 { return .ams(unit: only >> 8, slot: slot) }
    guard let only = ams.units.first, ams.units.count == 1 else { return nil }
    return .ams(unit: only.id, slot: slot)
  }
}

extension AMSUnit.Kind {
  /// From the low four bits of `info` (section 1.2), where `get_version` has not named the unit.
  fileprivate init(typeCode: Int?) {
    switch typeCode {
    case 1: self = .ams
    case 3: self = .pro2
    case 4: self = .ht
    case 5: self = .lite
    default: self = .unknown
    }
  }
}

extension AMSTray {
  fileprivate init(_ tray: SpoolMemory, isPresent: Bool, isActive: Bool) {
    self.init(slot: tray.id, isPresent: isPresent, isActive: isActive)
    guard isPresent else { return }
    type = tray.type
    color = tray.color
    remaining = tray.remaining
    filamentID = tray.filamentID
    hasRFID = tray.hasRFID
    nozzleMin = tray.nozzleMin
    nozzleMax = tray.nozzleMax
  }
}
