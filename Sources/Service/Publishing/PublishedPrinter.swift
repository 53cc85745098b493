import Model
import Rules
import Wire

/// A printer as Home Assistant knows it: what there is of it, which changes seldom.
struct PublishedPrinter: Hashable, Sendable {
  struct Unit: Hashable, Sendable {
    var id: Int
    var name: String
    var hasTemperature: Bool
    var hasHumidity: Bool
  }

  var serial: SerialNumber
  var name: String
  var model: PrinterModel?
  var firmware: String?
  var units: [Unit]
  var takesCommands: Bool
  var hasPictures: Bool

  /// - Parameter before: as it was known, for what a printer that is away does not tell.
  init(_ snapshot: PrinterSnapshot, before: PublishedPrinter?, takesCommands: Bool, hasPictures: Bool) {
    serial = snapshot.identity.serial
    name = snapshot.identity.name
    let report = snapshot.report
    model = report?.model ?? snapshot.identity.model ?? before?.model
    firmware = report?.firmware ?? before?.firmware
    let known = before?.serial == serial ? before?.units : nil
    units = report.map { $0.ams.map(Unit.init).sorted { $0.id < $1.id } } ?? known ?? []
    self.takesCommands = takesCommands
    self.hasPictures = hasPictures
  }

  func device(_ topics: PublishTopics) -> HomeDevice {
    let base = topics.printer(serial)
    var about: [String: JSONValue] = [
      "name": .string(name), "manufacturer": "Bambu Lab", "serial_number": .string(serial.text),
      "via_device": .string("\(topics.node)_board"),
    ]
    if let model {
      about["model"] = .string(model.displayName)
      about["model_id"] = .string(model.rawValue)
    }
    if let firmware { about["sw_version"] = .string(firmware) }
    return HomeDevice(
      id: serial.text, about: about, base: base, hasAvailability: true,
      entities: job + heat + machine + filament + controls(base))
  }

  private var job: [HomeDevice.Entity] {
    [
      .sensor(
        "state", "State", isAlwaysKnown: true,
        ["device_class": "enum", "options": .array(PrinterState.allCases.map { .string($0.rawValue) })]),
      .percent("progress", "Progress"),
      .sensor("remaining_time", "Remaining time", ["device_class": "duration", "unit_of_measurement": "s"]),
      .sensor("current_layer", "Layer"), .sensor("total_layers", "Layers"), .sensor("task_name", "Job"),
      .sensor("stage", "Stage"), .percent("speed_percent", "Speed"), .sensor("fault", "Fault", .diagnostic),
      .sensor("error", "Connection problem", isAlwaysKnown: true, .diagnostic),
    ]
  }

  private var heat: [HomeDevice.Entity] {
    let hasTwo = (model?.nozzleCount ?? 1) > 1
    var made: [HomeDevice.Entity] = [
      .temperature("nozzle", hasTwo ? "Right nozzle" : "Nozzle"),
      .temperature("nozzle_target", hasTwo ? "Right nozzle target" : "Nozzle target", isTarget: true),
      .temperature("bed", "Bed"), .temperature("bed_target", "Bed target", isTarget: true),
    ]
    if hasTwo {
      made += [
        .temperature("nozzle_2", "Left nozzle"), .temperature("nozzle_2_target", "Left nozzle target", isTarget: true),
      ]
    }
    if model?.hasChamberSensor == true { made.append(.temperature("chamber", "Chamber")) }
    if model?.hasChamberHeater == true {
      made.append(.temperature("chamber_target", "Chamber target", isTarget: true))
    }
    return made
  }

  private var machine: [HomeDevice.Entity] {
    var made: [HomeDevice.Entity] = [
      .percent("fan_part", "Part fan"),
      .sensor(
        "wifi_signal", "Signal",
        [
          "device_class": "signal_strength", "unit_of_measurement": "dBm", "state_class": "measurement",
          "entity_category": "diagnostic",
        ]),
      .binary("connected", "Connected", isAlwaysKnown: true, ["device_class": "connectivity"]),
      .binary("problem", "Problem", ["device_class": "problem"]),
      .binary("plate_cleared", "Plate cleared"),
      .binary("update_available", "Update", ["device_class": "update", "entity_category": "diagnostic"]),
    ]
    if model?.hasChamberFans != false {
      made += [.percent("fan_aux", "Auxiliary fan"), .percent("fan_chamber", "Chamber fan")]
    }
    if model?.hasDoorSensor == true { made.append(.binary("door_open", "Door", ["device_class": "door"])) }
    return made
  }

  private var filament: [HomeDevice.Entity] {
    var made: [HomeDevice.Entity] = [.sensor("filament", "Filament")]
    for unit in units {
      if unit.hasHumidity {
        made.append(.percent("ams_\(unit.id)_humidity", "\(unit.name) humidity", ["device_class": "humidity"]))
      }
      if unit.hasTemperature {
        made.append(.temperature("ams_\(unit.id)_temperature", "\(unit.name) temperature"))
      }
    }
    return made
  }

  private func controls(_ base: String) -> [HomeDevice.Entity] {
    var made: [HomeDevice.Entity] = []
    if hasPictures { made.append(HomeDevice.Entity(.camera, "camera", "Camera", ["topic": .string("\(base)/camera")])) }
    guard takesCommands else { return made + [.binary("light", "Light", ["device_class": "light"])] }
    return made + [
      .button("pause", "Pause", base: base), .button("resume", "Resume", base: base),
      .button("stop", "Stop", base: base),
      HomeDevice.Entity(
        .light, "light", "Light",
        [
          "command_topic": .string("\(base)/set/light"),
          "state_value_template":
            "{{ 'None' if value_json.light is none else 'ON' if value_json.light else 'OFF' }}",
        ]),
    ]
  }
}

extension PublishedPrinter.Unit {
  fileprivate init(_ unit: AMSUnit) {
    id = unit.id
    let number = unit.id < 128 ? unit.id + 1 : unit.id - 127
    name = "\(unit.kind == .unknown ? "AMS" : unit.kind.rawValue) \(number)"
    hasTemperature = unit.temperature != nil
    hasHumidity = unit.humidity != nil
  }
}
